/** This host with a launcher: what is started becomes a child of that, and begins in a process of a few pages. */
import { openSync } from 'node:fs';
import type { Plan } from '../../plan';
import type { PlanRun, ProcessExit, SystemRunOptions, SystemStdio } from '../../system';
import { runPlan } from '../birth';
import { EventLoop } from '../events/epoll';
import { check, close, nativeFunction, O_CLOEXEC } from '../syscall';
import { LinuxSystem } from '../system';
import { LauncherClient } from './client';
import { ownLauncherPlan } from './launcher-plan';

const socketpair = nativeFunction('int socketpair(int domain, int type, int protocol, void *fds)');
const AF_UNIX = 1;
const SOCK_STREAM = 1;

export class LauncherSystem extends LinuxSystem {
  /** `own`: the launcher belongs to this process, and has no streams but those it is given. */
  constructor(
    readonly client: LauncherClient,
    readonly own = false,
  ) {
    super(client.events);
  }

  override run(plan: Plan, options: SystemRunOptions = {}): PlanRun {
    const { stdio, inherit = [] } = options;
    if (this.own && stdio?.every(isDescriptor)) return this.client.run(plan, inherit, stdio.map(descriptorOf));
    if (!this.own && stdio?.every((end, index) => end === index)) return this.client.run(plan, inherit);
    return super.run(plan, options);
  }

  /** Asked of the launcher only once there is an answer: until then it is there for other orders. */
  override async childExit(pid: number): Promise<ProcessExit> {
    const process = this.process(pid);
    if (process) await this.ended(process);
    return this.client.wait(pid);
  }

  dispose(): void {
    this.client.exit(0);
  }
}

/** For a process that stays and starts many containers. Its launcher ends with it, or when it is disposed of. */
export function residentSystem(): LauncherSystem {
  const ends = Buffer.alloc(8);
  check(socketpair(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, ends), 'socketpair', 'launcher');
  const theirs = ends.readInt32LE(4);
  const { pid, child } = runPlan(ownLauncherPlan(), { inherit: [theirs], argv0: 'launcher' });
  close(theirs);
  // It is there as long as this process has something else to do.
  child.unref();
  return new LauncherSystem(new LauncherClient(ends.readInt32LE(0), pid, new EventLoop()), true);
}

let nothing: number | undefined;

function isDescriptor(end: SystemStdio[number]): boolean {
  return end !== 'keep';
}

function descriptorOf(end: SystemStdio[number]): number {
  if (typeof end === 'number') return end;
  nothing ??= openSync('/dev/null', 'r+');
  return nothing;
}
