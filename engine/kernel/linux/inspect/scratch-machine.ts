/** For tests: a Machine of sorts, made with unshare(1), with a shell that is told what to do. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import type { LabState } from '../../../state';
import { EventLoop } from '../events/epoll';
import type { ObservedMachine } from '../observer';
import { labObserver, type ObserverStats } from './index';
import { LinuxLabObserver } from './lab-observer';

let made = 0;

/** Why these tests cannot run here; null when they can. */
export function whyNoScratchMachines(): string | null {
  if (process.platform !== 'linux') return `not on ${process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root: namespaces and cgroups are made';
  return cgroupBase() ? null : 'no cgroup hierarchy that can be written to';
}

function cgroupBase(): string | null {
  for (const base of ['/sys/fs/cgroup/pids', '/sys/fs/cgroup']) if (existsSync(`${base}/cgroup.procs`)) return base;
  return null;
}

export class ScratchMachine {
  readonly #events = new EventLoop();
  readonly #cgroup = `${cgroupBase()}/underlay-test-${process.pid}-${++made}`;
  readonly #shell: ChildProcessWithoutNullStreams;
  #observer: LinuxLabObserver | null = null;
  #output = '';
  #marks = 0;

  private constructor() {
    mkdirSync(this.#cgroup);
    // Its own mount, UTS, IPC, network, pid and cgroup namespaces; the shell is its pid 1.
    const script = `echo $$ > ${this.#cgroup}/cgroup.procs && exec unshare -muinpfC --mount-proc --kill-child bash`;
    this.#shell = spawn('bash', ['-c', script], { stdio: 'pipe' });
    this.#shell.stdout.on('data', (data: Buffer) => {
      this.#output += data.toString();
    });
    this.#shell.stderr.on('data', (data: Buffer) => {
      this.#output += data.toString();
    });
  }

  static async start(): Promise<ScratchMachine> {
    const machine = new ScratchMachine();
    await machine.run('mount -t tmpfs tmpfs /mnt && cd /mnt');
    const { initPid, cgroup } = { initPid: machine.#initPid(), cgroup: machine.#cgroup };
    machine.#observe({ id: 'lab', initPid, cgroups: [cgroup] });
    await machine.observer.inspect();
    return machine;
  }

  get observer(): LinuxLabObserver {
    if (!this.#observer) throw new Error('not started');
    return this.#observer;
  }

  get stats(): ObserverStats {
    return this.observer.stats;
  }

  /** Runs a command line in the shell and returns what it printed, both streams. Throws when it fails. */
  async run(command: string): Promise<string> {
    const mark = `--done-${++this.#marks}`;
    this.#output = '';
    this.#shell.stdin.write(`${command}\ncode=$?; echo; echo ${mark} $code\n`);
    const ended = new RegExp(`\\n${mark} (\\d+)\\n`);
    for (;;) {
      const match = ended.exec(this.#output);
      if (match) {
        const printed = this.#output.slice(0, match.index);
        if (match[1] !== '0') throw new Error(`${command}: exit ${match[1]}\n${printed}`);
        return printed;
      }
      if (this.#shell.exitCode !== null) throw new Error(`the shell has ended: ${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Waits until the observer reports a state of which `wanted` finds something. */
  async until<T>(wanted: (state: LabState) => T | undefined | false | null | 0, timeoutMs = 60_000): Promise<T> {
    const found = wanted(this.observer.state);
    if (found) return found;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listening.dispose();
        reject(new Error(`never came: ${wanted}; ${JSON.stringify(this.stats)}`));
      }, timeoutMs);
      const listening = this.observer.onState((state) => {
        const result = wanted(state);
        if (!result) return;
        clearTimeout(timer);
        listening.dispose();
        resolve(result);
      });
    });
  }

  async dispose(): Promise<void> {
    this.#observer?.dispose();
    this.#events.dispose();
    const ended = new Promise((resolve) => this.#shell.once('exit', resolve));
    this.#shell.kill('SIGKILL');
    await ended;
    await this.#removeCgroup();
  }

  #observe(machine: ObservedMachine): void {
    const observer = labObserver()([machine], this.#events);
    if (!(observer instanceof LinuxLabObserver)) throw new Error('another observer than this one');
    this.#observer = observer;
  }

  #initPid(): number {
    const pids = readFileSync(`${this.#cgroup}/cgroup.procs`, 'utf8').trim().split('\n').map(Number);
    const init = pids.find((pid) => /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
    if (init === undefined) throw new Error('no process is pid 1 of a namespace');
    return init;
  }

  /** A cgroup can be removed once its last process is reaped. */
  async #removeCgroup(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        for (const entry of readdirSync(this.#cgroup, { withFileTypes: true })) {
          if (entry.isDirectory()) rmdirSync(`${this.#cgroup}/${entry.name}`);
        }
        rmdirSync(this.#cgroup);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    throw new Error(`${this.#cgroup} cannot be removed`);
  }
}
