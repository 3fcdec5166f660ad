/** more: shows text a screenful at a time, forward (more(1), util-linux 2.38). */
import { type Blocking, isSysError, O_RDONLY, type Sys, strerror } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { isDirectory } from '../lib/stat';
import { decodeLossless } from './common/lossless';
import { Records } from './common/records';
import { Terminal } from './common/terminal';
import { layoutLine } from './less/layout';
import { initialSettings } from './less/settings';

const help = `
Usage:
 more [options] <file>...

Shows files page by page.
 <space> next page    <return> next line    b back (files)    / search    q leave    h help
`;

export function* more(sys: Sys, argv: readonly string[]): Blocking<number> {
  const files: string[] = [];
  for (const arg of argv.slice(1)) {
    if (arg === '-h' || arg === '--help' || arg === '-V' || arg === '--version') {
      yield* writeAll(sys, 1, arg === '-V' || arg === '--version' ? 'more from util-linux 2.38.1\n' : help);
      return 0;
    }
    if (/^-[dflcpsue]+$/.test(arg)) continue;
    if (arg.startsWith('-') && arg !== '-') {
      yield* writeAll(sys, 2, `more: unrecognized option '${arg}'\nTry 'more --help' for more information.\n`);
      return 1;
    }
    files.push(arg);
  }
  if (files.length === 0 && sys.isatty(0)) {
    yield* writeAll(sys, 2, "more: bad usage\nTry 'more --help' for more information.\n");
    return 1;
  }
  const terminal = sys.isatty(1) ? yield* Terminal.open(sys) : null;
  for (const file of files.length === 0 ? ['-'] : files) {
    const fd = yield* openFile(sys, file);
    if (fd === null) continue;
    // Told on a terminal only where there are several.
    if (files.length > 1 || (terminal === null && file !== '-'))
      yield* writeAll(sys, 1, `::::::::::::::\n${file}\n::::::::::::::\n`);
    const goesOn = terminal === null ? yield* copy(sys, fd) : yield* showPages(sys, terminal, fd, file);
    if (fd !== 0) sys.close(fd);
    if (!goesOn) break;
  }
  return 0;
}

function* openFile(sys: Sys, file: string): Blocking<number | null> {
  if (file === '-') return 0;
  try {
    if (isDirectory(sys.stat(file))) {
      yield* writeAll(sys, 1, `\n*** ${file}: directory ***\n\n`);
      return null;
    }
    return yield* sys.open(file, O_RDONLY);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `more: cannot open ${file}: ${strerror(error.errno)}\n`);
    return null;
  }
}

function* copy(sys: Sys, fd: number): Blocking<boolean> {
  for (let chunk = yield* sys.read(fd, 65_536); chunk.length > 0; chunk = yield* sys.read(fd, 65_536))
    yield* writeAll(sys, 1, chunk);
  return true;
}

/** False when the reader has had enough. */
function* showPages(sys: Sys, terminal: Terminal, fd: number, file: string): Blocking<boolean> {
  terminal.raw(true);
  const goesOn = yield* pages(sys, terminal, fd, file);
  terminal.restore();
  return goesOn;
}

function* pages(sys: Sys, terminal: Terminal, fd: number, file: string): Blocking<boolean> {
  const settings = { ...initialSettings(), raw: true };
  const records = new Records(sys, fd);
  const size = file === '-' ? 0 : sys.fstat(fd).size;
  let left = terminal.size.rows - 1;
  for (;;) {
    const shown = records.offset;
    const record = yield* records.next();
    if (record === null) return true;
    const { rows, cols } = terminal.size;
    const lines = layoutLine(decodeLossless(record.bytes), 0, { settings, cols, highlight: null, shift: 0 });
    if (left < lines.length) {
      const percent = size > 0 ? `(${Math.floor((shown * 100) / size)}%)` : '';
      terminal.draw(`\x1b[7m--More--${percent}\x1b[27m`);
      const wanted = yield* ask(terminal, rows);
      terminal.draw('\r\x1b[K');
      if (wanted === null) {
        yield* terminal.flush();
        return false;
      }
      left = wanted;
    }
    terminal.draw(`${lines.join('\r\n')}\r\n`);
    yield* terminal.flush();
    left -= lines.length;
  }
}

/** How many more rows; null: leave. */
function* ask(terminal: Terminal, rows: number): Blocking<number | null> {
  for (;;) {
    const key = yield* terminal.key();
    if (key === ' ' || key === 'z' || key === 'f' || key === 'pagedown') return rows - 1;
    if (key === 'enter' || key === '^J' || key === 'down' || key === 'j') return 1;
    if (key === 'd' || key === '^D') return 11;
    if (key === 'q' || key === 'Q' || key === 'interrupt' || key === 'eof') return null;
    terminal.draw("\r\x1b[7m[Press space to continue, 'q' to quit.]\x1b[27m\x1b[K");
  }
}
