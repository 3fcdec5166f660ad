/** A terminal as the processes of a session have it (tty(4), pty(7)). */
import type { Device } from '../abi/files';

export interface Winsize {
  rows: number;
  cols: number;
}

/** termios(3), reduced to what programs here use. Control characters are byte values; -1 is disabled. */
export interface Termios {
  /** c_iflag */
  icrnl: boolean;
  inlcr: boolean;
  igncr: boolean;
  ixon: boolean;
  istrip: boolean;
  iutf8: boolean;
  /** c_oflag */
  opost: boolean;
  onlcr: boolean;
  ocrnl: boolean;
  /** c_lflag */
  isig: boolean;
  icanon: boolean;
  echo: boolean;
  echoe: boolean;
  echok: boolean;
  echonl: boolean;
  echoctl: boolean;
  echoke: boolean;
  noflsh: boolean;
  tostop: boolean;
  iexten: boolean;
  chars: Record<
    | 'intr'
    | 'quit'
    | 'erase'
    | 'kill'
    | 'eof'
    | 'eol'
    | 'eol2'
    | 'start'
    | 'stop'
    | 'susp'
    | 'reprint'
    | 'werase'
    | 'lnext'
    | 'discard',
    number
  >;
  /** c_cc[VMIN], c_cc[VTIME] in tenths of a second. */
  min: number;
  time: number;
  /** Kept for stty(1), without effect on a pseudo-terminal: off, and 38400 baud, when left out. */
  brkint?: boolean;
  imaxbel?: boolean;
  ixoff?: boolean;
  ixany?: boolean;
  speed?: number;
}

export interface TerminalDevice {
  readonly device: Device;
  /** `pts/0`. */
  readonly name: string;
  /** The session it controls, and the group in its foreground; 0 for none. */
  session: number;
  foreground: number;
}
