/**
 * The simulated kernel: one for all Machines of a lab, as one Linux is for all its containers. It owns the clock, the one
 * queue of events, the randomness and the tables; each subject has a folder of its own that adds to it.
 */
import type { Collection } from '../../state';
import { Cgroups } from './cgroup/cgroups';
import { NetFiles } from './fs/proc/net-files';
import { Sysctl } from './fs/proc/sysctl/registry';
import { registerSettings } from './fs/proc/sysctl/settings';
import { Ipc } from './ipc/ipc';
import { Network } from './net/network';
import { Namespaces } from './ns/namespaces';
import { Random } from './random';
import type { Nanoseconds } from './sched/blocking';
import { EventQueue, type TimerHandle } from './sched/event-queue';
import { Scheduler } from './sched/scheduler';
import type { Program } from './sys/sys';
import { Tasks } from './task/tasks';
import { Terminals } from './tty/terminals';
import { IdAllocator } from './vfs/ids';
import { Vfs } from './vfs/vfs';

export interface KernelOptions {
  seed: string;
  /** What files can be executed: by the name in their image (`image.ts`). */
  programs: (name: string) => Program | undefined;
  /** Nanoseconds since 1970 at which the realtime clock begins. */
  epoch: Nanoseconds;
  /** Bytes all tasks together may hold; ENOMEM, then the OOM killer, beyond. */
  memoryBytes: number;
  /** Resolves when what has been waiting for JavaScript has had its turn: engine programs act while the lab stands still. */
  turn: () => Promise<void>;
}

export class SimKernel {
  readonly events = new EventQueue();
  readonly random: Random;
  readonly scheduler: Scheduler;
  /** /proc/sys; each part registers its own settings. */
  readonly sysctl = new Sysctl();
  /** /proc/net; `net/` registers what it tells. */
  readonly netFiles = new NetFiles();
  readonly namespaces: Namespaces;
  readonly cgroups: Cgroups;
  readonly vfs: Vfs;
  readonly tasks: Tasks;
  readonly ipc: Ipc;
  readonly terminals: Terminals;
  readonly network: Network;
  /** Parts of the LabState that may be different from when they were last read. */
  readonly dirty = new Set<Collection>();
  #now: Nanoseconds = 0;
  /** How far somebody has set the realtime clock. */
  #clockSet: Nanoseconds = 0;
  #nextInum = 4026532160;
  #nextInode = 1000;
  readonly #minors = new IdAllocator(20);
  #onTouch: () => void = () => undefined;

  constructor(readonly options: KernelOptions) {
    this.random = new Random(options.seed);
    this.scheduler = new Scheduler(this);
    this.namespaces = new Namespaces(this);
    this.cgroups = new Cgroups(this);
    this.vfs = new Vfs(this);
    this.ipc = new Ipc(this);
    this.terminals = new Terminals(this);
    this.network = new Network(this);
    this.tasks = new Tasks(this);
    registerSettings(this);
  }

  /** Nanoseconds since the lab's kernel was booted: CLOCK_BOOTTIME and, without offsets, CLOCK_MONOTONIC. */
  get now(): Nanoseconds {
    return this.#now;
  }
  /** CLOCK_REALTIME. */
  get realtime(): Nanoseconds {
    return this.options.epoch + this.#now + this.#clockSet;
  }
  setRealtime(time: Nanoseconds): void {
    this.#clockSet = time - this.options.epoch - this.#now;
  }
  /** Only the scheduler moves the clock, and never back. */
  advanceTo(now: Nanoseconds): void {
    this.#now = Math.max(this.#now, now);
  }

  /** Runs `run` once after so many nanoseconds. */
  after(delay: Nanoseconds, run: () => void): TimerHandle {
    return this.events.at(this.#now + Math.max(0, delay), run);
  }

  /** A free number for an inode of pipefs, sockfs, or a filesystem without numbers of its own. */
  nextInode(): number {
    return this.#nextInode++;
  }
  /** A free number for a namespace. */
  nextInum(): number {
    return this.#nextInum++;
  }
  /** A free anonymous device, `0:N`. */
  nextDevice(): { major: number; minor: number } {
    return { major: 0, minor: this.#minors.take() };
  }
  /** The filesystem that had it is gone. */
  releaseDevice({ major, minor }: { major: number; minor: number }): void {
    if (major === 0) this.#minors.giveBack(minor);
  }

  /** Says that part of the LabState may have changed. Cheap: call it wherever something observable changes. */
  touch(...collections: Collection[]): void {
    for (const collection of collections) this.dirty.add(collection);
    this.#onTouch();
  }
  onTouch(listener: () => void): void {
    this.#onTouch = listener;
  }
}
