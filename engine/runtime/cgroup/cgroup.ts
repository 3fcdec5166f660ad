/** The cgroups of one container: made, limited, frozen, emptied and removed (cgroups(7)). */
import { KernelError, type System } from '../../kernel';
import type { Resources } from '../config';
import { RuntimeError } from '../error';
import { deviceProgram } from './device-program';
import type { ContainerCgroup } from './paths';
import { deviceSettings, type Setting, settingsV1 } from './settings-v1';
import { settingsV2 } from './settings-v2';

const SIGKILL = 9;
/** How often, milliseconds apart, an emptied cgroup is tried again: a killed process gives up its memory first. */
const attempts = 500;

export class Cgroup {
  constructor(
    readonly all: readonly ContainerCgroup[],
    readonly system: System,
  ) {}

  /** Errors: a cgroup that holds processes already. What is made and emptied later must be nobody else's. */
  checkUnused(): void {
    const there = this.all.filter(({ directory }) => this.system.files.kind(directory) === 'directory');
    const used = there.find(({ directory }) => this.#below(directory).length > 0);
    if (used) throw new RuntimeError(`container's cgroup is not empty: ${used.directory} is in use`);
  }

  /** Makes the container's directory in every hierarchy; those to do without where `isOptional`, and it may not be made. */
  create(isOptional: boolean): Cgroup {
    const made = this.all.filter((cgroup) => {
      try {
        this.#make(cgroup, cgroup.directory);
        return true;
      } catch (error) {
        const isForbidden = error instanceof KernelError && ['EACCES', 'EPERM', 'EROFS'].includes(error.code);
        if (isOptional && isForbidden) return false;
        throw error;
      }
    });
    return new Cgroup(made, this.system);
  }

  /** Sets limits. Errors: a controller that is not there, a value the kernel refuses. */
  apply(resources: Resources): void {
    const first = settingsV1(resources);
    const unmet = first.find(
      ({ controller }) => !this.#controlled(controller) && !this.#controlled(successor(controller)),
    );
    if (unmet) throw missing(unmet.controller, unmet.file);
    this.#memoryFirst(first);
    this.#writeAll(first, 1);
    this.#writeAll(settingsV2(resources), 2);
    for (const [file, content] of Object.entries(resources.unified ?? {})) this.#writeUnified(file, content);
  }

  /** What devices may be used: by the controller of version 1, or by a program of version 2. */
  limitDevices(rules: NonNullable<Resources['devices']>): void {
    const cgroup = this.#controlled('devices');
    if (cgroup) for (const { file, content } of deviceSettings(rules)) this.#write(cgroup, file, content);
    else for (const { directory } of this.#version(2)) this.system.attachDeviceProgram(directory, deviceProgram(rules));
  }

  frozen(): boolean {
    const { files } = this.system;
    const freezer = this.#controlled('freezer');
    if (freezer) return /^(FROZEN|FREEZING)/.test(files.read(`${freezer.directory}/freezer.state`) ?? '');
    const [unified] = this.#version(2);
    return unified !== undefined && /^frozen 1$/m.test(files.read(`${unified.directory}/cgroup.events`) ?? '');
  }

  async freeze(): Promise<void> {
    await this.#turn('FROZEN', '1', true);
  }

  async thaw(): Promise<void> {
    await this.#turn('THAWED', '0', false);
  }

  /** Processes of the container, wherever below its cgroup they are. */
  processes(): number[] {
    const cgroup = this.#controlled('pids') ?? this.#controlled('freezer') ?? this.all[0];
    return cgroup ? this.#below(cgroup.directory) : [];
  }

  /** Ends everything that is in the cgroups and removes them. Errors: EBUSY when something does not end. */
  async remove(): Promise<void> {
    for (const { directory } of this.all) {
      for (let attempt = 0; !this.#removeTree(directory); attempt += 1) {
        if (attempt === attempts) throw new KernelError('EBUSY', 'rmdir', directory, 'its processes do not end');
        if (attempt > 0) this.#killAll(directory);
        await this.system.sleep(Math.min(attempt, 10));
      }
    }
  }

  killAll(signal: number): void {
    for (const pid of this.processes()) {
      const process = this.system.process(pid);
      if (process) this.system.signal(process, signal);
    }
  }

  /** A file of a controller, null where either is missing. */
  read(controller: string, file: string): string | null {
    const cgroup = this.#controlled(controller);
    return cgroup ? this.system.files.read(`${cgroup.directory}/${file}`) : null;
  }

  version(controller: string): 1 | 2 | null {
    return this.#controlled(controller)?.hierarchy.version ?? null;
  }

  #make({ hierarchy }: ContainerCgroup, directory: string): void {
    const { files } = this.system;
    if (directory === hierarchy.mountPoint || files.kind(directory) === 'directory') return;
    const parent = directory.slice(0, directory.lastIndexOf('/'));
    this.#make({ hierarchy, directory }, parent);
    if (hierarchy.version === 2) this.#delegate(hierarchy.controllers, parent);
    try {
      files.makeDirectory(directory);
    } catch (error) {
      if (!(error instanceof KernelError && error.code === 'EEXIST')) throw error;
    }
    // A new cpuset is empty, and no process can be put in it until it has what its parent has (cpuset(7)).
    if (hierarchy.version === 1 && hierarchy.controllers.includes('cpuset')) {
      for (const file of ['cpuset.cpus', 'cpuset.mems']) {
        files.write(`${directory}/${file}`, files.read(`${parent}/${file}`) ?? '');
      }
    }
  }

  #delegate(controllers: readonly string[], directory: string): void {
    const { files } = this.system;
    const path = `${directory}/cgroup.subtree_control`;
    const enabled = (files.read(path) ?? '').trim().split(' ');
    for (const controller of controllers) {
      if (!enabled.includes(controller)) files.write(path, `+${controller}`);
    }
  }

  #controlled(controller: string): ContainerCgroup | undefined {
    return this.all.find(({ hierarchy }) => hierarchy.controllers.includes(controller));
  }

  #version(version: 1 | 2): ContainerCgroup[] {
    return this.all.filter(({ hierarchy }) => hierarchy.version === version);
  }

  #writeAll(settings: readonly Setting[], version: 1 | 2): void {
    for (const { controller, file, content } of settings) {
      const cgroup = this.#controlled(controller);
      if (cgroup?.hierarchy.version === version) this.#write(cgroup, file, content);
    }
  }

  #write({ directory }: ContainerCgroup, file: string, content: string): void {
    const path = `${directory}/${file}`;
    try {
      this.system.files.write(path, content);
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      throw new RuntimeError(`cannot write ${content} to ${path}: ${error.code}`, { cause: error });
    }
  }

  /** The limit of memory and swap may never be below that of memory: which goes first depends on what is there. */
  #memoryFirst(settings: Setting[]): void {
    const place = (file: string) => settings.findIndex((entry) => entry.file === file);
    const [memory, both] = [place('memory.limit_in_bytes'), place('memory.memsw.limit_in_bytes')];
    const now = Number(this.read('memory', 'memory.memsw.limit_in_bytes') ?? 0);
    const [limit, swap] = [settings[memory], settings[both]];
    const wanted = Number(limit?.content ?? 0);
    if (!limit || !swap || !(wanted < 0 || wanted > now)) return;
    settings[memory] = swap;
    settings[both] = limit;
  }

  #writeUnified(file: string, content: string): void {
    const [cgroup] = this.#version(2);
    if (!cgroup) throw new RuntimeError(`linux.resources.unified.${file}: this host has no cgroup version 2`);
    for (const line of content.split('\n')) this.#write(cgroup, file, line);
  }

  async #turn(first: string, second: string, frozen: boolean): Promise<void> {
    const freezer = this.#controlled('freezer');
    const [unified] = this.#version(2);
    for (let attempt = 0; this.frozen() !== frozen || attempt === 0; attempt += 1) {
      if (freezer) this.#write(freezer, 'freezer.state', first);
      else if (unified) this.#write(unified, 'cgroup.freeze', second);
      else throw missing('freezer', 'freezer.state');
      if (attempt === attempts)
        throw new KernelError('EBUSY', 'freeze', freezer?.directory ?? '', 'it does not settle');
      if (this.frozen() !== frozen) await this.system.sleep(1);
    }
  }

  #below(directory: string): number[] {
    const { files } = this.system;
    const text = (files.read(`${directory}/cgroup.procs`) ?? '').trim();
    const here = text === '' ? [] : text.split('\n').map(Number);
    return [...here, ...this.#children(directory).flatMap((child) => this.#below(child))];
  }

  #children(directory: string): string[] {
    const { files } = this.system;
    return files
      .list(directory)
      .map((name) => `${directory}/${name}`)
      .filter((path) => !/\/[a-z_]+\.[^/]+$/.test(path) && files.kind(path) === 'directory');
  }

  #killAll(directory: string): void {
    for (const pid of this.#below(directory)) {
      const process = this.system.process(pid);
      if (process) this.system.signal(process, SIGKILL);
    }
  }

  #removeTree(directory: string): boolean {
    try {
      this.system.files.remove(directory);
      return true;
    } catch (error) {
      if (!(error instanceof KernelError && ['EBUSY', 'ENOTEMPTY'].includes(error.code))) throw error;
    }
    for (const child of this.#children(directory)) this.#removeTree(child);
    return false;
  }
}

/** The controller of version 2 that took the place of one of version 1. */
function successor(controller: string): string {
  return controller === 'blkio' ? 'io' : controller;
}

function missing(controller: string, file: string): RuntimeError {
  return new RuntimeError(`cannot set ${file}: the container has no cgroup with the controller ${controller}`);
}
