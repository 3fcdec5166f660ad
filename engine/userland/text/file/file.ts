/** file: says what files are (file(1), version 5.44). */
import * as abi from '../../../kernel/sim';
import { type Blocking, isSysError, type Stat, type Sys, strerror } from '../../../kernel/sim';
import { succeeds } from '../../lib/attempt';
import { Output, readAll, writeAll } from '../../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { isRegular } from '../../lib/stat';
import { textWidth } from '../../lib/width';
import { identify, type Kind } from './magic';

const usage = `Usage: file [-bEhiLNs0] [--mime-type] [--mime-encoding] [-F <separator>] [-f <namefile>] <file> ...
       file [--help]
`;
const specs: OptionSpec[] = [
  { short: 'b', long: 'brief' },
  { short: 'h', long: 'no-dereference' },
  { short: 'L', long: 'dereference' },
  { short: 'i', long: 'mime' },
  { long: 'mime-type' },
  { long: 'mime-encoding' },
  { short: 'N', long: 'no-pad' },
  { short: 'F', long: 'separator', value: 'required' },
  { short: 's', long: 'special-files' },
  { short: '0', long: 'print0' },
  { short: 'f', long: 'files-from', value: 'required' },
  { short: 'E' },
  { short: 'k', long: 'keep-going' },
  { short: 'z', long: 'uncompress' },
  { short: 'r', long: 'raw' },
  { short: 'p', long: 'preserve-date' },
  { short: 'n', long: 'no-buffer' },
  { short: 'v', long: 'version' },
  { long: 'help' },
];
/** How much of a file is looked at. */
const headBytes = 65_536;

export function* file(sys: Sys, argv: readonly string[]): Blocking<number> {
  try {
    const options = parseOptions(argv.slice(1), specs);
    if (options.has('help') || options.has('version')) {
      yield* writeAll(
        sys,
        1,
        options.has('help') ? usage : 'file-5.44\nmagic file from /etc/magic:/usr/share/misc/magic\n',
      );
      return 0;
    }
    const names = [...options.operands];
    const list = options.value('files-from');
    if (list !== null) names.unshift(...(yield* readNames(sys, list)));
    if (names.length === 0) {
      yield* writeAll(sys, 2, usage);
      return 1;
    }
    return yield* describeAll(sys, names, options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    yield* writeAll(sys, 2, `file: ${error.message}\n${usage}`);
    return 1;
  }
}

function* readNames(sys: Sys, list: string): Blocking<string[]> {
  const fd = list === '-' ? 0 : yield* sys.open(list, abi.O_RDONLY);
  const text = abi.decode(yield* readAll(sys, fd));
  if (fd !== 0) sys.close(fd);
  return text.split('\n').filter((name) => name !== '');
}

function* describeAll(sys: Sys, names: readonly string[], options: ParsedOptions): Blocking<number> {
  const output = new Output(sys);
  const shown = names.map((name) => (name === '-' ? '/dev/stdin' : name));
  const width = options.has('no-pad') ? 0 : Math.max(...shown.map(textWidth));
  const separator = options.has('print0') ? '\0' : '';
  let status = 0;
  for (const [at, name] of names.entries()) {
    const { text, failed } = yield* identifyFile(sys, name, options);
    if (failed) status = 1;
    if (options.has('brief')) yield* output.line(text);
    else {
      const label = shown[at] ?? '';
      const pad = ' '.repeat(Math.max(0, width - textWidth(label)));
      yield* output.line(`${label}${separator}${options.value('separator') ?? ':'}${pad} ${text}`);
    }
  }
  yield* output.flush();
  return status;
}

function* identifyFile(sys: Sys, name: string, options: ParsedOptions): Blocking<{ text: string; failed: boolean }> {
  const shown = (kind: Kind) => {
    if (options.has('mime')) return `${kind.mime}; charset=${kind.charset}`;
    if (options.has('mime-type')) return kind.mime;
    return options.has('mime-encoding') ? kind.charset : kind.text;
  };
  try {
    if (name === '-') return { text: shown(identify(yield* readAll(sys, 0))), failed: false };
    const stat = options.has('dereference') ? sys.stat(name) : sys.lstat(name);
    const special = specialKind(sys, name, stat, options);
    const prefix =
      (stat.mode & abi.S_ISUID ? 'setuid, ' : '') +
      (stat.mode & abi.S_ISGID ? 'setgid, ' : '') +
      (stat.mode & abi.S_ISVTX ? 'sticky, ' : '');
    const isPlain = !options.has('mime') && !options.has('mime-type') && !options.has('mime-encoding');
    if (special !== null) return { text: (isPlain ? prefix : '') + shown(special), failed: false };
    const kind = identify(stat.size === 0 && isRegular(stat) ? new Uint8Array() : yield* readHead(sys, name));
    return {
      text: (isPlain ? prefix.replace(/, $/, ' , ').replace(/^(\w+) , $/, '$1 , ') : '') + shown(kind),
      failed: false,
    };
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno === 'EACCES') return { text: 'regular file, no read permission', failed: false };
    if (options.has('E')) return { text: `ERROR: cannot stat \`${name}' (${strerror(error.errno)})`, failed: true };
    return { text: `cannot open \`${name}' (${strerror(error.errno)})`, failed: false };
  }
}

function* readHead(sys: Sys, name: string): Blocking<Uint8Array> {
  const fd = yield* sys.open(name, abi.O_RDONLY | abi.O_NONBLOCK);
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < headBytes) {
    const chunk = yield* sys.read(fd, headBytes - size);
    if (chunk.length === 0) break;
    chunks.push(chunk);
    size += chunk.length;
  }
  sys.close(fd);
  return abi.concat(chunks);
}

function specialKind(sys: Sys, name: string, { mode, rdev }: Stat, options: ParsedOptions): Kind | null {
  const kind = (text: string, mime: string): Kind => ({ text, mime: `inode/${mime}`, charset: 'binary' });
  const device = `(${rdev.major}/${rdev.minor})`;
  switch (mode & abi.S_IFMT) {
    case abi.S_IFDIR:
      return kind('directory', 'directory');
    case abi.S_IFLNK: {
      const target = sys.readlink(name);
      return kind(leads(sys, name) ? `symbolic link to ${target}` : `broken symbolic link to ${target}`, 'symlink');
    }
    case abi.S_IFIFO:
      return kind('fifo (named pipe)', 'fifo');
    case abi.S_IFSOCK:
      return kind('socket', 'socket');
    case abi.S_IFCHR:
      return options.has('special-files')
        ? kind('empty', 'x-empty')
        : kind(`character special ${device}`, 'chardevice');
    case abi.S_IFBLK:
      return kind(`block special ${device}`, 'blockdevice');
    default:
      return null;
  }
}

function leads(sys: Sys, name: string): boolean {
  return succeeds(() => sys.stat(name));
}
