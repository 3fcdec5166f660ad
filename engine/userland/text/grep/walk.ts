/** Which files grep looks into: operands, and with -r what lies below them. */
import { type Blocking, type Errno, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, type Sys } from '../../../kernel/sim';
import { outcome } from '../../lib/attempt';
import { fileKey } from '../../lib/stat';
import { globMatches } from '../common/glob';
import type { Settings } from './settings';

export type Found = { path: string; errno?: Errno; isFromDirectory: boolean };

const baseName = (path: string) => path.replace(/\/+$/, '').split('/').at(-1) ?? path;

export function* findFiles(
  sys: Sys,
  settings: Settings,
  operand: string,
  visit: (found: Found) => Blocking<boolean>,
): Blocking<boolean> {
  if (operand === '-') return yield* visit({ path: operand, isFromDirectory: false });
  const mode = modeOf(sys, operand, true);
  const isDirectory = typeof mode === 'number' && (mode & S_IFMT) === S_IFDIR;
  if (isDirectory && settings.recursive !== 'no') {
    if (settings.excludeDirectories.some((glob) => globMatches(glob, baseName(operand)) || globMatches(glob, operand)))
      return true;
    return yield* walk(sys, settings, operand, visit, []);
  }
  if (isDirectory && settings.directories === 'skip') return true;
  if (!isDirectory && !isWanted(settings, operand)) return true;
  return yield* visit({ path: operand, isFromDirectory: false });
}

function* walk(
  sys: Sys,
  settings: Settings,
  directory: string,
  visit: (found: Found) => Blocking<boolean>,
  above: readonly string[],
): Blocking<boolean> {
  const entries = list(sys, directory);
  if (!Array.isArray(entries)) return yield* visit({ path: directory, errno: entries, isFromDirectory: true });
  for (const name of entries) {
    yield* sys.checkpoint();
    const path = directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
    const mode = modeOf(sys, path, settings.recursive === 'following');
    if (typeof mode === 'string') {
      if (!(yield* visit({ path, errno: mode, isFromDirectory: true }))) return false;
      continue;
    }
    const type = mode & S_IFMT;
    if (type === S_IFDIR) {
      if (settings.excludeDirectories.some((glob) => globMatches(glob, name))) continue;
      const id = fileKey(sys.stat(path));
      if (above.includes(id)) continue;
      if (!(yield* walk(sys, settings, path, visit, [...above, id]))) return false;
    } else if (type === S_IFREG || (settings.recursive === 'following' && type !== S_IFLNK && type === S_IFIFO)) {
      if (isWanted(settings, name) && !(yield* visit({ path, isFromDirectory: true }))) return false;
    }
  }
  return true;
}

function list(sys: Sys, directory: string): string[] | Errno {
  return outcome(() =>
    sys
      .readdir(directory)
      .map(({ name }) => name)
      .filter((name) => name !== '.' && name !== '..'),
  );
}

function modeOf(sys: Sys, path: string, follow: boolean): number | Errno {
  return outcome(() => (follow ? sys.stat(path) : sys.lstat(path)).mode);
}

/** The last of --include and --exclude that matches decides; without one, the opposite of the first given. */
function isWanted(settings: Settings, path: string): boolean {
  const rules = settings.files;
  const [first] = rules;
  if (first === undefined) return true;
  for (const rule of rules.toReversed()) {
    if (globMatches(rule.glob, path) || globMatches(rule.glob, baseName(path))) return rule.include;
  }
  return !first.include;
}
