/** The terminal a simulated program was called at (`engine/kernel/own-terminal.ts`). */
import type { OwnTerminal, WindowSize } from '../../../own-terminal';
import { isSysError, O_CLOEXEC, O_NOCTTY, O_RDWR, POLLHUP, POLLIN } from '../../abi';
import type { Blocking } from '../../sched/blocking';
import type { TaskSys } from '../../sys/task-sys';
import type { Termios } from '../../tty/types';
import { atOnce } from '../sim-files';
import { attempt } from '../system/answers';
import type { WaitingCalls } from './waiting-calls';

const chunkBytes = 16_384;
const [standardInput, standardOutput] = [0, 1];

/** That of standard error, output or input, else the one that controls the process. Errors: ENXIO where none does. */
export function openOwnTerminal(sys: TaskSys, calls: WaitingCalls): OwnTerminal {
  const standard = [2, 1, 0].find((fd) => sys.isatty(fd));
  const open = () => atOnce(sys.open('/dev/tty', O_RDWR | O_NOCTTY | O_CLOEXEC));
  return new SimOwnTerminal(sys, calls, standard ?? attempt('open', '/dev/tty', open), standard === undefined);
}

class SimOwnTerminal implements OwnTerminal {
  #before: Termios | null = null;
  #master: number | null = null;

  constructor(
    private readonly sys: TaskSys,
    private readonly calls: WaitingCalls,
    private readonly fd: number,
    private readonly isOpenedHere: boolean,
  ) {}

  get size(): WindowSize {
    const { rows, cols } = this.sys.getWinsize(this.fd);
    return { rows, columns: cols };
  }

  join(master: number): Promise<void> {
    const { sys } = this;
    return attempt('ioctl', 'terminal', () => {
      sys.tcsetattr(master, { ...sys.tcgetattr(master), onlcr: false });
      this.#before = sys.tcgetattr(this.fd);
      sys.tcsetattr(this.fd, raw(this.#before));
      this.#master = master;
      this.passSize();
      // Its end is not the other's: who sits there says himself that he is done.
      void this.calls.begin(() => this.#copy(standardInput, master));
      return this.calls.begin(() => this.#copy(master, standardOutput));
    });
  }

  passSize(): void {
    const size = this.sys.getWinsize(this.fd);
    if (this.#master !== null && size.rows > 0 && size.cols > 0) this.sys.setWinsize(this.#master, size);
  }

  dispose(): void {
    const { sys } = this;
    if (this.#master !== null) sys.close(this.#master);
    this.#master = null;
    const before = this.#before;
    this.#before = null;
    // Whoever had the terminal may have hung up meanwhile.
    if (before) ignoring(['EIO', 'ENOTTY'], () => sys.tcsetattr(this.fd, before));
    if (this.isOpenedHere) sys.close(this.fd);
  }

  /** Until nothing comes any more, or the two are not joined any more. */
  *#copy(from: number, to: number): Blocking<void> {
    const { sys } = this;
    for (;;) {
      yield* untilDone(() => sys.poll([{ fd: from, events: POLLIN | POLLHUP }], null));
      if (this.#master === null) return;
      const chunk = yield* readOrEnd(sys, from);
      if (chunk.length === 0) return;
      for (let rest = chunk; rest.length > 0; ) rest = rest.subarray(yield* untilDone(() => sys.write(to, rest)));
    }
  }
}

/** A terminal that nobody has open any more, or that has hung up, has nothing more to say. */
function* readOrEnd(sys: TaskSys, fd: number): Blocking<Uint8Array> {
  try {
    return yield* untilDone(() => sys.read(fd, chunkBytes));
  } catch (error) {
    if (isSysError(error, 'EIO')) return new Uint8Array();
    throw error;
  }
}

/** Again when a signal has come meanwhile. */
function* untilDone<T>(call: () => Blocking<T>): Blocking<T> {
  for (;;) {
    try {
      return yield* call();
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
    }
  }
}

/** cfmakeraw(3), save that output is processed as before. */
function raw(termios: Termios): Termios {
  const input = { istrip: false, inlcr: false, igncr: false, icrnl: false, ixon: false, brkint: false };
  const local = { echo: false, echonl: false, icanon: false, isig: false, iexten: false };
  return { ...termios, ...input, ...local, min: 1, time: 0 };
}

function ignoring(codes: readonly ['EIO', 'ENOTTY'], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isSysError(error, ...codes)) throw error;
  }
}
