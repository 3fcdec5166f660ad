/** rev: turns lines around (rev(1), util-linux 2.38). */
import { type Blocking, type Sys, strerror } from '../../kernel/sim';
import { complain, Output, writeAll } from '../lib/io';
import { parseOptions, UsageError } from '../lib/options';
import { closeInput, openInput } from './common/input';
import { decodeLossless, encodeLossless } from './common/lossless';
import { Records } from './common/records';

export function* rev(sys: Sys, argv: readonly string[]): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), [
      { short: 'h', long: 'help' },
      { short: 'V', long: 'version' },
    ]);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(
        sys,
        1,
        options.has('help')
          ? 'Usage: rev [options] [file ...]\n\nReverse lines characterwise.\n'
          : 'rev from util-linux 2.38.1\n',
      );
      return 0;
    }
    const output = new Output(sys);
    let status = 0;
    for (const name of options.operands.length === 0 ? ['-'] : options.operands) {
      const opened = yield* openInput(sys, name);
      if ('errno' in opened) {
        status = 1;
        yield* complain(sys, 'rev', `cannot open ${name}: ${strerror(opened.errno)}`);
        continue;
      }
      const records = new Records(sys, opened.fd);
      for (let record = yield* records.next(); record !== null; record = yield* records.next()) {
        const text = [...decodeLossless(record.bytes)].reverse().join('');
        yield* output.write(encodeLossless(record.isEnded ? `${text}\n` : text));
      }
      closeInput(sys, opened.fd);
    }
    yield* output.flush();
    return status;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `rev: ${error.message}\nTry 'rev --help' for more information.\n`);
    return 1;
  }
}
