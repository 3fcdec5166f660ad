/** watch(1): runs a command again and again, and shows what it says. */
import {
  type Blocking,
  concat,
  decode,
  isSysError,
  POLLIN,
  type Sys,
  signalNumbers,
  strerror,
  type Termios,
} from '../../kernel/sim';
import { type Command, Fatal, makeCommand, Quit } from '../lib/command';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { calendar, strftime } from '../lib/time';

const usage = `
Usage:
 watch [options] command

Options:
  -b, --beep             beep when the command fails
  -c, --color            colours as the command has them
  -d, --differences[=<permanent>]
                         what has changed stands out
  -e, --errexit          end when the command fails
  -g, --chgexit          end when the output changes
  -q, --equexit <cycles> end when the output does not change
  -n, --interval <secs>  time between two runs
  -p, --precise          at even times
  -t, --no-title         no heading
  -w, --no-wrap          cut long lines
  -x, --exec             no shell for the command

 -h, --help
 -v, --version

For more details see watch(1).
`;

export const watch = makeCommand({
  name: 'watch',
  options: [
    { short: 'b', long: 'beep' },
    { short: 'c', long: 'color' },
    { short: 'd', long: 'differences', value: 'optional' },
    { short: 'e', long: 'errexit' },
    { short: 'g', long: 'chgexit' },
    { short: 'q', long: 'equexit', value: 'required' },
    { short: 'n', long: 'interval', value: 'required' },
    { short: 'p', long: 'precise' },
    { short: 't', long: 'no-title' },
    { short: 'w', long: 'no-wrap' },
    { short: 'x', long: 'exec' },
  ],
  usage,
  version: 'watch from procps-ng 4.0.2',
  versionLetter: 'v',
  stopAtOperand: true,
  *run(command) {
    if (command.operands.length === 0) return yield* command.misuse();
    const text = command.value('interval') ?? command.env.WATCH_INTERVAL ?? '2';
    const seconds = Number(text.replace(',', '.'));
    if (text === '' || Number.isNaN(seconds)) throw new Fatal(`failed to parse argument: '${text}': Invalid argument`);
    return yield* new Watcher(command, Math.max(0.1, seconds)).run();
  },
});

interface Result {
  text: string;
  status: number;
}

class Watcher {
  #ends = false;
  #shown: string[] | null = null;

  constructor(
    private readonly command: Command,
    private readonly seconds: number,
  ) {}

  *run(): Blocking<number> {
    const { sys } = this.command;
    for (const signal of [signalNumbers.SIGINT, signalNumbers.SIGTERM, signalNumbers.SIGHUP]) {
      sys.sigaction(signal, {
        handler: () => {
          this.#ends = true;
        },
        restart: false,
      });
    }
    sys.sigaction(signalNumbers.SIGWINCH, { handler: () => undefined, restart: false });
    const before = sys.isatty(0) ? sys.tcgetattr(0) : null;
    if (before) sys.tcsetattr(0, quiet(before));
    yield* writeAll(sys, 1, '\x1b[?1049h\x1b[22;0;0t\x1b(B\x1b[m\x1b[4l\x1b[?7h\x1b[H\x1b[2J');
    try {
      return yield* this.#loop();
    } finally {
      if (before) sys.tcsetattr(0, before);
      yield* writeAll(sys, 1, `\x1b[${this.#size().rows};1H\x1b[?1049l\x1b[23;0;0t\r\x1b[?1l\x1b>`);
    }
  }

  *#loop(): Blocking<number> {
    const { command } = this;
    let last: Result | null = null;
    let equal = 0;
    while (!this.#ends) {
      const result: Result = yield* this.#once();
      yield* this.#show(result);
      const changed = last !== null && last.text !== result.text;
      if (command.has('chgexit') && changed) return 0;
      equal = last !== null && !changed ? equal + 1 : 0;
      if (command.has('equexit') && equal >= Number(command.value('equexit'))) return 0;
      if (result.status !== 0 && command.has('beep')) yield* writeAll(command.sys, 1, '\x07');
      if (result.status !== 0 && command.has('errexit')) {
        yield* this.#waitForKey();
        throw new Quit(8);
      }
      last = result;
      yield* this.#wait();
    }
    return 0;
  }

  *#once(): Blocking<Result> {
    const { command } = this;
    const { sys, env, operands } = command;
    const { readEnd, writeEnd } = sys.pipe();
    const argv = command.has('exec') ? operands : ['sh', '-c', operands.join(' ')];
    const child = sys.fork(function* (own: Sys) {
      own.close(readEnd);
      own.dup2(writeEnd, 1);
      own.dup2(writeEnd, 2);
      own.close(writeEnd);
      const errno = yield* execByName(own, argv, env);
      yield* writeAll(own, 2, `watch: unable to execute '${argv[0]}': ${strerror(errno)}\n`);
      return 4;
    });
    sys.close(writeEnd);
    const text = yield* this.#readAll(readEnd);
    sys.close(readEnd);
    for (;;) {
      try {
        const result = yield* sys.waitpid(child);
        return { text, status: result?.event.kind === 'exited' ? result.event.code : 1 };
      } catch (error) {
        if (isSysError(error, 'ECHILD')) return { text, status: 0 };
        if (!isSysError(error, 'EINTR')) throw error;
      }
    }
  }

  *#readAll(fd: number): Blocking<string> {
    const { sys } = this.command;
    const chunks: Uint8Array[] = [];
    for (;;) {
      try {
        const chunk = yield* sys.read(fd, 65_536);
        if (chunk.length === 0) break;
        chunks.push(chunk);
      } catch (error) {
        if (!isSysError(error, 'EINTR')) throw error;
        if (this.#ends) break;
      }
    }
    return decode(concat(chunks));
  }

  #size(): { rows: number; cols: number } {
    const { sys } = this.command;
    const size = sys.isatty(1) ? sys.getWinsize(1) : { rows: 0, cols: 0 };
    return { rows: size.rows || 24, cols: size.cols || 80 };
  }

  *#show({ text }: Result): Blocking<void> {
    const { command } = this;
    const { rows, cols } = this.#size();
    const head = command.has('no-title') ? [] : [this.#title(cols), ''];
    const lines = linesOf(text, cols, command.has('no-wrap'), command.has('color')).slice(0, rows - head.length);
    const body = command.has('differences') ? lines.map((line, at) => this.#marked(line, at)) : lines;
    this.#shown = lines;
    const all = [...head, ...body];
    while (all.length < rows) all.push('');
    yield* writeAll(command.sys, 1, `\x1b[H${all.map((line) => `${line}\x1b[K`).join('\n')}`);
  }

  /** What is different from the last time is shown in reverse. */
  #marked(line: string, at: number): string {
    const before = this.#shown?.[at];
    if (this.#shown === null || before === line) return line;
    let marked = '';
    for (const [index, char] of [...line].entries()) {
      marked += before?.[index] === char ? char : `\x1b[7m${char}\x1b[27m`;
    }
    return marked;
  }

  #title(cols: number): string {
    const { sys, operands } = this.command;
    const left = `Every ${this.seconds.toFixed(1)}s: ${operands.join(' ')}`;
    const now = strftime('%a %b %e %H:%M:%S %Y', calendar(Math.floor(sys.clockGettime('realtime') / 1e9)));
    const right = `${sys.uname().nodename}: ${now}`;
    if (right.length > cols) return '';
    const room = cols - right.length - 1;
    const shown = left.length > room ? `${left.slice(0, Math.max(0, room - 4))}... ` : left;
    return `${shown.slice(0, Math.max(0, room)).padEnd(cols - right.length)}${right}`;
  }

  *#wait(): Blocking<void> {
    if (this.#ends) return;
    const { sys } = this.command;
    if (!sys.isatty(0)) return yield* this.#sleep();
    const until = sys.clockGettime('monotonic') + this.seconds * 1e9;
    for (let left = this.seconds * 1e9; left > 0 && !this.#ends; left = until - sys.clockGettime('monotonic')) {
      try {
        const { ready } = yield* sys.poll([{ fd: 0, events: POLLIN }], left);
        if (ready === 0) return;
        const keys = decode(yield* sys.read(0, 16));
        if (keys === '' || keys.includes('q')) this.#ends = true;
        if (keys.includes(' ')) return;
      } catch (error) {
        if (!isSysError(error, 'EINTR')) throw error;
        return;
      }
    }
  }

  *#sleep(): Blocking<void> {
    try {
      yield* this.command.sys.nanosleep(this.seconds * 1e9);
    } catch (error) {
      if (!isSysError(error, 'EINTR')) throw error;
    }
  }

  *#waitForKey(): Blocking<void> {
    const { sys } = this.command;
    if (!sys.isatty(0)) return;
    yield* writeAll(
      sys,
      1,
      `\x1b[${this.#size().rows};1H\x1b[1mcommand exit with a non-zero status, press a key to exit\x1b(B\x1b[m`,
    );
    yield* sys.read(0, 1);
  }
}

/** Keys are read one by one and not shown. */
function quiet(termios: Termios): Termios {
  return { ...termios, icanon: false, echo: false };
}

/** Long lines go on below, unless they are to be cut; without `color`, sequences of the terminal are taken out. */
function linesOf(text: string, cols: number, cuts: boolean, keepsColour: boolean): string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.flatMap((line) => {
    const clean = (keepsColour ? line : line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')).replaceAll('\t', '        ');
    if (keepsColour || cuts || clean.length <= cols) return [keepsColour ? clean : clean.slice(0, cols)];
    const parts: string[] = [];
    for (let at = 0; at < clean.length; at += cols) parts.push(clean.slice(at, at + cols));
    return parts;
  });
}
