/** perl: one-liners with -e, of a small part of the language. What it does not know it refuses. */
import { type Blocking, decode, isSysError, type Sys, strerror } from '../../kernel/sim';
import { complain, readAll, writeAll } from '../lib/io';
import { Interpreter } from './interpreter';
import { NotThereError, PerlSyntaxError } from './lexer';
import { DivisionError } from './operators';
import { parse } from './parser';

const version = `
This is perl 5, version 36, subversion 0 (v5.36.0), as far as this simulator knows it: one-liners with print, die,
exit, sleep, kill, shmget, semget, msgget, arithmetic and conditions.
`;

export function* perl(sys: Sys, argv: readonly string[], env: Readonly<Record<string, string>>): Blocking<number> {
  const args = argv.slice(1);
  const parts: string[] = [];
  let lineEnd = '';
  while (args[0]?.startsWith('-') && args[0] !== '-') {
    const option = args.shift() ?? '';
    if (option === '--') break;
    if (option === '-v' || option === '--version') {
      yield* writeAll(sys, 1, version);
      return 0;
    }
    const letters = /^-([wWltT]*)([eE]?)$/.exec(option);
    if (!letters) {
      yield* complain(sys, 'perl', `the simulator's Perl does not know the option ${option}`);
      return 1;
    }
    if (letters[1]?.includes('l')) lineEnd = '\n';
    if (letters[2] === '') continue;
    const code = args.shift();
    if (code === undefined) {
      yield* writeAll(sys, 2, 'No code specified for -e.\n');
      return 29;
    }
    parts.push(code);
  }
  const source = parts.length > 0 ? parts.join('\n') : yield* readScript(sys, args.shift());
  if (source === null) return 2;
  return yield* runSource(sys, source, args, env, lineEnd);
}

function* readScript(sys: Sys, file: string | undefined): Blocking<string | null> {
  if (file === undefined || file === '-') return decode(yield* readAll(sys, 0));
  try {
    const fd = yield* sys.open(file, 0);
    const text = decode(yield* readAll(sys, fd));
    sys.close(fd);
    return text;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* writeAll(sys, 2, `Can't open perl script "${file}": ${strerror(error.errno)}\n`);
    return null;
  }
}

function* runSource(
  sys: Sys,
  source: string,
  argv: string[],
  env: Readonly<Record<string, string>>,
  lineEnd: string,
): Blocking<number> {
  try {
    return yield* new Interpreter(sys, env, argv, lineEnd).run(parse(source));
  } catch (error) {
    if (error instanceof PerlSyntaxError) yield* writeAll(sys, 2, `${error.message}\n`);
    else if (error instanceof DivisionError) yield* writeAll(sys, 2, 'Illegal division by zero at -e line 1.\n');
    else if (error instanceof NotThereError) {
      yield* complain(sys, 'perl', `the simulator's Perl ${error.message}`);
      return 1;
    } else throw error;
    return 255;
  }
}
