/** python3: the command line, and what happens when a script ends badly. */
import { type Blocking, decode, isSysError, type Sys, signalNumbers, strerror } from '../../kernel/sim';
import { complain, Output, readAll, writeAll } from '../lib/io';
import { addFunctions, makeBuiltins } from './builtins';
import { PyError } from './errors';
import { serve } from './http-server';
import { Interpreter } from './interpreter';
import { NotThereError, PySyntaxError } from './lexer';
import { parseModule } from './parser';
import { Scope } from './scope';
import { asInt, type PyException, str } from './values';

const usage = 'usage: python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...\n';
const options = `Options (those the simulator knows):
-c cmd : the program is given as text; ends the list of options
-m mod : runs a module: http.server
-V     : says the version (also --version)
-      : the program comes from standard input
`;

interface Source {
  /** As tracebacks name it. */
  name: string;
  text: string;
  argv: string[];
}

export function* python(sys: Sys, argv: readonly string[], env: Readonly<Record<string, string>>): Blocking<number> {
  const args = argv.slice(1);
  while (['-u', '-B', '-E', '-I', '-s', '-S', '-q'].includes(args[0] ?? '')) args.shift();
  const [first, second] = args;
  if (first === '--version' || first === '-V') {
    yield* writeAll(sys, 1, 'Python 3.11.2\n');
    return 0;
  }
  if (first === '-h' || first === '--help') {
    yield* writeAll(sys, 1, usage + options);
    return 0;
  }
  if (first === '-m' || first?.startsWith('-m'))
    return yield* runModule(sys, first === '-m' ? second : first.slice(2), args.slice(first === '-m' ? 2 : 1));
  const source = yield* findSource(sys, args, argv[0] ?? 'python3');
  return typeof source === 'number' ? source : yield* runSource(sys, source, env);
}

function* runModule(sys: Sys, name: string | undefined, args: readonly string[]): Blocking<number> {
  if (name === 'http.server') return yield* serve(sys, args);
  if (name === undefined) {
    yield* writeAll(sys, 2, `Argument expected for the -m option\n${usage}Try \`python -h' for more information.\n`);
    return 2;
  }
  const known = ['json', 'venv', 'pip', 'pdb', 'timeit', 'unittest', 'zipfile', 'this'].includes(
    name.split('.')[0] ?? '',
  );
  yield* writeAll(
    sys,
    2,
    known
      ? `python3: the simulator's Python does not know -m ${name}\n`
      : `/usr/bin/python3: No module named ${name}\n`,
  );
  return 1;
}

/** A number is the exit status. */
function* findSource(sys: Sys, args: readonly string[], self: string): Blocking<Source | number> {
  const [first, second] = args;
  if (first === '-c') {
    if (second === undefined) {
      yield* writeAll(sys, 2, `Argument expected for the -c option\n${usage}Try \`python -h' for more information.\n`);
      return 2;
    }
    return { name: '<string>', text: second, argv: ['-c', ...args.slice(2)] };
  }
  if (first === undefined || first === '-') {
    if (sys.isatty(0)) {
      yield* complain(sys, 'python3', "the simulator's Python does not know the interactive mode: use -c, or a file");
      return 1;
    }
    return { name: '<stdin>', text: decode(yield* readAll(sys, 0)), argv: [first ?? '', ...args.slice(1)] };
  }
  if (first.startsWith('-')) {
    yield* writeAll(sys, 2, `unknown option ${first}\n${usage}Try \`python -h' for more information.\n`);
    return 2;
  }
  const path = first.startsWith('/') ? first : `${sys.getcwd()}/${first}`;
  try {
    const fd = yield* sys.open(first, 0);
    const text = decode(yield* readAll(sys, fd));
    sys.close(fd);
    return { name: path, text, argv: [...args] };
  } catch (error) {
    if (!isSysError(error)) throw error;
    const number = error.errno === 'ENOENT' ? 2 : error.errno === 'EACCES' ? 13 : 21;
    const name = self.split('/').at(-1) ?? 'python3';
    if (error.errno === 'EISDIR')
      yield* writeAll(sys, 2, `/usr/bin/python3: can't find '__main__' module in '${path}'\n`);
    else yield* complain(sys, name, `can't open file '${path}': [Errno ${number}] ${strerror(error.errno)}`);
    return error.errno === 'EISDIR' ? 1 : 2;
  }
}

function* runSource(sys: Sys, source: Source, env: Readonly<Record<string, string>>): Blocking<number> {
  const output = new Output(sys);
  const builtins = makeBuiltins();
  const interpreter = new Interpreter(sys, env, source.argv, output, builtins);
  addFunctions(builtins, interpreter);
  const before = sys.sigaction(signalNumbers.SIGINT, {
    handler: () => {
      interpreter.isInterrupted = true;
    },
    restart: false,
  });
  // Who was started with it ignored, keeps ignoring it.
  if (before === 'ignore') sys.sigaction(signalNumbers.SIGINT, 'ignore');
  try {
    const body = parseModule(source.text);
    const globals = new Scope(builtins);
    globals.set('__name__', '__main__');
    const [doc] = body;
    globals.set('__doc__', doc?.kind === 'expression' && doc.value.kind === 'str' ? doc.value.value : null);
    if (source.name.startsWith('/')) globals.set('__file__', source.argv[0] ?? source.name);
    yield* interpreter.run(body, globals);
    yield* output.flush();
    return 0;
  } catch (error) {
    if (!(error instanceof PyError || error instanceof PySyntaxError || error instanceof NotThereError)) throw error;
    yield* output.flush();
    return yield* ending(sys, source, error);
  }
}

function* ending(sys: Sys, source: Source, error: PyError | PySyntaxError | NotThereError): Blocking<number> {
  if (error instanceof NotThereError) {
    yield* complain(sys, 'python3', `the simulator's Python ${error.message}`);
    return 1;
  }
  if (error instanceof PySyntaxError) {
    const text = source.text.split('\n')[error.line - 1] ?? '';
    const indent = text.length - text.trimStart().length;
    const shown = `    ${text.trim()}\n    ${' '.repeat(Math.max(0, error.column - indent))}^\n`;
    yield* writeAll(sys, 2, `  File "${source.name}", line ${error.line}\n${shown}${error.type}: ${error.message}\n`);
    return 1;
  }
  const { exception } = error;
  if (exception.type.name === 'SystemExit') return yield* leave(sys, exception);
  const lines = error.trace.toReversed().map(({ line, where }) => {
    const text = source.name.startsWith('/') ? (source.text.split('\n')[line - 1] ?? '').trim() : '';
    return `  File "${source.name}", line ${line}, in ${where}\n${text === '' ? '' : `    ${text}\n`}`;
  });
  const { text } = exception;
  yield* writeAll(
    sys,
    2,
    `Traceback (most recent call last):\n${lines.join('')}${exception.type.name}${text === '' ? '' : `: ${text}`}\n`,
  );
  if (exception.type.name !== 'KeyboardInterrupt') return 1;
  // Whoever waits for us shall see that it was the signal.
  sys.sigaction(signalNumbers.SIGINT, 'default');
  sys.kill(sys.getpid(), signalNumbers.SIGINT);
  yield* sys.checkpoint();
  return 130;
}

/** sys.exit: nothing and None are 0, a number is the status, anything else is printed. */
function* leave(sys: Sys, exception: PyException): Blocking<number> {
  const code = exception.attributes.get('code') ?? null;
  const number = asInt(code);
  if (code === null) return 0;
  if (number !== null) return Number(BigInt.asUintN(8, number));
  yield* writeAll(sys, 2, `${str(code)}\n`);
  return 1;
}
