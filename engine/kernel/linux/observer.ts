/** What a lab's observer is: it reads the Machines' state from the kernel, from outside them. */
import type { LabState, MachineId } from '../../state';
import type { Disposable } from '../port';
import type { EventLoop } from './events/epoll';

/** A Machine, as far as an observer needs to know it. */
export interface ObservedMachine {
  id: MachineId;
  /** Process id of its init as this process sees it. Its namespaces are the Machine's. */
  initPid: number;
  /**
   * The Machine's cgroup in every hierarchy it has one in, absolute directories on the host. All its processes are in
   * (or below) each of them.
   */
  cgroups: string[];
}

export interface LabObserver {
  /** The state as the kernel tells it now (waits for a scan that starts after the call). */
  inspect(): Promise<LabState>;
  /** The newest state already known. */
  readonly state: LabState;
  /** Calls `listener` with each new state, never more often than the rate limit. */
  onState(listener: (state: LabState) => void): Disposable;
  /**
   * A program is about to act on what was typed. What a shell does by itself (`cd`, a write to `uid_map`) starts no
   * process, so nothing in the kernel would tell: it is a reason to look, and no more than that.
   */
  expectChange(): void;
  dispose(): void;
}

/** Starts observing; `events` is the process's one epoll set. */
export type ObserveLab = (machines: ObservedMachine[], events: EventLoop) => LabObserver;
