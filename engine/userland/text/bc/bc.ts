/** bc: calculates with as many digits as one likes (bc(1), GNU bc 1.07.1). */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { LineReader, Output, writeAll } from '../../lib/io';
import { type OptionSpec, parseOptions, UsageError } from '../../lib/options';
import type { Environment } from '../common/spawn';
import { BcSyntaxError, Incomplete } from './lexer';
import { Machine, Quit, RuntimeError } from './machine';
import { parse } from './parser';

const specs: OptionSpec[] = [
  { short: 'h', long: 'help' },
  { short: 'i', long: 'interactive' },
  { short: 'l', long: 'mathlib' },
  { short: 'q', long: 'quiet' },
  { short: 's', long: 'standard' },
  { short: 'w', long: 'warn' },
  { short: 'v', long: 'version' },
];
const usage =
  'usage: bc [options] [file ...]\n  -l  --mathlib      sine, cosine, arctangent, logarithm, exponential, Bessel; scale is 20\n  -q  --quiet        no greeting\n  -v  --version      say the version\n';

export function* bc(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(sys, 1, options.has('help') ? usage : 'bc 1.07.1\n');
      return 0;
    }
    const output = new Output(sys);
    const isInteractive = sys.isatty(0) && sys.isatty(1);
    if (isInteractive && !options.has('quiet'))
      yield* output.write("bc 1.07.1\nA calculator of the simulator; `quit' leaves it.\n");
    const given = Number(env.BC_LINE_LENGTH ?? 70);
    const stdin = new LineReader(sys, 0);
    const machine = new Machine(
      sys,
      output,
      Number.isInteger(given) && given >= 0 ? given : 70,
      options.has('mathlib'),
      () => stdin.next(),
    );
    try {
      for (const file of options.operands) {
        const fd = yield* openFile(sys, file);
        if (fd === null) return 1;
        yield* runLines(sys, machine, output, new LineReader(sys, fd), file, false);
        sys.close(fd);
      }
      yield* runLines(sys, machine, output, stdin, '(standard_in)', isInteractive);
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
    }
    yield* output.flush();
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `bc: ${error.message}\n`);
    yield* writeAll(sys, 1, usage);
    return 1;
  }
}

function* openFile(sys: Sys, file: string): Blocking<number | null> {
  try {
    return yield* sys.open(file, 0);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `File ${file} is unavailable.\n`);
    return null;
  }
}

/** Each line is run as soon as it is complete. */
function* runLines(
  sys: Sys,
  machine: Machine,
  output: Output,
  lines: LineReader,
  name: string,
  isInteractive: boolean,
): Blocking<void> {
  let source = '';
  let number = 0;
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    number++;
    source += line;
    if (/\\\n$/.test(source)) continue;
    try {
      const program = parse(source);
      source = '';
      yield* machine.run(program);
    } catch (error) {
      if (error instanceof Incomplete) continue;
      source = '';
      if (error instanceof BcSyntaxError)
        yield* writeAll(sys, 2, `${name} ${number + (error.isAtEnd ? 1 : 0)}: ${error.message}\n`);
      else if (error instanceof RuntimeError) yield* writeAll(sys, 2, `${error.message}\n`);
      else throw error;
    }
    if (isInteractive) yield* output.flush();
  }
  if (source.trim() !== '') yield* writeAll(sys, 2, `${name} ${number + 1}: syntax error\n`);
}
