/**
 * The containers of an OCI runtime: what it keeps of each is read from its directory (`engine/runtime/state/record.ts`), the
 * status from the kernel, by the runtime's own rule.
 */
import { statusOf } from '../runtime/state/status';
import type { Container, LabState, MachineId } from '../state';
import type { Glance } from './glance';
import { type JsonObject, objectAt, objectsAt, parseObject, textAt, textMapAt, textsAt } from './json';
import type { Part, Spot } from './part';
import { ProcessNames } from './process-names';

/** Where the runtime keeps its containers (`--root`), by each of its names. */
const roots = ['/run/runc', '/run/underlay-oci'];
const maxContainers = 128;
const maxRecordBytes = 1 << 16;
const maxConfigBytes = 1 << 20;
const maxArgs = 64;
const maxArgChars = 4096;
const maxCgroupFileBytes = 4096;

interface Known {
  key: string;
  id: string;
  root: string;
  record: JsonObject;
  args: string[];
  /** It waits for its start. */
  waiting: boolean;
  /** The directory of its cgroup that can be frozen. */
  freezer: string | null;
}

export class Containers implements Part<Container> {
  #known: Known[] = [];
  /** Also of those whose name is only claimed. */
  #directories: string[] = [];
  readonly #names: ProcessNames;

  constructor(
    private readonly machine: MachineId,
    private readonly glance: Glance,
  ) {
    this.#names = new ProcessNames(machine, glance);
  }

  get spots(): Spot[] {
    const freezers = this.#known.flatMap(({ freezer }) => freezer ?? []);
    return [
      ...roots.map((path): Spot => ({ path, concern: 'directories' })),
      ...[...this.#directories, ...freezers].map((path): Spot => ({ path, concern: 'anything' })),
    ];
  }

  look(): void {
    const keys = new Set<string>();
    this.#known = [];
    this.#directories = [];
    for (const root of roots) {
      for (const id of this.glance.names(root, 'directory').slice(0, maxContainers)) {
        const plain = `${this.machine}/${id}`;
        const key = keys.has(plain) ? `${plain}@${root}` : plain;
        this.#directories.push(`${root}/${id}`);
        const known = this.#read(root, id, key);
        if (known) this.#known.push(known);
        keys.add(key);
      }
    }
  }

  entries({ processes }: Pick<LabState, 'processes'>): Record<string, Container> {
    if (this.#known.length === 0) return {};
    this.#names.update(processes);
    return Object.fromEntries(this.#known.map((known) => [known.key, this.#container(known)]));
  }

  /** Null while its name is only claimed, and for what the runtime did not write. */
  #read(root: string, id: string, key: string): Known | null {
    const directory = `${root}/${id}`;
    const record = parseObject(this.glance.text(`${directory}/state.json`, maxRecordBytes));
    if (!record) return null;
    const config = parseObject(this.glance.text(`${directory}/config.json`, maxConfigBytes));
    return {
      key,
      id,
      root,
      record,
      args: textsAt(objectAt(config, 'process'), 'args')
        .slice(0, maxArgs)
        .map((arg) => arg.slice(0, maxArgChars)),
      waiting: this.glance.stat(`${directory}/start`)?.kind === 'fifo',
      freezer: freezerOf(record),
    };
  }

  #container({ id, root, record, args, waiting, freezer }: Known): Container {
    const process = this.#names.find(objectAt(record, 'process'));
    const maker = this.#names.find(objectAt(record, 'maker'));
    const alive = process !== null && objectAt(record, 'maker') === null;
    const status = statusOf({
      unfinished: maker !== null,
      alive,
      waiting,
      frozen: alive && freezer !== null && this.#isFrozen(freezer),
    });
    return {
      machine: this.machine,
      id,
      status,
      pid: status === 'stopped' ? null : (process?.pid ?? null),
      bundle: textAt(record, 'bundle') ?? '',
      rootfs: textAt(record, 'rootfs') ?? '',
      args,
      annotations: textMapAt(record, 'annotations'),
      root,
    };
  }

  /** cgroups(7): version 1 has a file for it, version 2 a line in one of every group. */
  #isFrozen(directory: string): boolean {
    const first = this.glance.text(`${directory}/freezer.state`, maxCgroupFileBytes);
    if (first !== null) return /^(FROZEN|FREEZING)/.test(first);
    return /^frozen 1$/m.test(this.glance.text(`${directory}/cgroup.events`, maxCgroupFileBytes) ?? '');
  }
}

/** Version 1 has a hierarchy of its own for it; where there is none, version 2 has it, wherever that is mounted. */
function freezerOf(record: JsonObject): string | null {
  const cgroups = objectsAt(record, 'cgroups');
  const at = (mountPoint: string) => cgroups.find((cgroup) => textAt(cgroup, 'mountPoint') === mountPoint);
  const found = at('/sys/fs/cgroup/freezer') ?? at('/sys/fs/cgroup/unified') ?? at('/sys/fs/cgroup');
  return textAt(found, 'directory');
}
