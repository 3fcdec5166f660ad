/** The actions of find. */
import { type Blocking, isSysError, O_CREAT, O_TRUNC, O_WRONLY, strerror } from '../../../kernel/sim';
import { complain, Output } from '../../lib/io';
import { modeString, typeLetter } from '../../lib/mode';
import { isDirectory } from '../../lib/stat';
import { calendarOf, strftime } from '../../lib/time';
import { encodeLossless } from '../common/lossless';
import { makeExecute } from './execute';
import { readFilesystems } from './filesystems';
import type { Making } from './parser';
import { expandFormat, parseFormat } from './printf';
import { atOnce, type FindContext, FindUsageError, type Found, type Predicate } from './types';

/** Null when `name` is no action. */
export function* makeAction(name: string, making: Making): Blocking<Predicate | null> {
  const { argument, context, options } = making;
  switch (name) {
    case '-print':
      return writing(context.output, (file) => `${file.path}\n`);
    case '-print0':
      return writing(context.output, (file) => `${file.path}\0`);
    case '-ls':
      return writing(context.output, (file) => listing(file, context));
    case '-fls':
      return writing(yield* openOutput(making, argument()), (file) => listing(file, context));
    case '-fprint':
      return writing(yield* openOutput(making, argument()), (file) => `${file.path}\n`);
    case '-fprint0':
      return writing(yield* openOutput(making, argument()), (file) => `${file.path}\0`);
    case '-printf':
      return yield* formatted(making, context.output, argument());
    case '-fprintf': {
      const file = argument();
      const format = argument();
      return yield* formatted(making, yield* openOutput(making, file), format);
    }
    case '-delete':
      options.depthFirst = true;
      return remove;
    case '-prune':
      return atOnce((_, state) => {
        state.prune = true;
        return true;
      });
    case '-quit':
      return atOnce((_, state) => {
        state.isOver = true;
        return true;
      });
    case '-exec':
    case '-execdir':
    case '-ok':
    case '-okdir':
      return makeExecute(name, making);
    default:
      return null;
  }
}

function writing(output: Output, text: (file: Found) => string): Predicate {
  return function* (file) {
    yield* output.write(encodeLossless(text(file)));
    return true;
  };
}

function* formatted({ context }: Making, output: Output, source: string): Blocking<Predicate> {
  const format = parseFormat(source);
  for (const warning of format.warnings) yield* complain(context.sys, 'find', warning);
  const needsFilesystems = format.pieces.some((piece) => 'directive' in piece && piece.directive === 'F');
  const filesystems = needsFilesystems ? yield* readFilesystems(context.sys) : null;
  return writing(output, (file) => expandFormat(format, file, context, filesystems));
}

function* openOutput({ context }: Making, path: string): Blocking<Output> {
  if (path === '/dev/stdout') return context.output;
  const known = context.outputs.get(path);
  if (known) return known;
  try {
    const fd = path === '/dev/stderr' ? 2 : yield* context.sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    const output = new Output(context.sys, fd);
    context.outputs.set(path, output);
    return output;
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new FindUsageError(`‘${path}’: ${strerror(error.errno)}`);
  }
}

function* remove(file: Found, context: FindContext): Blocking<boolean> {
  if (file.name === '.' || file.path === '.') return true;
  try {
    if (isDirectory(file.stat)) context.sys.rmdir(file.path);
    else context.sys.unlink(file.path);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* context.output.flush();
    yield* complain(context.sys, 'find', `cannot delete ‘${file.path}’: ${strerror(error.errno)}`);
    context.status = 1;
    return false;
  }
}

/** As `ls -dils`. */
function listing({ path, stat }: Found, { accounts, sys, now }: FindContext): string {
  const calendar = calendarOf(stat.mtime);
  const isRecent = stat.mtime <= now && now - stat.mtime < (365.2425 / 2) * 86_400e9;
  const when = strftime(isRecent ? '%b %e %H:%M' : '%b %e  %Y', calendar);
  const letter = typeLetter(stat.mode);
  const size =
    letter === 'c' || letter === 'b' ? `${stat.rdev.major}, ${String(stat.rdev.minor).padStart(3)}` : String(stat.size);
  const name = accounts.userName(stat.uid).padEnd(8);
  const group = accounts.groupName(stat.gid).padEnd(8);
  const target = letter === 'l' ? ` -> ${sys.readlink(path)}` : '';
  const front = `${String(stat.ino).padStart(9)} ${String(Math.ceil(stat.blocks / 2)).padStart(6)} ${modeString(stat.mode)}`;
  const shown = (text: string) =>
    text.replaceAll(/[\\ \n\t]/g, (char) => ({ '\\': '\\\\', ' ': '\\ ', '\n': '\\n', '\t': '\\t' })[char] ?? char);
  return `${front} ${String(stat.nlink).padStart(3)} ${name} ${group} ${size.padStart(8)} ${when} ${shown(path)}${shown(target).replace('\\ ->\\ ', ' -> ')}\n`;
}
