/** What socat(1) says on standard error. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { calendarOf, strftime } from '../../lib/time';

/** Ends socat with a message. */
export class SocatError extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

const levels = { E: 1, W: 2, N: 3, I: 4 };

export class SocatLog {
  constructor(
    private readonly sys: Sys,
    /** How much of it: 1 are errors only. */
    private readonly level: number,
  ) {}

  /** The same, written by a child. */
  in(sys: Sys): SocatLog {
    return new SocatLog(sys, this.level);
  }

  *say(kind: keyof typeof levels, message: string): Blocking<void> {
    if (levels[kind] > this.level) return;
    const time = strftime('%Y/%m/%d %H:%M:%S', calendarOf(this.sys.clockGettime('realtime')));
    yield* writeAll(this.sys, 2, `${time} socat[${this.sys.getpid()}] ${kind} ${message}\n`);
  }
}
