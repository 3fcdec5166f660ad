/** A launcher, as the engine sees it: a process that waits for orders at the other end of a socket. */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Plan } from '../../plan';
import { KernelError } from '../../port';
import type { PlanRun, ProcessExit } from '../../system';
import { interpreterFd, preparePlan } from '../birth';
import type { EventLoop } from '../events/epoll';
import { addressOf, check, close, EPOLLIN, nativeFunction, read } from '../syscall';
import { order, passed } from './launcher-plan';

const sendmsg = nativeFunction('intptr_t sendmsg(int fd, const void *message, int flags)');
const MSG_NOSIGNAL = 0x4000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
/** Descriptors a plan inherits beyond its image and reports. */
const inherited = passed - 3;
/** What one step of a plan writes: a pipe that nobody reads yet takes so much without waiting. */
const printedAtOnce = 32 * 1024;

/** What a launcher was called with, and where. */
export interface CommandLine {
  words: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

export function readCommandLine(pid: number): CommandLine {
  const list = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
  const pairs = list('environ').map((entry) => [
    entry.slice(0, entry.indexOf('=')),
    entry.slice(entry.indexOf('=') + 1),
  ]);
  return { words: list('cmdline').slice(1), env: Object.fromEntries(pairs), cwd: readlinkSync(`/proc/${pid}/cwd`) };
}

export class LauncherClient {
  readonly #waits = new Map<number, Promise<ProcessExit>>();
  #open = true;

  constructor(
    readonly fd: number,
    readonly pid: number,
    readonly events: EventLoop,
  ) {}

  accept(): void {
    this.#send(order.accept, 0, []);
  }

  /** Runs a plan as a child of the launcher, with its standard streams or those given. */
  run(plan: Plan, inherit: readonly number[], streams: readonly number[] = []): PlanRun {
    if (inherit.length > inherited) throw new KernelError('E2BIG', 'run', plan.name, 'too many descriptors');
    const prepared = preparePlan(plan);
    const [first = prepared.image] = inherit;
    const filled = [...inherit, ...Array.from({ length: inherited - inherit.length }, () => first)];
    try {
      const what = streams.length > 0 ? order.runWith : order.run;
      this.#send(what, 0, [prepared.image, prepared.reports, ...filled, interpreterFd(), ...streams]);
    } finally {
      close(prepared.image);
      close(prepared.reports);
    }
    return {
      pid: this.pid,
      report: prepared.report,
      done: prepared.done.then(() => undefined),
      exit: Promise.resolve({ exitCode: 0, signal: null }),
      output: () => '',
    };
  }

  /** Writes to one of the launcher's standard streams. */
  print(stream: 1 | 2, text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.byteLength; at += printedAtOnce) {
      const piece = bytes.subarray(at, at + printedAtOnce);
      const { done } = this.run(
        {
          name: 'print',
          steps: [{ call: 'write', args: [stream, piece, piece.byteLength], except: 'any' }, { exit: 0 }],
        },
        [],
      );
      done.catch(() => undefined);
    }
  }

  /** Lets the launcher wait for a child of its, and pass on its signals. One wait at a time. */
  wait(pid: number): Promise<ProcessExit> {
    const known = this.#waits.get(pid);
    if (known) return known;
    const waiting = this.#wait(pid);
    this.#waits.set(pid, waiting);
    return waiting;
  }

  async #wait(pid: number): Promise<ProcessExit> {
    const unknown = { exitCode: null, signal: null };
    // How a child of a launcher that has gone ended is for others to learn.
    if (!this.#open) return unknown;
    this.#send(order.wait, pid, []);
    await this.events.once(this.fd, EPOLLIN);
    const answer = Buffer.alloc(8);
    if (!this.#open || read(this.fd, answer, 'launcher') !== answer.byteLength) return unknown;
    const status = answer.readInt32LE(0);
    return status & 0x7f ? { exitCode: null, signal: status & 0x7f } : { exitCode: (status >> 8) & 0xff, signal: null };
  }

  exit(code: number): void {
    if (this.#open) this.#send(order.exit, code, []);
    this.close();
  }

  close(): void {
    if (this.#open) close(this.fd);
    this.#open = false;
  }

  /** One message: two words, and descriptors (unix(7), SCM_RIGHTS). */
  #send(what: number, argument: number, descriptors: readonly number[]): void {
    const words = Buffer.alloc(16);
    words.writeBigInt64LE(BigInt(what), 0);
    words.writeBigInt64LE(BigInt(argument), 8);
    const vector = Buffer.alloc(16);
    vector.writeBigUInt64LE(addressOf(words), 0);
    vector.writeBigUInt64LE(16n, 8);
    const control = Buffer.alloc(16 + Math.ceil(descriptors.length / 2) * 8);
    control.writeBigUInt64LE(BigInt(16 + descriptors.length * 4), 0);
    control.writeInt32LE(SOL_SOCKET, 8);
    control.writeInt32LE(SCM_RIGHTS, 12);
    for (const [index, fd] of descriptors.entries()) control.writeInt32LE(fd, 16 + index * 4);
    // struct msghdr
    const message = Buffer.alloc(56);
    message.writeBigUInt64LE(addressOf(vector), 16);
    message.writeBigUInt64LE(1n, 24);
    if (descriptors.length > 0) {
      message.writeBigUInt64LE(addressOf(control), 32);
      message.writeBigUInt64LE(BigInt(control.byteLength), 40);
    }
    check(sendmsg(this.fd, message, MSG_NOSIGNAL), 'sendmsg', 'launcher');
  }
}
