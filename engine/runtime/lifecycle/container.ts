/** A container that was claimed: what is recorded of it, and what the kernel shows. */
import type { Disposable, System } from '../../kernel';
import { Cgroup } from '../cgroup';
import type { Config } from '../config';
import { RuntimeError } from '../error';
import { type ContainerState, stateOf } from '../state/container-state';
import type { ContainerRecord } from '../state/record';
import { type Status, statusOf } from '../state/status';
import { ContainerStore } from '../state/store';
import { ConfigCache } from './config-cache';

/** What every command works with. */
export interface RuntimeContext {
  system: System;
  store: ContainerStore;
  configs: ConfigCache;
}

export function runtimeContext(system: System, root: string): RuntimeContext {
  return { system, store: new ContainerStore(root, system), configs: new ConfigCache() };
}

export class Container {
  #config: Config | undefined;

  constructor(
    readonly context: RuntimeContext,
    readonly record: ContainerRecord,
  ) {}

  static load(context: RuntimeContext, id: string): Container {
    const record = context.store.load(id);
    if (!record)
      throw new RuntimeError(`container ${id} is being created, or was not finished: delete it with --force`);
    return new Container(context, record);
  }

  get config(): Config {
    this.#config ??= this.context.configs.parse(this.context.store.loadConfig(this.record.id));
    return this.#config;
  }

  get cgroup(): Cgroup {
    const hierarchies = this.context.system.cgroupHierarchies();
    const all = this.record.cgroups.flatMap(({ mountPoint, directory }) => {
      const hierarchy = hierarchies.find((candidate) => candidate.mountPoint === mountPoint);
      return hierarchy ? [{ hierarchy, directory }] : [];
    });
    return new Cgroup(all, this.context.system);
  }

  status(): Status {
    const { system, store } = this.context;
    const { process, maker, id } = this.record;
    const lives = (name: typeof process) => name !== null && system.process(name.pid)?.startTime === name.startTime;
    const alive = lives(process);
    return statusOf({
      // A runtime that ended in the middle leaves something that can only be deleted.
      unfinished: lives(maker),
      alive: alive && maker === null,
      waiting: system.files.kind(store.fifos(id).start) === 'fifo',
      frozen: alive && this.cgroup.frozen(),
    });
  }

  state(): ContainerState {
    return stateOf(this.record, this.status());
  }

  /** Sends a signal to the container's process. False when it is gone. */
  signal(signal: number): boolean {
    return this.record.process !== null && this.context.system.signal(this.record.process, signal);
  }
}

/** Runs `action` while no other command works on the container. */
export async function locked<T>(context: RuntimeContext, id: string, action: () => Promise<T> | T): Promise<T> {
  const lock: Disposable = await context.store.lock(id);
  try {
    return await action();
  } finally {
    lock.dispose();
  }
}
