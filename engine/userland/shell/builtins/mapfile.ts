/** mapfile, readarray: the lines of a descriptor as an array (bash(1)). */

import type { Blocking } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { linesATurn } from '../../lib/io';
import { decodeLossless } from '../../text/common/lossless';
import { isName } from '../expand/access';
import type { Shell } from '../state/shell';
import { bytesAnElement, IndexedArray } from '../state/variable';
import { delimiterOf } from './read';
import { type Builtin, complain, parseOptions } from './support';

export const mapfile: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, 'd:n:O:s:tu:C:c:');
  if (given === null) return 2;
  const [name = 'MAPFILE'] = given.operands;
  if (!isName(name)) {
    complain(shell, call, `\`${name}': not a valid identifier`);
    return 1;
  }
  for (const letter of ['n', 'O', 's', 'c', 'u']) {
    const value = given.value(letter);
    if (value !== null && !/^\d+$/.test(value)) {
      const what =
        letter === 'O'
          ? 'invalid array origin'
          : letter === 'u'
            ? 'invalid file descriptor specification'
            : 'invalid line count';
      complain(shell, call, `${value}: ${what}`);
      return 1;
    }
  }
  const origin = Number(given.value('O') ?? 0);
  const limit = Number(given.value('n') ?? 0) || Infinity;
  const callback = given.value('C');
  const quantum = Number(given.value('c') ?? 5000);
  let skipped = Number(given.value('s') ?? 0);
  const delimiter = given.value('d') === null ? '\n' : String.fromCharCode(delimiterOf(given.value('d')));
  const variable = shell.vars.target(name);
  shell.vars.checkWritable(variable);
  const array = given.has('O') && variable.value instanceof IndexedArray ? variable.value : new IndexedArray();
  const lines = yield* readLines(shell, Number(given.value('u') ?? 0), delimiter, limit + skipped);
  let count = 0;
  for (const line of lines) {
    if (skipped > 0) {
      skipped--;
      continue;
    }
    if (count >= limit) break;
    const text = given.has('t') && line.endsWith(delimiter) ? line.slice(0, -1) : line;
    if (callback !== null && (count + 1) % quantum === 0) {
      yield* shell.interpreter.runText(shell, `${callback} ${origin + count} '${text.replaceAll("'", "'\\''")}'`);
    }
    array.set(origin + count, delimiter === '\0' ? text.replaceAll('\0', '') : text);
    count++;
  }
  variable.value = array;
  return 0;
};

function* readLines(shell: Shell, fd: number, delimiter: string, limit: number): Blocking<string[]> {
  const lines: string[] = [];
  const code = delimiter.charCodeAt(0);
  const all = limit === Infinity;
  const held = new Held(shell.sys);
  let bytes: number[] = [];
  for (;;) {
    const data = yield* shell.sys.read(fd, all ? 65_536 : 1);
    if (data.length === 0) break;
    for (const byte of data) {
      bytes.push(byte);
      if (byte !== code) continue;
      lines.push(decodeLossless(Uint8Array.from(bytes)));
      held.add(bytesAnElement + bytes.length);
      bytes = [];
      if (lines.length % linesATurn === 0) yield* shell.sys.checkpoint();
      if (lines.length >= limit) return lines;
    }
  }
  if (bytes.length > 0) lines.push(decodeLossless(Uint8Array.from(bytes)));
  // From here on they count as the array's.
  held.release();
  return lines;
}
