/** mkdir: makes directories (mkdir(1)). */
import { type Blocking, type Errno, isSysError, S_IFDIR, type Sys } from '../../kernel/sim';
import { applyMode, type ModeChanges } from '../lib/mode';
import { isDirectory } from '../lib/stat';
import { warnOfContext } from './common/context';
import { currentUmask, requestedMode } from './common/make-mode';
import { expectOperands } from './common/operands';
import { makeTool, type Tool } from './common/tool';

export const mkdir = makeTool({
  name: 'mkdir',
  options: [
    { short: 'm', long: 'mode', value: 'required' },
    { short: 'p', long: 'parents' },
    { short: 'v', long: 'verbose' },
    { short: 'Z', as: 'context' },
    { long: 'context', value: 'optional' },
  ],
  help: `[OPTION]... DIRECTORY...
Make the DIRECTORYs.

  -m, --mode=MODE   permissions, as for chmod
  -p, --parents     make parents as needed; fine when it is there already
  -v, --verbose     say what is made`,
  *run(tool) {
    const names = expectOperands(tool, 1);
    const changes = requestedMode(tool);
    yield* warnOfContext(tool, 'SELinux/SMACK');
    for (const name of names) {
      if (tool.has('parents')) yield* makeWithParents(tool, name, changes);
      else yield* makeOne(tool, name, changes);
    }
  },
});

function* makeOne(tool: Tool, name: string, changes: ModeChanges | null): Blocking<boolean> {
  const made = yield* tool.try(`cannot create directory ${tool.word(name)}`, () => {
    tool.sys.mkdir(name, 0o777);
    setMode(tool.sys, name, changes);
  });
  if (made) yield* announce(tool, name);
  return made;
}

function setMode(sys: Sys, name: string, changes: ModeChanges | null): void {
  if (changes === null) return;
  // What the filesystem added by itself (set-group-id) stays unless it is named.
  const inherited = sys.stat(name).mode & 0o6000;
  sys.chmod(name, applyMode(changes, S_IFDIR | 0o777 | inherited, currentUmask(sys)));
}

function* announce(tool: Tool, name: string): Blocking<void> {
  if (tool.has('verbose')) yield* tool.line(`${tool.name}: created directory ${tool.quote(name)}`);
}

function* makeWithParents(tool: Tool, name: string, changes: ModeChanges | null): Blocking<void> {
  for (const prefix of prefixes(name)) {
    const errno = makeParent(tool.sys, prefix, prefix === name);
    if (errno !== null && errno !== 'EEXIST') {
      return yield* tool.failWith(`cannot create directory ${tool.word(prefix)}`, errno);
    }
    if (errno === null) {
      yield* announce(tool, prefix);
      if (prefix === name) setMode(tool.sys, name, changes);
    } else {
      const problem = existing(tool.sys, prefix, prefix === name);
      if (problem !== null) return yield* tool.failWith(`cannot create directory ${tool.word(prefix)}`, problem);
    }
  }
}

/** `a`, `a/b`, `a/b/c`; of several slashes and `.` nothing is made. */
function prefixes(name: string): string[] {
  const ends = [...name.matchAll(/[^/]+/g)].map((match) => match.index + match[0].length);
  const found = ends.map((end) => name.slice(0, end));
  found.pop();
  return [...found, name];
}

/** Parents can always be written and searched by their owner. */
function makeParent(sys: Sys, path: string, isLast: boolean): Errno | null {
  const mask = currentUmask(sys);
  try {
    if (!isLast) sys.umask(mask & ~0o300);
    sys.mkdir(path, 0o777);
    return null;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno;
  } finally {
    sys.umask(mask);
  }
}

/** Why what is there already will not do; null when it is a directory. */
function existing(sys: Sys, path: string, isLast: boolean): Errno | null {
  try {
    if (isDirectory(sys.stat(path))) return null;
    return isLast ? 'EEXIST' : 'ENOTDIR';
  } catch (error) {
    if (!isSysError(error)) throw error;
    return isLast ? 'EEXIST' : error.errno;
  }
}
