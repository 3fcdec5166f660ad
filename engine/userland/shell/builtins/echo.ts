/** echo: its arguments, and a newline. */

import { decodeEscapes } from '../expand/escapes';
import type { Builtin } from './support';

export const echo: Builtin = (shell, { args }) => {
  let at = 0;
  let newline = true;
  let escapes = shell.flavour === 'dash' || shell.options.shopts('xpg_echo');
  const options = shell.flavour === 'dash' ? /^-n$/ : /^-[neE]+$/;
  for (; options.test(args[at] ?? ''); at++) {
    for (const letter of (args[at] ?? '').slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  const text = args.slice(at).join(' ');
  if (escapes) {
    const decoded = decodeEscapes(text, 'echo');
    shell.print(decoded.text + (newline && !decoded.stops ? '\n' : ''));
  } else shell.print(newline ? `${text}\n` : text);
  return 0;
};
