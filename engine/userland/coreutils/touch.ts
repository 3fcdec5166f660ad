/** touch: changes the times of files, and makes them (touch(1)). */
import { type Blocking, isSysError, O_CREAT, O_NOCTTY, O_NONBLOCK, O_WRONLY, strerror } from '../../kernel/sim';
import { outcome } from '../lib/attempt';
import { UsageError } from '../lib/options';
import { calendarOf } from '../lib/time';
import { chooseWord, Fatal, makeTool, type Tool } from './common/tool';
import { parseDate } from './date/parse';
import { parsePosixTime } from './date/posix-time';

/** Null is now, undefined is left alone. */
interface Times {
  atime?: number | null;
  mtime?: number | null;
}

const timeWords: Readonly<Record<string, 'atime' | 'mtime'>> = {
  atime: 'atime',
  access: 'atime',
  use: 'atime',
  mtime: 'mtime',
  modify: 'mtime',
};

export const touch = makeTool({
  name: 'touch',
  options: [
    { long: 'time', value: 'required' },
    { short: 'c', long: 'no-create' },
    { short: 'd', long: 'date', value: 'required' },
    { short: 'r', long: 'reference', value: 'required' },
    { short: 'h', long: 'no-dereference' },
    { short: 'a' },
    { short: 'f' },
    { short: 'm' },
    { short: 't', value: 'required' },
  ],
  help: `[OPTION]... FILE...
Set the access and modification times of each FILE to now; make it when it is not there.

  -a                     only the access time
  -c, --no-create        make no files
  -d, --date=STRING      the time STRING describes instead of now
  -f                     (nothing)
  -h, --no-dereference   symbolic links themselves
  -m                     only the modification time
  -r, --reference=FILE   the times of FILE
  -t STAMP               [[CC]YY]MMDDhhmm[.ss]
      --time=WORD        access, atime, use: as -a; modify, mtime: as -m`,
  *run(tool) {
    const times = readTimes(tool);
    if (tool.operands.length === 0) throw new UsageError('missing file operand');
    for (const name of tool.operands) yield* touchOne(tool, name, times);
  },
});

function readTimes(tool: Tool): Times {
  const words = tool.options.values('time').map((word) => chooseWord(tool, word, '--time', timeWords));
  const wantsAccess = tool.has('a') || words.includes('atime');
  const wantsChange = tool.has('m') || words.includes('mtime');
  const both = wantsAccess === wantsChange;
  const source = timeSource(tool);
  return {
    ...(both || wantsAccess ? { atime: source.atime } : {}),
    ...(both || wantsChange ? { mtime: source.mtime } : {}),
  };
}

function timeSource(tool: Tool): { atime: number | null; mtime: number | null } {
  const [reference, text, stamp] = [tool.value('reference'), tool.value('date'), tool.value('t')];
  const now = calendarOf(tool.sys.clockGettime('realtime'));
  if (stamp !== null) {
    const time = parsePosixTime(stamp, { seconds: now.epoch, nanosecond: now.nanosecond }, 'touch');
    if (time === null) throw new Fatal(`invalid date format ${tool.word(stamp)}`);
    if (reference !== null || text !== null) throw new UsageError('cannot specify times from more than one source');
    return { atime: time.seconds * 1e9, mtime: time.seconds * 1e9 };
  }
  if (reference === null && text === null) return { atime: null, mtime: null };
  const bases = reference === null ? null : referenceTimes(tool, reference);
  if (text === null) return bases ?? { atime: null, mtime: null };
  const from = (base: number | undefined) => {
    const start = base === undefined ? now : calendarOf(base);
    const time = parseDate(text, { seconds: start.epoch, nanosecond: start.nanosecond }, tool.env.TZ);
    if (time === null) throw new Fatal(`invalid date format ${tool.word(text)}`);
    return time.seconds * 1e9 + time.nanosecond;
  };
  return { atime: from(bases?.atime), mtime: from(bases?.mtime) };
}

function referenceTimes(tool: Tool, name: string): { atime: number; mtime: number } {
  try {
    const { atime, mtime } = tool.has('no-dereference') ? tool.sys.lstat(name) : tool.sys.stat(name);
    return { atime, mtime };
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`failed to get attributes of ${tool.quote(name)}: ${strerror(error.errno)}`);
  }
}

function* touchOne(tool: Tool, name: string, times: Times): Blocking<void> {
  const { sys } = tool;
  const noFollow = tool.has('no-dereference');
  if (name === '-') {
    yield* tool.try(`setting times of ${tool.quote(name)}`, () => sys.utimens('/dev/fd/1', times));
    return;
  }
  let openError: Parameters<typeof strerror>[0] | null = null;
  if (!tool.has('no-create') && !noFollow) {
    try {
      sys.close(yield* sys.open(name, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o666));
    } catch (error) {
      if (!isSysError(error)) throw error;
      openError = error.errno;
    }
  }
  const errno = outcome(() => sys.utimens(name, times, { noFollow }));
  if (errno === undefined) return;
  if (openError !== null && !(openError === 'EISDIR' && errno !== 'ENOENT')) {
    yield* tool.failWith(`cannot touch ${tool.quote(name)}`, openError);
  } else if (errno !== 'ENOENT' || !tool.has('no-create')) {
    yield* tool.failWith(`setting times of ${tool.quote(name)}`, errno);
  }
}
