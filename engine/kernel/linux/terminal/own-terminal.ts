/** The terminal this process was called at (`engine/kernel/own-terminal.ts`; termios(3), ioctl_tty(2)). */
import type { OwnTerminal, WindowSize } from '../../own-terminal';
import { KernelError } from '../../port';
import type { EventLoop, Registration } from '../events/epoll';
import {
  check,
  checkExcept,
  close,
  EPOLLIN,
  EPOLLOUT,
  nativeFunction,
  O_NOCTTY,
  O_RDWR,
  open,
  read,
  setNonBlocking,
  write,
} from '../syscall';
import { PtyMaster } from './master';
import { setWindowSize } from './pty';

const ioctl = nativeFunction('int ioctl(int fd, unsigned long request, void *argument)');
const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCGWINSZ = 0x5413;

/** struct termios of the kernel: four words of flags, a byte, and the control characters. */
const place = { input: 0, output: 4, control: 8, local: 12, characters: 17 } as const;
const termiosBytes = 36;
const ONLCR = 0o4;
const [VTIME, VMIN] = [5, 6];
/** IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON */
const cookedInput = 0o1 | 0o2 | 0o10 | 0o40 | 0o100 | 0o200 | 0o400 | 0o2000;
/** ISIG, ICANON, ECHO, ECHONL, IEXTEN */
const cookedLocal = 0o1 | 0o2 | 0o10 | 0o100 | 0o100000;
const [CSIZE, PARENB, CS8] = [0o60, 0o400, 0o60];

const [standardInput, standardOutput] = [0, 1];
const chunkBytes = 16 * 1024;

/** isatty(3). Node's own would have all of its streams loaded. */
export function isTerminal(fd: number): boolean {
  return ioctl(fd, TCGETS, Buffer.alloc(termiosBytes)) === 0;
}

/** That of standard error, output or input, else the one that controls this process. Errors: ENXIO where none does. */
export function openOwnTerminal(events: EventLoop): OwnTerminal {
  const standard = [2, 1, 0].find(isTerminal);
  return new LinuxOwnTerminal(standard ?? open('/dev/tty', O_RDWR | O_NOCTTY), standard === undefined, events);
}

class LinuxOwnTerminal implements OwnTerminal {
  #before: Buffer | undefined;
  #master: { fd: number; terminal: PtyMaster } | undefined;
  #input: Registration | undefined;
  readonly #restore = () => this.#giveBack();

  constructor(
    private readonly fd: number,
    private readonly isOpenedHere: boolean,
    private readonly events: EventLoop,
  ) {}

  get size(): WindowSize {
    const size = Buffer.alloc(8);
    check(ioctl(this.fd, TIOCGWINSZ, size), 'TIOCGWINSZ', 'terminal');
    return { rows: size.readUInt16LE(0), columns: size.readUInt16LE(2) };
  }

  join(master: number): Promise<void> {
    leaveLineFeeds(master);
    setNonBlocking(master);
    this.#makeRaw();
    // Node gives back what it finds at its start only when it ends by itself.
    process.once('exit', this.#restore);
    return new Promise((resolve) => {
      const output = new Output(this.events);
      const terminal = new PtyMaster(master, this.events, {
        onData: (data) => {
          terminal.pause();
          output.write(data).then(() => terminal.resume());
        },
        onHangup: () => {
          terminal.close();
          output.drained().then(resolve);
        },
      });
      this.#master = { fd: master, terminal };
      this.passSize();
      this.#input = this.#passInput(terminal);
    });
  }

  passSize(): void {
    const { rows, columns } = this.size;
    // A terminal that has never been told its size has none to pass on.
    if (this.#master && rows > 0 && columns > 0) setWindowSize(this.#master.fd, columns, rows);
  }

  dispose(): void {
    process.off('exit', this.#restore);
    this.#input?.dispose();
    this.#input = undefined;
    this.#master?.terminal.close();
    this.#master = undefined;
    this.#giveBack();
    if (this.isOpenedHere) close(this.fd);
  }

  #makeRaw(): void {
    const before = attributes(this.fd);
    this.#before = before;
    const raw = Buffer.from(before);
    clear(raw, place.input, cookedInput);
    clear(raw, place.local, cookedLocal);
    clear(raw, place.control, CSIZE | PARENB);
    raw.writeUInt32LE((raw.readUInt32LE(place.control) | CS8) >>> 0, place.control);
    raw[place.characters + VMIN] = 1;
    raw[place.characters + VTIME] = 0;
    check(ioctl(this.fd, TCSETS, raw), 'TCSETS', 'terminal');
  }

  #giveBack(): void {
    // Whoever had the terminal may have hung up meanwhile.
    if (this.#before) checkExcept(['EIO', 'ENOTTY'], ioctl(this.fd, TCSETS, this.#before), 'TCSETS', 'terminal');
    this.#before = undefined;
  }

  #passInput(terminal: PtyMaster): Registration | undefined {
    const buffer = Buffer.alloc(chunkBytes);
    try {
      const registration = this.events.add(
        standardInput,
        EPOLLIN,
        () => {
          const count = readOrEnd(standardInput, buffer);
          if (count === null) return;
          // Its end is not the other's: who sits there says himself that he is done.
          if (count === 0) return registration.dispose();
          registration.update(0);
          const goOn = () => this.#input && registration.update(EPOLLIN);
          terminal.write(Buffer.from(buffer.subarray(0, count))).then(goOn, () => registration.dispose());
        },
        { background: true },
      );
      return registration;
    } catch (error) {
      // A file always has something to read, and cannot be waited for (epoll_ctl(2)).
      if (!(error instanceof KernelError && error.code === 'EPERM')) throw error;
      void passFile(terminal, buffer);
      return undefined;
    }
  }
}

async function passFile(terminal: PtyMaster, buffer: Buffer): Promise<void> {
  for (let count = readOrEnd(standardInput, buffer); count; count = readOrEnd(standardInput, buffer)) {
    try {
      await terminal.write(Buffer.from(buffer.subarray(0, count)));
    } catch {
      return;
    }
  }
}

/** 0 at the end, which is also when a terminal has hung up. */
function readOrEnd(fd: number, buffer: Buffer): number | null {
  try {
    return read(fd, buffer, 'standard input');
  } catch (error) {
    if (error instanceof KernelError && ['EIO', 'EINTR'].includes(error.code)) return error.code === 'EIO' ? 0 : null;
    throw error;
  }
}

/** Standard output, one piece after the other. */
class Output {
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(private readonly events: EventLoop) {}

  write(data: Uint8Array): Promise<void> {
    this.#last = this.#last.then(() => this.#put(data));
    return this.#last;
  }

  drained(): Promise<void> {
    return this.#last;
  }

  async #put(data: Uint8Array): Promise<void> {
    for (let rest = data; rest.byteLength > 0 && !this.#isClosed; ) {
      const count = this.#some(rest);
      if (count === null) await this.events.once(standardOutput, EPOLLOUT);
      else rest = rest.subarray(count);
    }
  }

  #some(bytes: Uint8Array): number | null {
    try {
      return write(standardOutput, bytes, 'standard output');
    } catch (error) {
      if (error instanceof KernelError && error.code === 'EINTR') return 0;
      // Nobody reads any more; the program goes on, and is not told.
      if (!(error instanceof KernelError && ['EPIPE', 'EIO'].includes(error.code))) throw error;
      this.#isClosed = true;
      return 0;
    }
  }
}

/** The terminal that shows the output makes two characters of a line feed: twice would be once too often. */
function leaveLineFeeds(master: number): void {
  const termios = attributes(master);
  clear(termios, place.output, ONLCR);
  check(ioctl(master, TCSETS, termios), 'TCSETS', 'terminal');
}

function attributes(fd: number): Buffer {
  const termios = Buffer.alloc(termiosBytes);
  check(ioctl(fd, TCGETS, termios), 'TCGETS', 'terminal');
  return termios;
}

function clear(termios: Buffer, at: number, bits: number): void {
  termios.writeUInt32LE((termios.readUInt32LE(at) & ~bits) >>> 0, at);
}
