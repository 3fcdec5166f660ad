/** look: lines that begin with a text (look(1), util-linux 2.38). */
import { type Blocking, type Sys, strerror } from '../../kernel/sim';
import { complain, Output, readAll, writeAll } from '../lib/io';
import { parseOptions, UsageError } from '../lib/options';
import { closeInput, openInput } from './common/input';
import { decodeLossless, encodeLossless } from './common/lossless';

const specs = [
  { short: 'a', long: 'alternative' },
  { short: 'd', long: 'alphanum' },
  { short: 'f', long: 'ignore-case' },
  { short: 't', long: 'terminate', value: 'required' as const },
  { short: 'h', long: 'help' },
  { short: 'V', long: 'version' },
];
const usage = "look: bad usage\nTry 'look --help' for more information.\n";

export function* look(sys: Sys, argv: readonly string[]): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(
        sys,
        1,
        options.has('help')
          ? '\nUsage:\n look [options] <string> [<file>...]\n\nLines of a sorted file that begin with a string.\n'
          : 'look from util-linux 2.38.1\n',
      );
      return 0;
    }
    const [given, file] = options.operands;
    if (given === undefined) {
      yield* writeAll(sys, 2, usage);
      return 1;
    }
    const path = file ?? '/usr/share/dict/words';
    const opened = yield* openInput(sys, path);
    if ('errno' in opened) {
      yield* complain(sys, 'look', `${path}: ${strerror(opened.errno)}`);
      return 1;
    }
    const lines = decodeLossless(yield* readAll(sys, opened.fd)).split('\n');
    closeInput(sys, opened.fd);
    const folds = options.has('ignore-case') || file === undefined;
    const plain = options.has('alphanum') || file === undefined;
    const key = (text: string) => {
      const kept = plain ? text.replaceAll(/[^\p{L}\p{N} \t]/gu, '') : text;
      return folds ? kept.toLowerCase() : kept;
    };
    const end = options.value('terminate');
    const wanted = key(end !== null && given.includes(end) ? given.slice(0, given.indexOf(end) + 1) : given);
    const found = lines.filter((line, at) => (at < lines.length - 1 || line !== '') && key(line).startsWith(wanted));
    const output = new Output(sys);
    for (const line of found) yield* output.write(encodeLossless(`${line}\n`));
    yield* output.flush();
    return found.length > 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `look: ${error.message}\nTry 'look --help' for more information.\n`);
    return 1;
  }
}
