/** Special and positional parameters: `$1`, `$@`, `$#`, `$?`, `$$`, `$!`, `$-`, `$0`. */
import type { Shell } from '../state/shell';
import type { Expanded } from './parameter';

/** Null when the name is that of a variable. */
export function specialParameter(shell: Shell, name: string): Expanded | null {
  const first = name.charCodeAt(0);
  // Letters and the underscore: the usual case.
  if (first >= 65) return null;
  switch (name) {
    case '@':
      return { kind: 'list', values: shell.params, star: false };
    case '*':
      return { kind: 'list', values: shell.params, star: true };
    case '#':
      return scalar(String(shell.params.length));
    case '?':
      return scalar(String(shell.status));
    case '$':
      return scalar(String(shell.pid));
    case '!':
      return scalar(shell.lastBackground === null ? undefined : String(shell.lastBackground));
    case '-':
      return scalar(shell.options.letters);
    case '0':
      return scalar(shell.arg0);
  }
  if (/^\d+$/.test(name)) return scalar(shell.params[Number(name) - 1]);
  return null;
}

function scalar(value: string | undefined): Expanded {
  return { kind: 'scalar', value };
}
