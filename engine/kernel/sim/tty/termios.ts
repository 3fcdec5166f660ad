/** The settings every terminal starts with (Linux `tty_std_termios`, termios(3)). */
import type { Termios } from './types';

/** A control character that is switched off (`_POSIX_VDISABLE`). */
export const disabled = -1;

export function defaultTermios(): Termios {
  return {
    icrnl: true,
    inlcr: false,
    igncr: false,
    ixon: true,
    istrip: false,
    iutf8: false,
    opost: true,
    onlcr: true,
    ocrnl: false,
    isig: true,
    icanon: true,
    echo: true,
    echoe: true,
    echok: true,
    echonl: false,
    echoctl: true,
    echoke: true,
    noflsh: false,
    tostop: false,
    iexten: true,
    chars: {
      intr: 0x03,
      quit: 0x1c,
      erase: 0x7f,
      kill: 0x15,
      eof: 0x04,
      eol: disabled,
      eol2: disabled,
      start: 0x11,
      stop: 0x13,
      susp: 0x1a,
      reprint: 0x12,
      werase: 0x17,
      lnext: 0x16,
      discard: 0x0f,
    },
    min: 1,
    time: 0,
  };
}

export function copyTermios(termios: Termios): Termios {
  return { ...termios, chars: { ...termios.chars } };
}
