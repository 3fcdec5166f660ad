/** tail: the end of files, and what is added to them (tail(1)). */
import { type Blocking, isSysError, O_RDONLY, S_IFIFO, S_IFMT, strerror } from '../../../kernel/sim';
import { problemOf } from '../../lib/attempt';
import { isDirectory } from '../../lib/stat';
import { Headers, wantsHeaders } from '../common/headers';
import { inputNames } from '../common/input';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { printEnding } from './ending';
import { type Followed, Follower } from './follow';
import { readTailSettings, rewriteTail, type TailSettings, tailOptions } from './settings';

export const tail = makeTool({
  name: 'tail',
  options: tailOptions,
  help: `[OPTION]... [FILE]...
Print the last 10 lines of each FILE.

  -c, --bytes=[+]NUM      the last NUM bytes; with '+', from byte NUM on
  -f, --follow[={name|descriptor}]   go on as the file grows
  -F                      --follow=name --retry
  -n, --lines=[+]NUM      the last NUM lines; with '+', from line NUM on
      --pid=PID           with -f, end when process PID has ended
  -q, --quiet, --silent   no headers with file names      -v, --verbose   always headers
      --retry             try again when a file cannot be opened
  -s, --sleep-interval=N  with -f, seconds between looks where changes are not told
  -z, --zero-terminated   lines end with NUL`,
  rewrite: rewriteTail,
  *run(tool) {
    const settings = readTailSettings(tool);
    yield* warnOf(tool, settings);
    const names = inputNames(tool);
    const isByName = settings.follow === 'name';
    if (isByName && names.includes('-')) throw new Fatal(`cannot follow ${tool.quote('-')} by name`);
    const headers = new Headers(tool, wantsHeaders(tool, names.length));
    const followed: Followed[] = [];
    let last: Followed | null = null;
    for (const name of names) {
      const file = yield* printOne(tool, settings, name, headers);
      followed.push(file);
      if (file.fd !== null) last = file;
      if (settings.follow === null && file.fd !== null && file.fd !== 0) tool.sys.close(file.fd);
    }
    yield* tool.flush();
    if (settings.follow === null) return;
    if (followed.every(({ isOver }) => isOver)) {
      if (!isIgnoredPipe(tool, names)) yield* tool.fail('no files remaining');
      return;
    }
    if (followed.length === 1 && isIgnoredPipe(tool, names)) return;
    yield* new Follower(tool, settings, followed, headers.isShown, last).run();
  },
});

function* warnOf(tool: Tool, settings: TailSettings): Blocking<void> {
  if (tool.has('retry') && settings.follow === null) {
    yield* tool.warn('warning: --retry ignored; --retry is useful only when following');
  } else if (tool.has('retry') && settings.follow === 'descriptor') {
    yield* tool.warn('warning: --retry only effective for the initial open');
  }
  if (settings.pid !== null && settings.follow === null) {
    yield* tool.warn('warning: PID ignored; --pid=PID is useful only when following');
  }
}

/** `cmd | tail -f`: a pipe that has ended will not go on. */
function isIgnoredPipe(tool: Tool, names: readonly string[]): boolean {
  if (names.length !== 1 || names[0] !== '-' || tool.operands.length > 0) return false;
  return (tool.sys.fstat(0).mode & S_IFMT) === S_IFIFO;
}

function* printOne(tool: Tool, settings: TailSettings, name: string, headers: Headers): Blocking<Followed> {
  const { sys } = tool;
  const file: Followed = { name, fd: null, stat: null, size: 0, error: null, isOver: false };
  const shown = name === '-' ? 'standard input' : name;
  try {
    file.fd = name === '-' ? 0 : yield* sys.open(name, O_RDONLY);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.fail(`cannot open ${tool.quote(name)} for reading: ${strerror(error.errno)}`);
    return { ...file, error: error.errno, isOver: !settings.retry };
  }
  const problem = problemOf(() => sys.fstat(file.fd ?? -1));
  if (problem !== null) {
    yield* tool.fail(`cannot fstat ${tool.quote(shown)}: ${strerror(problem)}`);
    return { ...file, isOver: true };
  }
  yield* headers.write(name);
  try {
    yield* printEnding(tool, file.fd, settings);
    yield* tool.flush();
    file.stat = sys.fstat(file.fd);
    file.size = file.stat.size;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.fail(`error reading ${tool.quote(shown)}: ${strerror(error.errno)}`);
    if (settings.follow !== null && isDirectory(sys.fstat(file.fd))) {
      const gone = settings.retry ? '' : '; giving up on this name';
      yield* tool.fail(`${tool.bare(name)}: cannot follow end of this type of file${gone}`);
    }
    return { ...file, isOver: true };
  }
  return file;
}
