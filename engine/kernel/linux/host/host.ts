/** This Linux as a place to boot labs. */
import type { KernelHost, LabKernel, LabSpec } from '../../port';
import { KernelError } from '../../port';
import { sweepCgroups } from '../cgroup/tree';
import { EventLoop } from '../events/epoll';
import { labObserver } from '../inspect';
import { readTemplate, type Template } from '../machine/template';
import type { ObserveLab } from '../observer';
import { type Availability, checkAvailability } from './availability';
import { LinuxLab } from './lab';
import { holdLayers } from './layers';

export interface LinuxHostOptions {
  /** The directory tree every Machine stands on; never written to. */
  rootfs: string;
  /** Directories laid over it, the topmost first; what is not there is left out. */
  layers?: readonly string[];
  /** How labs are read; by default the observer of this kernel. */
  observe?: ObserveLab;
}

/** One of these a process: it owns the process's one epoll set. */
export class LinuxHost implements KernelHost {
  readonly name = 'linux' as const;
  readonly #options: LinuxHostOptions;
  readonly #labs = new Set<string>();
  #events: EventLoop | undefined;
  #template: Template | undefined;

  constructor(options: LinuxHostOptions) {
    this.#options = options;
  }

  availability(): Availability {
    return checkAvailability(this.#options.rootfs);
  }

  async boot(spec: LabSpec): Promise<LabKernel> {
    const availability = this.availability();
    if (!availability.available) throw new KernelError('ENOTSUP', 'boot', spec.id, availability.reason);
    checkSpec(spec);
    if (this.#labs.has(spec.id)) throw new KernelError('EEXIST', 'boot', spec.id, 'a lab of that name is running');
    this.#labs.add(spec.id);
    try {
      return await LinuxLab.boot(spec, {
        template: this.#readTemplate(),
        events: this.#eventLoop(),
        observe: this.#options.observe ?? labObserver({ rootfs: this.#options.rootfs }),
        onDisposed: () => this.#labs.delete(spec.id),
      });
    } catch (error) {
      this.#labs.delete(spec.id);
      throw error;
    }
  }

  async sweep(): Promise<string[]> {
    // Everything else of a dead server's ended with its Machines: mounts and devices live in their namespaces only.
    return sweepCgroups();
  }

  #eventLoop(): EventLoop {
    this.#events ??= new EventLoop();
    return this.#events;
  }

  #readTemplate(): Template {
    this.#template ??= readTemplate(this.#options.rootfs, holdLayers(this.#options.layers ?? []));
    return this.#template;
  }
}

const labName = /^[A-Za-z0-9-]{1,64}$/;
const machineName = /^[A-Za-z0-9-]{1,32}$/;

function checkSpec(spec: LabSpec): void {
  const fault = (detail: string) => new KernelError('EINVAL', 'boot', spec.id, detail);
  if (!labName.test(spec.id)) throw fault('a lab is named with letters, digits and dashes');
  if (spec.machines.length === 0) throw fault('a lab needs a Machine');
  const ids = new Set<string>();
  for (const { id } of spec.machines) {
    if (!machineName.test(id)) throw fault(`Machine "${id}": letters, digits and dashes only`);
    if (ids.has(id)) throw fault(`two Machines are called ${id}`);
    ids.add(id);
  }
  const stranger = spec.links.flatMap(({ ends }) => ends).find(({ machine }) => !ids.has(machine));
  if (stranger) throw fault(`a link ends at ${stranger.machine}, which is no Machine of the lab`);
}
