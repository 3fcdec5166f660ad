/** The `System` port for this very host. */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Plan } from '../../plan';
import { KernelError } from '../../port';
import type {
  CgroupHierarchy,
  PlanOutcome,
  PlanRun,
  ProcessExit,
  ProcessName,
  System,
  SystemFacts,
  SystemRunOptions,
} from '../../system';
import { type Birth, outcomeOf, runPlan } from '../birth';
import { attachDeviceProgram } from '../cgroup/devices';
import { hierarchies } from '../cgroup/hierarchy';
import { EventLoop } from '../events/epoll';
import { wallClockMs } from '../inspect/clock';
import { heldCapabilities } from '../machine/capabilities';
import { Child } from '../process/child';
import { checkExcept, close, nativeFunction, pidfdOpen, pidfdSignal } from '../syscall';
import { LinuxDescriptors } from './descriptors';
import { LinuxSystemFiles } from './files';
import { readProcess } from './process-name';

const umount2 = nativeFunction('int umount2(const char *target, int flags)');
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;
const maxOutput = 64 * 1024;

export class LinuxSystem implements System {
  readonly files = new LinuxSystemFiles();
  readonly descriptors = new LinuxDescriptors(() => this.#loop());
  #events: EventLoop | undefined;
  #hierarchies: readonly CgroupHierarchy[] | undefined;
  #facts: SystemFacts | undefined;

  /** `events`: where to wait; a set of its own when left out. */
  constructor(events?: EventLoop) {
    this.#events = events;
  }

  run(plan: Plan, options: SystemRunOptions = {}): PlanRun {
    const [stdin, stdout, stderr] = options.stdio ?? ['ignore', 'ignore', 'ignore'];
    const pipe = (end: number | 'ignore' | 'keep') => (end === 'keep' ? 'pipe' : end);
    return planRun(
      runPlan(plan, {
        stdio: [stdin, pipe(stdout), pipe(stderr)],
        inherit: options.inherit ?? [],
        ...(options.argv0 !== undefined && { argv0: options.argv0 }),
      }),
    );
  }

  outcome(plan: Plan, records: Uint8Array): PlanOutcome {
    return outcomeOf(plan, records);
  }

  process(pid: number): ProcessName | null {
    return readProcess(pid);
  }

  signal(process: ProcessName, signal: number): boolean {
    const pidfd = openProcess(process);
    if (pidfd === null) return false;
    try {
      return pidfdSignal(pidfd, signal);
    } finally {
      close(pidfd);
    }
  }

  async childExit(pid: number): Promise<ProcessExit> {
    const { exitCode, signal } = await new Child(pid, this.#loop()).exit;
    return { exitCode, signal: signal === null ? null : signalNumber(signal) };
  }

  async ended(process: ProcessName): Promise<void> {
    const pidfd = openProcess(process);
    if (pidfd === null) return;
    try {
      await this.#loop().once(pidfd);
    } finally {
      close(pidfd);
    }
  }

  cgroupHierarchies(): readonly CgroupHierarchy[] {
    this.#hierarchies ??= hierarchies();
    return this.#hierarchies;
  }

  attachDeviceProgram(directory: string, program: Uint8Array): void {
    attachDeviceProgram(directory, program);
  }

  unmount(path: string): void {
    checkExcept(['EINVAL', 'ENOENT'], umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW), 'umount2', path);
  }

  now(): Date {
    return new Date(wallClockMs());
  }

  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds);
  }

  get facts(): SystemFacts {
    this.#facts ??= readFacts();
    return this.#facts;
  }

  #loop(): EventLoop {
    this.#events ??= new EventLoop();
    return this.#events;
  }
}

function readFacts(): SystemFacts {
  return {
    pid: process.pid,
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    capabilities: heldCapabilities(),
    architecture: process.arch,
    securityModules: readSecurityModules(),
  };
}

function readSecurityModules(): string[] {
  try {
    return readFileSync('/sys/kernel/security/lsm', 'utf8').trim().split(',');
  } catch {
    // securityfs is not mounted, or the kernel has no modules at all.
    return [];
  }
}

/** A pidfd of exactly that process, or null when it is gone. */
function openProcess(name: ProcessName): number | null {
  let pidfd: number;
  try {
    pidfd = pidfdOpen(name.pid);
  } catch (error) {
    if (error instanceof KernelError && error.code === 'ESRCH') return null;
    throw error;
  }
  // Read after the pidfd was taken: whoever has the pid now is whom the pidfd stands for.
  if (readProcess(name.pid)?.startTime === name.startTime) return pidfd;
  close(pidfd);
  return null;
}

function signalNumber(name: string): number {
  const known = Object.entries(constants.signals).find(([signal]) => signal === name)?.[1];
  return known ?? Number(name.replace(/^SIG/, ''));
}

function planRun(birth: Birth): PlanRun {
  const chunks: Buffer[] = [];
  let kept = 0;
  for (const stream of [birth.stdout, birth.stderr]) {
    stream?.on('data', (chunk: unknown) => {
      if (!Buffer.isBuffer(chunk) || kept >= maxOutput) return;
      chunks.push(chunk.subarray(0, maxOutput - kept));
      kept += chunk.byteLength;
    });
  }
  const exit = new Promise<ProcessExit>((resolve) => {
    birth.child.once('error', () => resolve({ exitCode: 127, signal: null }));
    birth.child.once('exit', (exitCode, signal) =>
      resolve({ exitCode, signal: signal === null ? null : signalNumber(signal) }),
    );
  });
  const done = birth.done.then(() => undefined);
  // Whoever waits for reports learns of a failure by them, too.
  done.catch(() => undefined);
  return {
    pid: birth.pid,
    report: (name) => birth.report(name),
    done,
    exit,
    output: () => Buffer.concat(chunks).toString('utf8'),
  };
}
