/** Pseudo-terminals of a Machine (pty(7)), opened from outside through its init's root. */
import { fstatSync } from 'node:fs';
import { KernelError } from '../../port';
import { withFile } from '../files/resolve';
import { toFileStat } from '../files/stat';
import { check, close, nativeFunction, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_PATH, O_RDWR, open } from '../syscall';

const ioctl = nativeFunction('int ioctl(int fd, unsigned long request, void *argument)');
const ioctlNumber = nativeFunction('int ioctl(int fd, unsigned long request, unsigned long argument)');

const TIOCSWINSZ = 0x5414;
const TIOCGPTN = 0x80045430;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;

export interface Pty {
  /** Does not block. */
  master: number;
  /** Blocks; for the program. Close it once the program has it. */
  slave: number;
  /** `pts/0` */
  name: string;
}

const path = '/dev/pts/ptmx';
/** Device number of every ptmx (kernel: Documentation/admin-guide/devices.txt). */
const ptmxDevice = '5:2';

/**
 * Opens a new pty in the devpts of the Machine whose init has this pid. Errors: ENOSPC when there are too many, ENODEV
 * when the learner has put something else in its place.
 */
export function openPty(initPid: number, cols: number, rows: number): Pty {
  // Looked at before it is opened: this process may open devices that the Machine may not.
  const master = withFile(`/proc/${initPid}/root`, path, O_PATH, (fd) => {
    const { kind, rdev } = toFileStat(fstatSync(fd));
    if (kind !== 'char' || rdev !== ptmxDevice) throw new KernelError('ENODEV', 'open', path, 'no pty multiplexer');
    return open(`/proc/self/fd/${fd}`, O_RDWR | O_NOCTTY | O_NONBLOCK);
  });
  try {
    const word = Buffer.alloc(4);
    check(ioctl(master, TIOCSPTLCK, word), 'TIOCSPTLCK', path);
    check(ioctl(master, TIOCGPTN, word), 'TIOCGPTN', path);
    setWindowSize(master, cols, rows);
    // The slave by way of its master: no name is looked up, so nothing mounted over /dev/pts can stand in for it.
    const slave = check(ioctlNumber(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC), 'TIOCGPTPEER', path);
    return { master, slave, name: `pts/${word.readUInt32LE()}` };
  } catch (error) {
    close(master);
    throw error;
  }
}

/** Sets the size in characters; the foreground process group gets SIGWINCH (ioctl_tty(2)). */
export function setWindowSize(master: number, cols: number, rows: number): void {
  if (!(Number.isInteger(cols) && Number.isInteger(rows) && cols > 0 && rows > 0 && cols <= 0xffff && rows <= 0xffff)) {
    throw new KernelError('EINVAL', 'TIOCSWINSZ', `${cols}x${rows}`);
  }
  const size = Buffer.alloc(8);
  size.writeUInt16LE(rows, 0);
  size.writeUInt16LE(cols, 2);
  check(ioctl(master, TIOCSWINSZ, size), 'TIOCSWINSZ', 'pty');
}
