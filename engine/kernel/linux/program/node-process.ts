/** Engine programs in Node's own process, and in that of a launcher (`engine/kernel/program.ts`). */
import { readFileSync, readlinkSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import type { Networks } from '../../network';
import type { OwnTerminal } from '../../own-terminal';
import { type Disposable, KernelError } from '../../port';
import type { ProgramProcess } from '../../program';
import type { ProcessExit, System } from '../../system';
import type { Tree } from '../../tree';
import { EventLoop } from '../events/epoll';
import type { CommandLine, LauncherClient } from '../launcher/client';
import { LauncherSystem } from '../launcher/system';
import { LinuxNetworks } from '../network/networks';
import { LinuxSystem } from '../system';
import { isTerminal, openOwnTerminal } from '../terminal/own-terminal';
import { LinuxTree } from '../tree/tree';

const standardInput = 0;
const kept = ['SIGKILL', 'SIGSTOP', 'SIGCHLD', 'SIGPIPE', 'SIGPROF', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGILL', 'SIGURG'];

/** `argv`: as it was called, without Node. */
export class NodeProcess implements ProgramProcess {
  readonly system: System = new LinuxSystem();
  readonly networks: Networks = new LinuxNetworks();
  readonly env = process.env;
  readonly cwd = directory();

  constructor(readonly argv: readonly string[]) {}

  openTree(path: string): Tree {
    return LinuxTree.open(path);
  }

  write(stream: 1 | 2, data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    for (let at = 0; at < bytes.length; ) at += writeSome(stream, bytes.subarray(at));
  }

  isTerminal(stream: 0 | 1 | 2): boolean {
    return isTerminal(stream);
  }

  openTerminal(): OwnTerminal {
    return openOwnTerminal(new EventLoop());
  }

  async readInput(): Promise<Uint8Array> {
    return readFileSync(standardInput);
  }

  onSignal(listener: (signal: number) => void): Disposable {
    const listeners = Object.entries(constants.signals).flatMap(([name, number]) => {
      if (kept.includes(name)) return [];
      const own = () => listener(number);
      return listen(name, own) ? [{ name, own }] : [];
    });
    return {
      dispose() {
        for (const { name, own } of listeners) process.removeListener(name, own);
      },
    };
  }

  async attend(_pid: number, exit: Promise<ProcessExit>, send: (signal: number) => void): Promise<ProcessExit> {
    const signals = this.onSignal(send);
    try {
      return await exit;
    } finally {
      signals.dispose();
    }
  }
}

/** The launcher has the streams and is the parent; files and everything else are this process's, which has the same namespaces. */
export class LaunchedProcess implements ProgramProcess {
  readonly system: System;
  readonly networks: Networks = new LinuxNetworks();
  readonly argv: readonly string[];
  readonly env: CommandLine['env'];
  readonly cwd: string;

  constructor(
    readonly client: LauncherClient,
    { words, env, cwd }: CommandLine,
    name: string,
  ) {
    this.system = new LauncherSystem(client);
    this.argv = [name, ...words];
    this.env = env;
    this.cwd = cwd;
  }

  openTree(path: string): Tree {
    return LinuxTree.open(path);
  }

  write(stream: 1 | 2, data: string | Uint8Array): void {
    this.client.print(stream, typeof data === 'string' ? data : new TextDecoder().decode(data));
  }

  isTerminal(stream: 0 | 1 | 2): boolean {
    return /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/${this.client.pid}/fd/${stream}`));
  }

  /** Whoever is at one executes the program itself (`LauncherServer`). */
  openTerminal(): OwnTerminal {
    throw new KernelError('ENXIO', 'open', '/dev/tty');
  }

  /** Whoever is given what comes from there executes the program itself (`LauncherServer`). */
  readInput(): Promise<Uint8Array> {
    return Promise.reject(new Error('a launcher hands on no standard input'));
  }

  onSignal(): Disposable {
    throw new Error('a launcher passes signals on only to a process it waits for');
  }

  attend(pid: number, exit: Promise<ProcessExit>): Promise<ProcessExit> {
    void this.client.wait(pid);
    return exit;
  }
}

/** One that was removed has no name any more: nothing is found from there. */
function directory(): string {
  try {
    return process.cwd();
  } catch {
    return '/proc/self/cwd';
  }
}

/** A pipe or a terminal that Node has made non-blocking may be full. Whoever cannot be written to has no use for it. */
function writeSome(stream: number, bytes: Uint8Array): number {
  try {
    return writeSync(stream, bytes);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 0 : bytes.length;
  }
}

/** Some signals are Node's own or unknown to this system. */
function listen(name: string, listener: () => void): boolean {
  try {
    process.on(name, listener);
    return true;
  } catch {
    return false;
  }
}
