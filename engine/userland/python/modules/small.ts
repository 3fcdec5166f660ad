/** sys, time, signal, math. */

import { type Blocking, isSysError, signalNumbers } from '../../../kernel/sim';
import { LineReader } from '../../lib/io';
import { calendarOf, strftime } from '../../lib/time';
import { characterCount } from '../characters';
import { raise } from '../errors';
import { makeFile } from '../files';
import type { Interpreter } from '../interpreter';
import { blockingFn, fn, namespace, numberArg, textArg } from '../native';
import { asInt, asNumber, type Py, PyFunction, PyList, type PyObject, PyTuple } from '../values';

export function sysModule(interpreter: Interpreter): PyObject {
  const { sys, output } = interpreter;
  const stdout = makeFile(sys, 1, '<stdout>', 'w', new LineReader(sys, 1));
  // What print() wrote and what sys.stdout.write() writes keeps its order.
  stdout.attributes.set(
    'write',
    blockingFn('write', function* (args) {
      const text = textArg(args, 0, 'write');
      yield* output.write(text);
      return BigInt(characterCount(text));
    }),
  );
  stdout.attributes.set(
    'flush',
    blockingFn('flush', function* () {
      yield* output.flush();
      return null;
    }),
  );
  const version = new PyTuple([3n, 11n, 2n, 'final', 0n], {
    type: 'sys.version_info',
    fields: ['major', 'minor', 'micro', 'releaselevel', 'serial'],
  });
  return namespace('module', "<module 'sys' (built-in)>", {
    argv: new PyList([...interpreter.argv]),
    stdin: interpreter.builtins.get('__stdin__') ?? null,
    stdout,
    stderr: makeFile(sys, 2, '<stderr>', 'w', new LineReader(sys, 2)),
    version: '3.11.2 (main) [GCC 12.2.0]',
    version_info: version,
    platform: 'linux',
    executable: '/usr/bin/python3',
    maxsize: 9_223_372_036_854_775_807n,
    byteorder: 'little',
    path: new PyList([]),
    exit: fn('exit', (args) => {
      throw raise('SystemExit', ...args);
    }),
  });
}

export function timeModule({ sys }: Interpreter): PyObject {
  const seconds = (clock: 'realtime' | 'monotonic') => sys.clockGettime(clock) / 1e9;
  return namespace('module', "<module 'time' (built-in)>", {
    time: fn('time', () => seconds('realtime')),
    monotonic: fn('monotonic', () => seconds('monotonic')),
    perf_counter: fn('perf_counter', () => seconds('monotonic')),
    time_ns: fn('time_ns', () => BigInt(sys.clockGettime('realtime'))),
    strftime: fn('strftime', (args) =>
      strftime(textArg(args, 0, 'strftime'), calendarOf(sys.clockGettime('realtime'))),
    ),
    ctime: fn('ctime', () => strftime('%a %b %e %H:%M:%S %Y', calendarOf(sys.clockGettime('realtime')))),
    sleep: blockingFn('sleep', function* (args): Blocking<Py> {
      const duration = numberArg(args, 0);
      if (duration < 0) throw raise('ValueError', 'sleep length must be non-negative');
      yield* sys.nanosleep(duration * 1e9);
      return null;
    }),
  });
}

export function signalModule(interpreter: Interpreter): PyObject {
  const { sys } = interpreter;
  const module = namespace('module', "<module 'signal'>", {
    SIG_DFL: 0n,
    SIG_IGN: 1n,
    pause: blockingFn('pause', function* (): Blocking<Py> {
      try {
        yield* sys.pause();
      } catch (error) {
        if (!isSysError(error, 'EINTR')) throw error;
        if (interpreter.isInterrupted) throw error;
      }
      return null;
    }),
    alarm: fn('alarm', (args) => BigInt(Math.ceil(sys.alarm(numberArg(args, 0) * 1e9) / 1e9))),
    signal: fn('signal', ([number = null, handler = null]) => {
      const signal = Number(asInt(number) ?? 0n);
      const value = asInt(handler);
      if (value === 0n || value === 1n) sys.sigaction(signal, value === 0n ? 'default' : 'ignore');
      else if (handler instanceof PyFunction)
        sys.sigaction(signal, { handler: (came) => interpreter.came.push({ signal: came, handler }), restart: false });
      else throw raise('TypeError', 'signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object');
      return 0n;
    }),
  });
  for (const [name, number] of Object.entries(signalNumbers)) module.attributes.set(name, BigInt(number));
  return module;
}

const functions: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log2: Math.log2,
  log10: Math.log10,
  fabs: Math.abs,
};

export function mathModule(): PyObject {
  const module = namespace('module', "<module 'math' (built-in)>", {
    pi: Math.PI,
    e: Math.E,
    inf: Number.POSITIVE_INFINITY,
    nan: Number.NaN,
    floor: fn('floor', (args) => BigInt(Math.floor(numberArg(args, 0)))),
    ceil: fn('ceil', (args) => BigInt(Math.ceil(numberArg(args, 0)))),
    log: fn('log', (args) => {
      const [value, base] = [numberArg(args, 0), args[1] === undefined ? null : asNumber(args[1])];
      if (value <= 0) throw raise('ValueError', 'math domain error');
      return base === null ? Math.log(value) : Math.log(value) / Math.log(base);
    }),
    pow: fn('pow', (args) => numberArg(args, 0) ** numberArg(args, 1)),
    gcd: fn('gcd', ([a = 0n, b = 0n]) => {
      let [x, y] = [asInt(a) ?? 0n, asInt(b) ?? 0n];
      while (y !== 0n) [x, y] = [y, x % y];
      return x < 0n ? -x : x;
    }),
  });
  for (const [name, work] of Object.entries(functions)) {
    module.attributes.set(
      name,
      fn(name, (args) => {
        const result = work(numberArg(args, 0));
        if (Number.isNaN(result)) throw raise('ValueError', 'math domain error');
        return result;
      }),
    );
  }
  return module;
}
