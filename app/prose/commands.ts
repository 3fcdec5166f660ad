/** Cutting the text of a ```` ```sh run ```` fence into what is typed at one prompt each. */

export interface Command {
  /** First and last line, counted from 0, last included. */
  first: number;
  last: number;
  text: string;
}

/**
 * Commands of a fence. Lines that a shell would read on (a trailing backslash, a here-document) belong to one command;
 * empty lines and comments to none.
 */
export function commandsIn(code: string): Command[] {
  const lines = code.split('\n');
  const commands: Command[] = [];
  for (let first = 0; first < lines.length; first++) {
    const line = lines[first] ?? '';
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const last = lastLineOf(lines, first);
    commands.push({ first, last, text: lines.slice(first, last + 1).join('\n') });
    first = last;
  }
  return commands;
}

function lastLineOf(lines: readonly string[], first: number): number {
  let last = first;
  while ((lines[last] ?? '').endsWith('\\') && last + 1 < lines.length) last++;
  const hereDocument = /<<-?\s*(['"]?)([A-Za-z_]\w*)\1/.exec(lines.slice(first, last + 1).join('\n'));
  if (!hereDocument) return last;
  const end = lines.findIndex((line, index) => index > last && line.trim() === hereDocument[2]);
  return end === -1 ? last : end;
}
