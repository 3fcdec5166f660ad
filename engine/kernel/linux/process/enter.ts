/** Starts programs in a Machine. */
import { readFileSync } from 'node:fs';
import type { User } from '../../machine';
import { type Birth, runPlan, type Stdio } from '../birth';
import type { EventLoop } from '../events/epoll';
import { enterPlan } from '../machine/enter-plan';
import { Child } from './child';

/** What starting a program needs to know of its Machine. */
export interface Place {
  name: string;
  /** A pidfd of the Machine's init. */
  initFd: number;
  cgroups: readonly string[];
  events: EventLoop;
}

export interface Program {
  user: User;
  argv: readonly string[];
  argv0?: string;
  env: Record<string, string>;
  cwd?: string;
  terminal: boolean;
}

/** Resolves once the program is executed. Errors: what execve(2) and chdir(2) say, ESRCH when the Machine has ended. */
export async function enter(place: Place, program: Program, stdio: Stdio): Promise<Child> {
  const plan = enterPlan({ ...program, name: place.name, cgroups: place.cgroups, openFiles: openFilesLimit() });
  const birth = runPlan(plan, { stdio, inherit: [place.initFd] });
  const child = await adopt(birth, place.events);
  try {
    await birth.done;
  } catch (error) {
    child.signal(9);
    await child.exit;
    throw error;
  }
  return child;
}

async function adopt(birth: Birth, events: EventLoop): Promise<Child> {
  return new Child(await birth.report('pid'), events);
}

let openFiles: number | undefined;

/** The hard limit of open files, which a process without CAP_SYS_RESOURCE cannot exceed. */
function openFilesLimit(): number {
  openFiles ??= Number(/^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
  return openFiles;
}
