/** The terminal while a line is edited: no echo, no line buffering; ^C is still a signal (readline's rltty.c). */
import { isSysError, type Sys, type Termios } from '../../../kernel/sim';

export function prepareTerminal(sys: Sys, fd: number): Termios | null {
  try {
    const before = sys.tcgetattr(fd);
    sys.tcsetattr(
      fd,
      {
        ...before,
        icanon: false,
        echo: false,
        icrnl: false,
        inlcr: false,
        ixon: false,
        min: 1,
        time: 0,
        chars: { ...before.chars, lnext: -1 },
      },
      'drain',
    );
    return before;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return null;
  }
}

export function restoreTerminal(sys: Sys, fd: number, modes: Termios | null): void {
  if (modes === null) return;
  try {
    sys.tcsetattr(fd, modes, 'drain');
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
