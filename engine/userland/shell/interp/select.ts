/** The menu of `select` (bash(1), "select"). */
import { type Blocking, decode } from '../../../kernel/sim';
import type { Shell } from '../state/shell';

/** Null at the end of the input. The menu is shown again after an empty answer. */
export function* selectFrom(
  shell: Shell,
  values: readonly string[],
  shows: boolean,
): Blocking<{ reply: string; value: string } | null> {
  let isToBeShown = shows;
  for (;;) {
    if (isToBeShown) shell.printError(menu(values, columns(shell)));
    shell.printError(shell.vars.get('PS3') ?? '#? ');
    yield* shell.flush();
    const line = yield* readLine(shell);
    if (line === null) {
      shell.printError('\n');
      yield* shell.flush();
      return null;
    }
    if (line === '') {
      isToBeShown = true;
      continue;
    }
    const number = /^\s*(\d+)\s*$/.exec(line)?.[1];
    return { reply: line, value: number === undefined ? '' : (values[Number(number) - 1] ?? '') };
  }
}

function columns(shell: Shell): number {
  return Number(shell.vars.get('COLUMNS') ?? 80) || 80;
}

/** In columns, down first, as wide as the longest entry. */
function menu(values: readonly string[], width: number): string {
  const digits = String(values.length).length;
  const longest = Math.max(...values.map((value) => [...value].length)) + digits + 2;
  const across = Math.max(1, Math.floor(width / (longest + 2)));
  const perRow = values.length <= across ? 1 : across;
  const rows = Math.ceil(values.length / perRow);
  let text = '';
  for (let row = 0; row < rows; row++) {
    const cells: string[] = [];
    for (let at = row; at < values.length; at += rows)
      cells.push(`${String(at + 1).padStart(digits)}) ${values[at] ?? ''}`);
    text += `${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(longest + 2))).join('')}\n`;
  }
  return text;
}

function* readLine(shell: Shell): Blocking<string | null> {
  const bytes: number[] = [];
  for (;;) {
    const [byte] = yield* shell.sys.read(0, 1);
    if (byte === undefined) return bytes.length === 0 ? null : decode(Uint8Array.from(bytes));
    if (byte === 10) return decode(Uint8Array.from(bytes));
    bytes.push(byte);
  }
}
