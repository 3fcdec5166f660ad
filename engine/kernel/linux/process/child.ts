/** A process that was cloned to be a child of this one without Node knowing of it: its end, its status, its signals. */
import { constants } from 'node:os';
import type { EventLoop } from '../events/epoll';
import { check, close, nativeFunction, pidfdOpen, pidfdSignal } from '../syscall';

const waitid = nativeFunction('int waitid(int type, unsigned int id, void *info, int options)');
const P_PIDFD = 3;
const WEXITED = 4;
const CLD_EXITED = 1;
/** Offsets in `siginfo_t`: si_code, and si_status behind pid and uid. */
const info = { size: 128, code: 8, status: 24 };

export interface Exit {
  exitCode: number | null;
  signal: string | null;
}

export class Child {
  readonly #pidfd: number;
  #ended = false;
  /** Resolves when it has ended and is reaped. */
  readonly exit: Promise<Exit>;

  /** `pid` must be a child that nobody else waits for. */
  constructor(
    readonly pid: number,
    events: EventLoop,
  ) {
    this.#pidfd = pidfdOpen(pid);
    this.exit = events.once(this.#pidfd).then(() => this.#reap());
  }

  /** Sends a signal to the process and, as it leads one, to its process group. */
  signal(signal: number): void {
    if (this.#ended) return;
    pidfdSignal(this.#pidfd, signal);
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The group is empty but for a process that is ending.
    }
  }

  #reap(): Exit {
    const siginfo = Buffer.alloc(info.size);
    this.#ended = true;
    check(waitid(P_PIDFD, this.#pidfd, siginfo, WEXITED), 'waitid', String(this.pid));
    close(this.#pidfd);
    const status = siginfo.readInt32LE(info.status);
    return siginfo.readInt32LE(info.code) === CLD_EXITED
      ? { exitCode: status, signal: null }
      : { exitCode: null, signal: signalName(status) };
  }
}

export function signalNumber(name: string): number {
  const number = Object.entries(constants.signals).find(([known]) => known === name)?.[1];
  if (number === undefined) throw new Error(`unknown signal ${name}`);
  return number;
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, known]) => known === number)?.[0] ?? `SIG${number}`;
}
