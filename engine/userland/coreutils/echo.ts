/** echo: its arguments on one line (echo(1)). */
import type { Program } from '../../kernel/sim';
import { binaryOf, fromBinary } from '../lib/binary';
import { unescapeEcho } from './common/escapes';
import { helpText, sayAll, versionText } from './common/tool';

const help = `[SHORT-OPTION]... [STRING]...
Print the STRINGs with a space between them.

  -n    no newline at the end
  -e    interpret backslash escapes
  -E    take backslashes as they are (default)`;

export const echo: Program = function* (sys, argv) {
  const [name = 'echo', ...args] = argv;
  if (args.length === 1 && args[0] === '--help') return yield* say(helpText({ help }, name));
  if (args.length === 1 && args[0] === '--version') return yield* say(versionText('echo'));
  let [newline, escapes, at] = ['\n', false, 0];
  for (; /^-[neE]+$/.test(args[at] ?? ''); at++) {
    for (const letter of args[at] ?? '') {
      if (letter === 'n') newline = '';
      else if (letter !== '-') escapes = letter === 'e';
    }
  }
  const text = binaryOf(args.slice(at).join(' '));
  if (!escapes) return yield* say(text + newline);
  const unescaped = unescapeEcho(text);
  return yield* say(unescaped.text + (unescaped.isOver ? '' : newline));

  function* say(binary: string) {
    return yield* sayAll(sys, name, fromBinary(binary));
  }
};
