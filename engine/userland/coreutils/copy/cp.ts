/** cp: copies files (cp(1)). */
import type { Blocking, Stat } from '../../../kernel/sim';
import { UsageError } from '../../lib/options';
import { baseName, joinPath, trimSlashes } from '../../lib/paths';
import { isDirectory, lookUp } from '../../lib/stat';
import { warnOfContext } from '../common/context';
import { chooseWord, Fatal, makeTool, type Tool } from '../common/tool';
import { backupOptions, readBackup, refuseBoth } from './backup';
import { Copier } from './copier';
import { type CopySettings, defaultSettings, type Preserve } from './settings';
import { readTargets } from './targets';

export const cp = makeTool({
  name: 'cp',
  options: [
    { short: 'a', long: 'archive' },
    { long: 'attributes-only' },
    ...backupOptions,
    { long: 'copy-contents' },
    { short: 'd' },
    { short: 'L', long: 'dereference' },
    { short: 'f', long: 'force' },
    { short: 'H' },
    { short: 'i', long: 'interactive' },
    { short: 'l', long: 'link' },
    { short: 'n', long: 'no-clobber' },
    { short: 'P', long: 'no-dereference' },
    { long: 'no-preserve', value: 'required' },
    { short: 'T', long: 'no-target-directory' },
    { short: 'x', long: 'one-file-system' },
    { long: 'parents' },
    { long: 'path', as: 'parents' },
    { short: 'p' },
    { long: 'preserve', value: 'optional' },
    { short: 'R', long: 'recursive' },
    { short: 'r', as: 'recursive' },
    { long: 'remove-destination' },
    { long: 'sparse', value: 'required' },
    { long: 'reflink', value: 'optional' },
    { long: 'strip-trailing-slashes' },
    { short: 's', long: 'symbolic-link' },
    { short: 't', long: 'target-directory', value: 'required' },
    { short: 'u', long: 'update' },
    { short: 'v', long: 'verbose' },
    { short: 'Z', as: 'context' },
    { long: 'context', value: 'optional' },
  ],
  help: `[OPTION]... [-T] SOURCE DEST
  or:  cp [OPTION]... SOURCE... DIRECTORY
  or:  cp [OPTION]... -t DIRECTORY SOURCE...
Copy SOURCE to DEST, or the SOURCEs into DIRECTORY.

  -a, --archive            -dR --preserve=all
      --attributes-only    no contents, only attributes
  -b, --backup[=CONTROL], -S, --suffix=SUFFIX   keep backups of what is overwritten
  -d                       -P --preserve=links
  -f, --force              remove what cannot be opened, and try again
  -H, -L, --dereference, -P, --no-dereference   follow links: of the command line, all, none
  -i, --interactive        ask before overwriting      -n, --no-clobber   never overwrite
  -l, --link               hard links instead of copies   -s, --symbolic-link   symbolic ones
  -p, --preserve[=LIST]    keep mode, ownership, timestamps; LIST also: context, links, xattr, all
      --no-preserve=LIST   do not keep them
      --parents            with the whole name of SOURCE below DIRECTORY
  -R, -r, --recursive      directories with what is in them
      --reflink[=WHEN], --sparse=WHEN, --remove-destination, --strip-trailing-slashes
  -t, --target-directory=DIRECTORY   -T, --no-target-directory
  -u, --update             only what is newer or missing
  -v, --verbose            say what is done            -x, --one-file-system`,
  *run(tool) {
    yield* warnOfContext(tool);
    const settings = readSettings(tool);
    const targets = readTargets(tool, {
      noTargetDirectory: tool.has('no-target-directory'),
      targetDirectory: tool.value('target-directory'),
    });
    const copier = new Copier(tool, settings);
    const strip = tool.has('strip-trailing-slashes');
    if (targets.directory === null) {
      if (tool.has('parents')) throw new UsageError('with --parents, the destination must be a directory');
      yield* copier.copy(targets.sources[0] ?? '', targets.target);
      return;
    }
    for (const given of targets.sources) {
      const source = strip ? trimSlashes(given) : given;
      if (tool.has('parents')) yield* copyWithParents(tool, settings, copier, source, targets.directory);
      else yield* copier.copy(source, inDirectory(targets.directory, source));
    }
  },
});

/** `..` copies what is in it, not a directory of that name. */
function inDirectory(directory: string, source: string): string {
  const base = baseName(source);
  return base === '..' ? directory : joinPath(directory, base === '/' ? '' : base);
}

const preservable: Readonly<Record<string, keyof Preserve | 'context' | 'all'>> = {
  mode: 'mode',
  timestamps: 'timestamps',
  ownership: 'ownership',
  links: 'links',
  context: 'context',
  xattr: 'xattr',
  all: 'all',
};
const sparses = { never: 'never', auto: 'auto', always: 'always' } as const;
const reflinks = { auto: 'auto', always: 'always', never: 'never' } as const;

function readSettings(tool: Tool): CopySettings {
  const settings = defaultSettings('cp');
  let dereference: CopySettings['dereference'] | null = null;
  for (const { name, value } of tool.options.given) {
    switch (name) {
      case 'archive':
        settings.recursive = true;
        dereference = 'never';
        settings.preserve = { mode: true, ownership: true, timestamps: true, links: true, xattr: true };
        settings.isLenient = false;
        break;
      case 'd':
        dereference = 'never';
        settings.preserve.links = true;
        break;
      case 'dereference':
        dereference = 'always';
        break;
      case 'no-dereference':
        dereference = 'never';
        break;
      case 'H':
        dereference = 'command-line';
        break;
      case 'p':
        preserveList(tool, settings, 'mode,ownership,timestamps', true);
        break;
      case 'preserve':
        preserveList(tool, settings, value ?? 'mode,ownership,timestamps', true);
        break;
      case 'no-preserve':
        preserveList(tool, settings, value ?? '', false);
        break;
      case 'interactive':
        settings.overwrite = 'ask';
        break;
      case 'no-clobber':
        settings.overwrite = 'no';
        break;
      case 'sparse':
        settings.sparse = chooseWord(tool, value ?? '', '--sparse', sparses);
        break;
      case 'reflink':
        settings.reflink = value === null ? 'always' : chooseWord(tool, value, '--reflink', reflinks);
        break;
      default:
        break;
    }
  }
  const has = (name: string) => tool.has(name);
  settings.recursive ||= has('recursive');
  settings.hardLinks = has('link');
  settings.symbolicLinks = has('symbolic-link');
  settings.update = has('update');
  settings.force = has('force');
  settings.removeDestination = has('remove-destination');
  settings.attributesOnly = has('attributes-only');
  settings.copyContents = has('copy-contents') || !settings.recursive;
  settings.oneFileSystem = has('one-file-system');
  settings.verbose = has('verbose');
  Object.assign(settings, readBackup(tool));
  refuseBoth(tool, settings.backup);
  if (settings.hardLinks && settings.symbolicLinks) throw new UsageError('cannot make both hard and symbolic links');
  settings.dereference = dereference ?? (settings.recursive && !settings.hardLinks ? 'never' : 'always');
  return settings;
}

function preserveList(tool: Tool, settings: CopySettings, list: string, on: boolean): void {
  for (const word of list.split(',')) {
    const what = chooseWord(tool, word, on ? '--preserve' : '--no-preserve', preservable);
    if (what === 'context') {
      if (on) throw new Fatal('cannot preserve security context without an SELinux-enabled kernel');
      continue;
    }
    if (what === 'all') settings.preserve = { mode: on, ownership: on, timestamps: on, links: on, xattr: on };
    else settings.preserve[what] = on;
    if (what === 'mode' || what === 'all') settings.usualMode = !on;
  }
}

/** `--parents`: makes the directories in between, with the modes of the originals. */
function* copyWithParents(
  tool: Tool,
  settings: CopySettings,
  copier: Copier,
  source: string,
  directory: string,
): Blocking<void> {
  const parts = trimSlashes(source)
    .split('/')
    .filter((part) => part !== '');
  let [original, target] = [source.startsWith('/') ? '/' : '', directory];
  const made: Array<[path: string, original: Stat]> = [];
  for (const part of parts.slice(0, -1)) {
    original = joinPath(original, part);
    target = joinPath(target, part);
    const stat = lookUp(tool.sys, original);
    if (typeof stat === 'string')
      return yield* tool.failWith(`failed to get attributes of ${tool.quote(original)}`, stat);
    const found = lookUp(tool.sys, target);
    if (typeof found !== 'string') {
      if (isDirectory(found)) continue;
      return yield* tool.fail(`${tool.quote(target)} exists but is not a directory`);
    }
    const isMade = yield* tool.try(`cannot make directory ${tool.quote(target)}`, () =>
      tool.sys.mkdir(target, (stat.mode & 0o7777) | 0o700),
    );
    if (!isMade) return;
    if (settings.verbose) yield* tool.line(`${original} -> ${target}`);
    made.push([target, stat]);
  }
  yield* copier.copy(source, joinPath(directory, source.replace(/^\/+/, '')));
  for (const [path, stat] of made) {
    if (settings.preserve.timestamps) tool.sys.utimens(path, { atime: stat.atime, mtime: stat.mtime });
    if (settings.preserve.ownership) tool.sys.chown(path, stat.uid, stat.gid);
    if (settings.preserve.mode) tool.sys.chmod(path, stat.mode & 0o7777);
  }
}
