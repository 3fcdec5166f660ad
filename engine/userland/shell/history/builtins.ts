/** history, fc (bash(1)). */
import { type Blocking, decode, isSysError, O_RDONLY } from '../../../kernel/sim';
import { cStrftime } from '../../lib/time';
import { type Builtin, type BuiltinCall, complain, parseOptions } from '../builtins/support';
import type { Shell } from '../state/shell';
import { EventNotFound, expandHistory } from './expansion';
import { loadHistory, remember, writeHistory } from './store';

export const history: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, 'acd:npsrw');
  if (given === null) return 2;
  const [operand] = given.operands;
  if (given.has('c')) {
    shell.history = [];
    shell.historyBase = 1;
    return 0;
  }
  const offset = given.value('d');
  if (offset !== null) return remove(shell, call, offset);
  if (given.has('s')) {
    // The line itself is not remembered.
    shell.history.pop();
    remember(shell, given.operands.join(' '));
    return 0;
  }
  if (given.has('p')) return expand(shell, call, given.operands);
  const path = operand ?? shell.vars.get('HISTFILE') ?? '';
  if (given.has('r') || given.has('n')) return (yield* loadHistory(shell, path)) ? 0 : 1;
  if (given.has('w')) return (yield* writeHistory(shell, path, shell.history, false)) ? 0 : 1;
  if (given.has('a')) {
    const fresh = shell.history.slice(shell.history.length - shell.historyUnsaved);
    shell.historyUnsaved = 0;
    return (yield* writeHistory(shell, path, fresh, true)) ? 0 : 1;
  }
  if (operand !== undefined && !/^\d+$/.test(operand)) {
    complain(shell, call, `${operand}: numeric argument required`);
    return 1;
  }
  list(shell, operand === undefined ? shell.history.length : Number(operand));
  return 0;
};

function list(shell: Shell, count: number): void {
  const format = shell.vars.get('HISTTIMEFORMAT');
  const first = Math.max(0, shell.history.length - count);
  shell.history.slice(first).forEach(({ line, time }, i) => {
    const stamp = format === undefined ? '' : time === null ? '??' : cStrftime(format, time);
    shell.print(`${String(shell.historyBase + first + i).padStart(5)}  ${stamp}${line}\n`);
  });
}

function remove(shell: Shell, call: BuiltinCall, offset: string): number {
  const range = /^(-?\d+)(?:-(-?\d+))?$/.exec(offset);
  const place = (text: string | undefined): number => {
    const number = Number(text);
    return number < 0 ? shell.history.length + number : number - shell.historyBase;
  };
  const from = place(range?.[1]);
  const to = range?.[2] === undefined ? from : place(range[2]);
  if (!range || from < 0 || from >= shell.history.length || to < from) {
    complain(shell, call, `${offset}: history position out of range`);
    return 1;
  }
  shell.history.splice(from, to - from + 1);
  return 0;
}

function expand(shell: Shell, call: BuiltinCall, words: readonly string[]): number {
  try {
    for (const word of words) {
      shell.print(
        `${expandHistory(word, { lines: shell.history.slice(0, -1).map(({ line }) => line), base: shell.historyBase }).text}\n`,
      );
    }
    return 0;
  } catch (error) {
    if (!(error instanceof EventNotFound)) throw error;
    complain(shell, call, error.message.replace(': event not found', ': history expansion failed'));
    return 1;
  }
}

export const fc: Builtin = function* (shell, call) {
  const numbers = call.args.filter((arg) => /^-\d+$/.test(arg));
  const others = call.args.filter((arg) => !/^-\d+$/.test(arg));
  const given = parseOptions(shell, { ...call, args: others }, 'e:lnrs');
  if (given === null) return 2;
  const operands = [...numbers, ...given.operands];
  // The fc itself is the last line.
  const entries = shell.history.slice(0, -1);
  if (given.has('s') || given.value('e') === '-') return yield* again(shell, call, operands, entries);
  const place = (text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    if (/^-?\d+$/.test(text))
      return Number(text) < 0 ? entries.length + Number(text) : Number(text) - shell.historyBase;
    return entries.findLastIndex(({ line }) => line.startsWith(text));
  };
  const listing = given.has('l');
  const from = Math.max(0, place(operands[0], listing ? entries.length - 16 : entries.length - 1));
  const to = Math.min(entries.length - 1, place(operands[1], listing ? entries.length - 1 : from));
  if (entries[from] === undefined) {
    complain(shell, call, 'history specification out of range');
    return 1;
  }
  const numbersOf = Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => (from <= to ? from + i : from - i));
  if (given.has('r')) numbersOf.reverse();
  if (listing) {
    for (const at of numbersOf)
      shell.print(`${given.has('n') ? '' : shell.historyBase + at}\t ${entries[at]?.line ?? ''}\n`);
    return 0;
  }
  return yield* edit(
    shell,
    given.value('e'),
    numbersOf.map((at) => entries[at]?.line ?? ''),
  );
};

function* again(
  shell: Shell,
  call: BuiltinCall,
  operands: readonly string[],
  entries: ReadonlyArray<{ line: string }>,
): Blocking<number> {
  const replacement = operands.find((operand) => operand.includes('='));
  const prefix = operands.find((operand) => !operand.includes('='));
  const entry = prefix === undefined ? entries.at(-1) : entries.findLast(({ line }) => line.startsWith(prefix));
  if (entry === undefined) {
    complain(shell, call, 'no command found');
    return 1;
  }
  const [from = '', to = ''] = (replacement ?? '').split('=');
  const line = replacement === undefined ? entry.line : entry.line.replaceAll(from, () => to);
  shell.printError(`${line}\n`);
  yield* shell.flush();
  shell.history.pop();
  remember(shell, line);
  return yield* shell.interpreter.runText(shell, line);
}

function* edit(shell: Shell, editor: string | null, lines: readonly string[]): Blocking<number> {
  const path = `${shell.vars.get('TMPDIR') ?? '/tmp'}/bash-fc.${shell.sys
    .random(3)
    .reduce((sum, byte) => sum * 256 + byte, 0)
    .toString(36)}`;
  yield* writeHistory(
    shell,
    path,
    lines.map((line) => ({ line, time: null })),
    false,
  );
  const program = editor ?? shell.vars.get('FCEDIT') ?? shell.vars.get('EDITOR') ?? 'vi';
  const status = yield* shell.interpreter.runText(shell, `${program} ${path}`);
  if (status !== 0) return status;
  try {
    const fd = yield* shell.sys.open(path, O_RDONLY);
    const text = decode(yield* shell.sys.read(fd, 1 << 20));
    shell.sys.close(fd);
    shell.sys.unlink(path);
    shell.printError(text);
    yield* shell.flush();
    shell.history.pop();
    remember(shell, text.replace(/\n$/, ''));
    return yield* shell.interpreter.runText(shell, text);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return 1;
  }
}
