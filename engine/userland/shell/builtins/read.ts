/** read: takes a line from a descriptor (bash(1)). */

import { type Blocking, isSysError, POLLIN, signalNumbers, strerror } from '../../../kernel/sim';
import { decodeLossless } from '../../text/common/lossless';
import { assignByText, splitReference } from '../expand/access';
import type { Shell } from '../state/shell';
import { IndexedArray } from '../state/variable';
import { withRawInput } from './raw-input';
import { type Builtin, complain, parseOptions } from './support';

interface Reading {
  fd: number;
  delimiter: number;
  raw: boolean;
  /** Bytes or characters at most; Infinity without limit. */
  limit: number;
  exact: boolean;
  /** Of the monotonic clock; null waits for ever. */
  deadline: number | null;
}

interface Taken {
  /** Characters with whether a backslash was before them. */
  characters: Array<{ text: string; escaped: boolean }>;
  end: 'delimiter' | 'end' | 'limit' | 'timeout';
}

export const read: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, shell.flavour === 'dash' ? 'rp:' : 'ersa:d:i:n:N:p:t:u:');
  if (given === null) return 2;
  const fd = Number(given.value('u') ?? 0);
  const array = given.value('a');
  for (const name of [...given.operands, ...(array === null ? [] : [array])]) {
    if (splitReference(name) !== null) continue;
    complain(
      shell,
      call,
      shell.flavour === 'dash' ? `${name}: bad variable name` : `\`${name}': not a valid identifier`,
    );
    return 1;
  }
  if (shell.flavour === 'dash' && given.operands.length === 0) {
    complain(shell, call, 'arg count');
    return 2;
  }
  const timeout = given.value('t');
  if (timeout !== null && !/^\d*\.?\d*$/.test(timeout)) {
    complain(shell, call, `${timeout}: invalid timeout specification`);
    return 1;
  }
  const count = given.value('N') ?? given.value('n');
  if (count !== null && !/^\d+$/.test(count)) {
    complain(shell, call, `${count}: invalid number`);
    return 1;
  }
  if (!shell.sys.openFds().includes(fd)) {
    complain(
      shell,
      call,
      `${given.value('u') ?? 'read error'}: ${given.value('u') ? 'invalid file descriptor: ' : '0: '}${strerror('EBADF')}`,
    );
    return 1;
  }
  const isTerminal = shell.sys.isatty(fd);
  if (Number(timeout) === 0 && timeout !== null) return shell.sys.available(fd) > 0 || !isTerminal ? 0 : 1;
  const prompt = given.value('p');
  if (prompt !== null && isTerminal) shell.printError(prompt);
  yield* shell.flush();
  const reading: Reading = {
    fd,
    delimiter: given.has('N') ? -1 : delimiterOf(given.value('d')),
    raw: given.has('r'),
    limit: count === null ? Infinity : Number(count),
    exact: given.has('N'),
    deadline: timeout === null ? null : shell.sys.clockGettime('monotonic') + Number(timeout) * 1e9,
  };
  if (reading.limit === 0) return 0;
  const isSpecial = isTerminal && (given.has('s') || count !== null || given.value('d') !== null);
  let taken: Taken;
  try {
    taken = isSpecial
      ? yield* withRawInput(
          shell,
          fd,
          { silent: given.has('s'), characters: count !== null || given.value('d') !== null },
          () => take(shell, reading),
        )
      : yield* take(shell, reading);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno === 'EINTR') return 130;
    complain(shell, call, `read error: ${fd}: ${strerror(error.errno)}`);
    return 1;
  }
  assignFields(shell, taken, given.operands, array, reading.exact);
  if (taken.end === 'timeout') return 142;
  return taken.end === 'end' ? 1 : 0;
};

export function delimiterOf(text: string | null): number {
  if (text === null) return 10;
  return text === '' ? 0 : text.charCodeAt(0);
}

function* take(shell: Shell, reading: Reading): Blocking<Taken> {
  const characters: Taken['characters'] = [];
  let escaped = false;
  const pending: number[] = [];
  for (;;) {
    if (characters.length >= reading.limit) return { characters, end: 'limit' };
    const byte = yield* nextByte(shell, reading);
    if (byte === 'timeout' || byte === 'end') return { characters, end: byte };
    if (byte >= 0x80) {
      pending.push(byte);
      if (!isComplete(pending)) continue;
    }
    const text = pending.length > 0 ? decodeLossless(Uint8Array.from(pending.splice(0))) : String.fromCharCode(byte);
    if (escaped) {
      escaped = false;
      if (byte !== 10) characters.push({ text, escaped: true });
      continue;
    }
    if (byte === 92 && !reading.raw) {
      escaped = true;
      continue;
    }
    if (byte === reading.delimiter) return { characters, end: 'delimiter' };
    if (byte === 0) continue;
    characters.push({ text, escaped: false });
  }
}

function isComplete(bytes: readonly number[]): boolean {
  const [first = 0] = bytes;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return bytes.length >= length;
}

function* nextByte(shell: Shell, reading: Reading): Blocking<number | 'end' | 'timeout'> {
  const { sys } = shell;
  for (;;) {
    try {
      if (reading.deadline !== null) {
        const left = reading.deadline - sys.clockGettime('monotonic');
        if (left <= 0) return 'timeout';
        const { ready } = yield* sys.poll([{ fd: reading.fd, events: POLLIN }], left);
        if (ready === 0) return 'timeout';
      }
      const [byte] = yield* sys.read(reading.fd, 1);
      return byte ?? 'end';
    } catch (error) {
      // A trap runs, then the reading goes on.
      if (!isSysError(error, 'EINTR') || shell.isInterrupted) throw error;
      const ends = shell.isInteractive && shell.pendingSignals.includes(signalNumbers.SIGINT);
      if (shell.pendingSignals.length > 0) yield* shell.hooks.runPendingTraps(shell);
      if (!ends) continue;
      shell.isInterrupted = true;
      throw error;
    }
  }
}

function assignFields(
  shell: Shell,
  taken: Taken,
  names: readonly string[],
  array: string | null,
  exact: boolean,
): void {
  const { characters } = taken;
  const whole = characters.map(({ text }) => text).join('');
  const assign = (name: string, text: string) => {
    const reference = splitReference(name);
    if (reference) assignByText(shell, reference.name, reference.subscript, text);
  };
  if (exact) {
    const [first = 'REPLY', ...rest] = names;
    assign(first, whole);
    for (const name of rest) assign(name, '');
    return;
  }
  const ifs = shell.vars.get('IFS') ?? ' \t\n';
  if (array !== null) {
    shell.vars.target(array).value = IndexedArray.of(fieldsOf(characters, ifs, Infinity));
    return;
  }
  if (names.length === 0) {
    shell.vars.set('REPLY', whole);
    return;
  }
  const fields = fieldsOf(characters, ifs, names.length);
  names.forEach((name, i) => {
    assign(name, fields[i] ?? '');
  });
}

/** At most so many: the last one takes the rest, without the white space at its end. */
export function fieldsOf(characters: Taken['characters'], ifs: string, limit: number): string[] {
  const isBlank = (at: number) => {
    const c = characters[at];
    return c !== undefined && !c.escaped && ' \t\n'.includes(c.text) && ifs.includes(c.text);
  };
  const isDelimiter = (at: number) => {
    const c = characters[at];
    return c !== undefined && !c.escaped && ifs.includes(c.text);
  };
  const fields: string[] = [];
  let at = 0;
  while (isBlank(at)) at++;
  while (at < characters.length) {
    if (fields.length === limit - 1) {
      let end = characters.length;
      while (end > at && isBlank(end - 1)) end--;
      // One delimiter at the very end, with nothing else delimited, is not part of it.
      const rest = characters.slice(at, end);
      const inner = rest.findIndex((_, i) => isDelimiter(at + i));
      if (inner === rest.length - 1 && rest.length > 0 && isDelimiter(end - 1)) end--;
      fields.push(
        characters
          .slice(at, end)
          .map(({ text }) => text)
          .join(''),
      );
      return fields;
    }
    let end = at;
    while (end < characters.length && !isDelimiter(end)) end++;
    fields.push(
      characters
        .slice(at, end)
        .map(({ text }) => text)
        .join(''),
    );
    while (isBlank(end)) end++;
    if (isDelimiter(end) && !isBlank(end)) {
      end++;
      while (isBlank(end)) end++;
    }
    at = end;
  }
  return fields;
}
