/** What CNI leaves in a Machine: the records of calls of plugins, and what the library remembers of attachments. */
import type { CniAttachment, CniCall, MachineId } from '../state';
import type { Glance } from './glance';
import { integerAt, type JsonObject, objectAt, objectsAt, parseObject, textAt, textMapAt } from './json';
import type { Part, Spot } from './part';

const logDirectory = '/var/log/cni';
const resultDirectory = '/var/lib/cni/results';
const maxCalls = 200;
const maxAttachments = 256;
const maxBytes = 1 << 18;
/** Of all records that are shown: the newest. */
const maxShownBytes = 1 << 20;

export class CniCalls implements Part<CniCall> {
  readonly spots: readonly Spot[] = [{ path: logDirectory, concern: 'anything' }];
  /** By name: a record is replaced as a whole, never written again. */
  #read = new Map<string, { inode: number; size: number; call: CniCall | null }>();

  constructor(
    private readonly machine: MachineId,
    private readonly glance: Glance,
  ) {}

  look(): void {
    const before = this.#read;
    this.#read = new Map();
    const files = this.glance.entries(logDirectory, 'file').filter(({ name }) => name.endsWith('.json'));
    let shown = 0;
    for (const { name, inode, size } of files.slice(-maxCalls).reverse()) {
      shown += size;
      if (shown > maxShownBytes) break;
      const known = before.get(name);
      const isKnown = known?.inode === inode && known.size === size;
      this.#read.set(name, isKnown ? known : { inode, size, call: this.#call(name) });
    }
  }

  entries(): Record<string, CniCall> {
    const calls = [...this.#read.values()].flatMap(({ call }) => call ?? []);
    return Object.fromEntries(calls.map((call) => [`${this.machine}/${call.number}`, call]));
  }

  #call(name: string): CniCall | null {
    const record = parseObject(this.glance.text(`${logDirectory}/${name}`, maxBytes));
    const number = integerAt(record, 'number');
    const plugin = textAt(record, 'plugin');
    if (number === null || plugin === null) return null;
    return {
      machine: this.machine,
      number,
      parent: integerAt(record, 'parent'),
      command: textAt(record, 'command') ?? '',
      plugin,
      environment: textMapAt(record, 'environment'),
      stdin: textAt(record, 'stdin') ?? '',
      stdout: textAt(record, 'stdout') ?? '',
      stderr: textAt(record, 'stderr') ?? '',
      exitCode: integerAt(record, 'exitCode'),
    };
  }
}

export class CniAttachments implements Part<CniAttachment> {
  readonly spots: readonly Spot[] = [{ path: resultDirectory, concern: 'anything' }];
  #attachments: CniAttachment[] = [];

  constructor(
    private readonly machine: MachineId,
    private readonly glance: Glance,
  ) {}

  look(): void {
    this.#attachments = this.glance
      .names(resultDirectory, 'file')
      .slice(0, maxAttachments)
      .flatMap((name) => {
        const entry = parseObject(this.glance.text(`${resultDirectory}/${name}`, maxBytes));
        return (entry && attachmentOf(this.machine, entry)) ?? [];
      });
  }

  entries(): Record<string, CniAttachment> {
    return Object.fromEntries(
      this.#attachments.map((entry) => [
        [entry.machine, entry.network, entry.container, entry.ifname].join('/'),
        entry,
      ]),
    );
  }
}

/** As `engine/cni/library/cache.ts` and the reference library write it (kind `cniCacheV1`). */
function attachmentOf(machine: MachineId, entry: JsonObject): CniAttachment | null {
  const [network, container, ifname] = ['networkName', 'containerId', 'ifName'].map((key) => textAt(entry, key));
  if (!network || !container || !ifname) return null;
  const result = objectAt(entry, 'result');
  return {
    machine,
    network,
    container,
    ifname,
    netns: textAt(entry, 'netns') ?? '',
    addresses: [
      ...objectsAt(result, 'ips').flatMap((ip) => textAt(ip, 'address') ?? []),
      // Before version 0.3 of the specification.
      ...['ip4', 'ip6'].flatMap((family) => textAt(objectAt(result, family), 'ip') ?? []),
    ],
    interfaces: objectsAt(result, 'interfaces').flatMap((each) => {
      const name = textAt(each, 'name');
      return name === null ? [] : { name, sandbox: textAt(each, 'sandbox') || null };
    }),
  };
}
