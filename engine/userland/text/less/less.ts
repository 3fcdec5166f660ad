/** less: shows text a screenful at a time (less(1), version 590). Without a terminal to write to it is cat. */
import { type Blocking, isSysError, O_RDONLY, type Sys, strerror } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { isDirectory } from '../../lib/stat';
import type { Environment } from '../common/spawn';
import { Terminal } from '../common/terminal';
import { Document } from './document';
import { helpLines } from './help';
import { Pager } from './pager';
import { applyArguments, applyVariable, initialSettings, LessOptionError, type LessSettings } from './settings';

export function* less(sys: Sys, argv: readonly string[], env: Environment): Blocking<number> {
  const settings = initialSettings();
  try {
    applyVariable(settings, env.LESS);
    applyArguments(settings, argv.slice(1));
  } catch (error) {
    if (!(error instanceof LessOptionError)) throw error;
    yield* writeAll(sys, 2, `${error.message}\n`);
    return 1;
  }
  if (settings.show !== null) {
    const version = 'less 590 (GNU regular expressions)\n';
    yield* writeAll(sys, 1, settings.show === 'version' ? version : `${helpLines.join('\n')}\n`);
    return 0;
  }
  if (settings.files.length === 0 && sys.isatty(0)) {
    yield* writeAll(sys, 2, 'Missing filename ("less --help" for help)\n');
    return 1;
  }
  return yield* page(sys, settings);
}

/** Shows the files of the settings; standard input without any. */
export function* page(sys: Sys, settings: LessSettings): Blocking<number> {
  const files = settings.files.length === 0 ? ['-'] : settings.files;
  if (!sys.isatty(1)) return yield* copyAll(sys, files);
  const terminal = yield* Terminal.open(sys);
  if (terminal === null) return yield* copyAll(sys, files);
  const readable: string[] = [];
  for (const file of files) {
    const problem = yield* check(sys, file);
    if (problem === null) readable.push(file);
    else yield* writeAll(sys, 2, `${problem}\n`);
  }
  if (readable.length === 0) return 1;
  const open = function* (index: number): Blocking<Document | string> {
    const file = readable[index] ?? '-';
    if (file === '-') return new Document(sys, '', 0, settings.squeeze);
    try {
      return new Document(sys, file, yield* sys.open(file, O_RDONLY), settings.squeeze);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return `${file}: ${strerror(error.errno)}`;
    }
  };
  return yield* new Pager(sys, terminal, settings, open, readable.length).run();
}

/** What is wrong with a file, as less says it. */
function* check(sys: Sys, file: string): Blocking<string | null> {
  if (file === '-') return null;
  try {
    if (isDirectory(sys.stat(file))) return `${file} is a directory`;
    sys.close(yield* sys.open(file, O_RDONLY));
    return null;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return `${file}: ${strerror(error.errno)}`;
  }
}

function* copyAll(sys: Sys, files: readonly string[]): Blocking<number> {
  let status = 0;
  for (const file of files) {
    const problem = yield* check(sys, file);
    if (problem !== null) {
      yield* writeAll(sys, 2, `${problem}\n`);
      status = 1;
      continue;
    }
    const fd = file === '-' ? 0 : yield* sys.open(file, O_RDONLY);
    for (let chunk = yield* sys.read(fd, 65_536); chunk.length > 0; chunk = yield* sys.read(fd, 65_536))
      yield* writeAll(sys, 1, chunk);
    if (fd !== 0) sys.close(fd);
  }
  return status;
}
