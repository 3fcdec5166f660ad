/** install: copies files into their place, with mode and owner (install(1)). */
import { type Blocking, isSysError, O_RDONLY, strerror } from '../../../kernel/sim';
import { problemOf } from '../../lib/attempt';
import { execByName } from '../../lib/exec';
import { readAll, writeAll } from '../../lib/io';
import { applyMode, parseMode } from '../../lib/mode';
import { UsageError } from '../../lib/options';
import { baseName, dirName, joinPath } from '../../lib/paths';
import { isDirectory, isRegular, lookUpOrNull } from '../../lib/stat';
import { Accounts } from '../../lib/users';
import { warnOfContext } from '../common/context';
import { groupOf, ownerOf } from '../common/owner';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { backupOptions, readBackup } from './backup';
import { Copier } from './copier';
import { defaultSettings } from './settings';
import { readTargets } from './targets';

interface Attributes {
  mode: number;
  directoryMode: number;
  uid: number;
  gid: number;
}

export const install = makeTool({
  name: 'install',
  options: [
    ...backupOptions,
    { short: 'C', long: 'compare' },
    { short: 'c' },
    { short: 'd', long: 'directory' },
    { short: 'D' },
    { short: 'g', long: 'group', value: 'required' },
    { short: 'm', long: 'mode', value: 'required' },
    { short: 'o', long: 'owner', value: 'required' },
    { short: 'p', long: 'preserve-timestamps' },
    { short: 's', long: 'strip' },
    { long: 'strip-program', value: 'required' },
    { short: 't', long: 'target-directory', value: 'required' },
    { short: 'T', long: 'no-target-directory' },
    { short: 'v', long: 'verbose' },
    { long: 'preserve-context' },
    { short: 'Z', as: 'context' },
    { long: 'context', value: 'optional' },
  ],
  help: `[OPTION]... [-T] SOURCE DEST
  or:  install [OPTION]... SOURCE... DIRECTORY
  or:  install [OPTION]... -d DIRECTORY...
Copy the SOURCEs, or make DIRECTORYs, with mode rwxr-xr-x.

  -C, --compare            leave alone what is the same already
  -b, --backup[=CONTROL], -S, --suffix=SUFFIX   keep backups of what is replaced
  -c                       (nothing)
  -d, --directory          make directories       -D   make all parents of DEST
  -g, --group=GROUP, -o, --owner=OWNER, -m, --mode=MODE   instead of one's own and rwxr-xr-x
  -p, --preserve-timestamps
  -t, --target-directory=DIRECTORY   -T, --no-target-directory
  -v, --verbose            say what is made`,
  *run(tool) {
    yield* warnOfContext(tool);
    if (tool.has('preserve-context')) {
      yield* tool.warn('WARNING: ignoring --preserve-context; this kernel is not SELinux-enabled');
    }
    if (tool.has('directory') && tool.value('target-directory') !== null) {
      throw new Fatal('target directory not allowed when installing a directory');
    }
    // Its directories are as they are said to be, whatever the umask.
    tool.sys.umask(0);
    const attributes = yield* readAttributes(tool);
    if (tool.has('directory')) {
      if (tool.operands.length === 0) throw new UsageError('missing file operand');
      for (const name of tool.operands) yield* makeDirectory(tool, name, attributes);
      return;
    }
    yield* installFiles(tool, attributes);
  },
});

function* readAttributes(tool: Tool): Blocking<Attributes> {
  const accounts = yield* Accounts.load(tool.sys);
  const text = tool.value('mode');
  const changes = parseMode(text ?? '755');
  if (changes === null) throw new Fatal(`invalid mode ${tool.word(text ?? '')}`);
  const [user, group] = [tool.value('owner'), tool.value('group')];
  const owner = user === null ? null : ownerOf(accounts, user);
  if (typeof owner === 'string') throw new Fatal(`invalid user ${tool.word(user ?? '')}`);
  const gid = group === null ? -1 : groupOf(accounts, group);
  if (gid === null) throw new Fatal(`invalid group ${tool.word(group ?? '')}`);
  return {
    mode: applyMode(changes, 0, 0),
    directoryMode: applyMode(changes, 0o040000, 0),
    uid: owner?.uid ?? -1,
    gid,
  };
}

function* makeDirectory(tool: Tool, path: string, attributes: Attributes): Blocking<void> {
  const parents = [...path.matchAll(/[^/]+/g)].map((match) => path.slice(0, match.index + match[0].length));
  for (const [at, prefix] of parents.entries()) {
    const isLast = at === parents.length - 1;
    const there = lookUpOrNull(tool.sys, prefix);
    if (there !== null && !isDirectory(there)) {
      return yield* tool.failWith(`cannot create directory ${tool.word(prefix)}`, isLast ? 'EEXIST' : 'ENOTDIR');
    }
    if (there === null) {
      const made = yield* tool.try(`cannot create directory ${tool.word(prefix)}`, () => tool.sys.mkdir(prefix, 0o755));
      if (!made) return;
      if (tool.has('verbose')) yield* tool.line(`${tool.name}: creating directory ${tool.quote(prefix)}`);
    }
    if (isLast) yield* setAttributes(tool, path, attributes, attributes.directoryMode);
  }
}

function* setAttributes(tool: Tool, path: string, { uid, gid }: Attributes, mode: number): Blocking<boolean> {
  const { sys } = tool;
  if (uid >= 0 || gid >= 0) {
    const errno = problemOf(() => sys.chown(path, uid, gid, { noFollow: true }));
    if (errno !== null) {
      yield* tool.failWith(`cannot change ownership of ${tool.quote(path)}`, errno);
      return false;
    }
  }
  return yield* tool.try(`cannot change permissions of ${tool.quote(path)}`, () => sys.chmod(path, mode));
}

function* installFiles(tool: Tool, attributes: Attributes): Blocking<void> {
  const isDeep = tool.has('D');
  const [given, noTargetDirectory] = [tool.value('target-directory'), tool.has('no-target-directory')];
  if (isDeep) yield* makeParents(tool, given ?? (tool.operands.length === 2 ? dirName(tool.operands[1] ?? '') : null));
  const isNewFile =
    isDeep && given === null && tool.operands.length === 2 && lookUpOrNull(tool.sys, tool.operands[1] ?? '') === null;
  const targets = readTargets(tool, { noTargetDirectory: noTargetDirectory || isNewFile, targetDirectory: given });
  const settings = {
    ...defaultSettings('install'),
    ...readBackup(tool),
    dereference: 'always' as const,
    copyContents: true,
    removeDestination: true,
    verbose: tool.has('verbose'),
    preserve: {
      mode: false,
      ownership: false,
      timestamps: tool.has('preserve-timestamps'),
      links: false,
      xattr: false,
    },
  };
  const copier = new Copier(tool, settings);
  for (const source of targets.sources) {
    const target = targets.directory === null ? targets.target : joinPath(targets.directory, baseName(source));
    if (tool.has('compare') && (yield* isUnchanged(tool, source, target, attributes))) continue;
    if (!(yield* copier.copy(source, target))) continue;
    const made = lookUpOrNull(tool.sys, target, false);
    if (made === null || !isRegular(made)) continue;
    if (tool.has('strip') && !(yield* strip(tool, target))) return;
    yield* setAttributes(tool, target, attributes, attributes.mode);
    const original = lookUpOrNull(tool.sys, source);
    if (!tool.has('preserve-timestamps') || original === null) continue;
    tool.sys.utimens(target, { atime: original.atime, mtime: original.mtime });
  }
}

/** With -C: the same contents, owner and mode. */
function* isUnchanged(tool: Tool, source: string, target: string, { mode, uid, gid }: Attributes): Blocking<boolean> {
  const { sys } = tool;
  const [from, to] = [lookUpOrNull(sys, source), lookUpOrNull(sys, target, false)];
  if (from === null || to === null || !isRegular(from) || !isRegular(to)) return false;
  if ((to.mode & 0o7777) !== mode || (mode & 0o7000) !== 0 || from.size !== to.size) return false;
  if (to.uid !== (uid < 0 ? sys.geteuid() : uid) || to.gid !== (gid < 0 ? sys.getegid() : gid)) return false;
  const contents: Uint8Array[] = [];
  for (const path of [source, target]) {
    const fd = yield* sys.open(path, O_RDONLY);
    contents.push(yield* readAll(sys, fd));
    sys.close(fd);
  }
  const [one, other] = contents;
  return one !== undefined && other !== undefined && one.every((byte, at) => byte === other[at]);
}

/** Machines have no strip, nor have the real ones; what was copied is taken away. */
function* strip(tool: Tool, target: string): Blocking<boolean> {
  const program = tool.value('strip-program') ?? 'strip';
  const child = tool.sys.fork(function* (sys) {
    const errno = yield* execByName(sys, [program, target], tool.env);
    yield* writeAll(sys, 2, `${tool.name}: cannot run ${tool.quote(program)}: ${strerror(errno)}\n`);
    return 1;
  });
  const result = yield* tool.sys.waitpid(child);
  if (result?.event.kind === 'exited' && result.event.code === 0) return true;
  yield* tool.fail('strip process terminated abnormally');
  tool.sys.unlink(target);
  return false;
}

function* makeParents(tool: Tool, directory: string | null): Blocking<void> {
  if (directory === null) return;
  for (const match of directory.matchAll(/[^/]+/g)) {
    const prefix = directory.slice(0, match.index + match[0].length);
    if (lookUpOrNull(tool.sys, prefix) !== null) continue;
    try {
      tool.sys.mkdir(prefix, 0o755);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`cannot create directory ${tool.word(prefix)}: ${strerror(error.errno)}`);
    }
    if (tool.has('verbose')) yield* tool.line(`${tool.name}: creating directory ${tool.quote(prefix)}`);
  }
}
