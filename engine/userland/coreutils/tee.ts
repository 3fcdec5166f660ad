/** tee: copies standard input to standard output and to files (tee(1)). */
import {
  type Blocking,
  isSysError,
  O_APPEND,
  O_CREAT,
  O_TRUNC,
  O_WRONLY,
  S_IFIFO,
  S_IFMT,
  signalNumbers,
} from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { chunkBytes } from './common/input';
import { chooseWord, makeTool, type Tool } from './common/tool';

const outputErrors = {
  warn: 'warn',
  'warn-nopipe': 'warn-nopipe',
  exit: 'exit',
  'exit-nopipe': 'exit-nopipe',
} as const;

interface Target {
  fd: number;
  name: string;
}

export const tee = makeTool({
  name: 'tee',
  options: [
    { short: 'a', long: 'append' },
    { short: 'i', long: 'ignore-interrupts' },
    { short: 'p', as: 'output-error' },
    { long: 'output-error', value: 'optional' },
  ],
  help: `[OPTION]... [FILE]...
Copy standard input to each FILE, and to standard output.

  -a, --append              add to the FILEs instead of overwriting them
  -i, --ignore-interrupts   ignore SIGINT
  -p, --output-error[=MODE] what to do when something cannot be written:
                            warn, warn-nopipe (-p alone), exit, exit-nopipe`,
  *run(tool) {
    const { sys } = tool;
    const word = tool.value('output-error');
    const given = word === null ? null : chooseWord(tool, word, '--output-error', outputErrors);
    const mode = tool.has('output-error') ? (given ?? 'warn-nopipe') : null;
    if (tool.has('ignore-interrupts')) sys.sigaction(signalNumbers.SIGINT, 'ignore');
    if (mode !== null) sys.sigaction(signalNumbers.SIGPIPE, 'ignore');
    const targets: Target[] = [{ fd: 1, name: 'standard output' }];
    for (const name of tool.operands) {
      const flags = O_WRONLY | O_CREAT | (tool.has('append') ? O_APPEND : O_TRUNC);
      const fd = yield* tool.attempt(tool.bare(name), () => sys.open(name, flags, 0o666));
      if (fd !== null) targets.push({ fd, name });
      else if (mode === 'exit' || mode === 'exit-nopipe') return 1;
    }
    while (targets.length > 0) {
      const data = yield* tool.attempt('read error', () => sys.read(0, chunkBytes));
      if (data === null || data.length === 0) break;
      for (const target of [...targets]) {
        if (yield* writeTo(tool, target, data, mode)) continue;
        if (tool.status !== 0 && (mode === 'exit' || (mode === 'exit-nopipe' && !isPipe(tool, target.fd)))) return 1;
        targets.splice(targets.indexOf(target), 1);
      }
    }
    return tool.status;
  },
});

/** False when nothing more can be written there. */
function* writeTo(tool: Tool, { fd, name }: Target, data: Uint8Array, mode: string | null): Blocking<boolean> {
  try {
    yield* writeAll(tool.sys, fd, data);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    const isExpected = error.errno === 'EPIPE' && (mode === 'warn-nopipe' || mode === 'exit-nopipe');
    if (!isExpected) yield* tool.failWith(tool.bare(name), error.errno);
    return false;
  }
}

function isPipe(tool: Tool, fd: number): boolean {
  return (tool.sys.fstat(fd).mode & S_IFMT) === S_IFIFO;
}
