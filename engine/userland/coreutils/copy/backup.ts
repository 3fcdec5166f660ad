/** Backups before something is overwritten: `x~`, `x.~1~` (cp(1), "--backup"). */
import { isSysError, type Sys } from '../../../kernel/sim';
import { type OptionSpec, UsageError } from '../../lib/options';
import { baseName, dirName } from '../../lib/paths';
import { chooseWord, type Tool } from '../common/tool';
import type { BackupKind } from './settings';

export const backupOptions: readonly OptionSpec[] = [
  { long: 'backup', value: 'optional' },
  { short: 'b', as: 'backup' },
  { short: 'S', long: 'suffix', value: 'required' },
];

const kinds: Readonly<Record<string, BackupKind>> = {
  none: 'none',
  off: 'none',
  simple: 'simple',
  never: 'simple',
  existing: 'existing',
  nil: 'existing',
  numbered: 'numbered',
  t: 'numbered',
};

export function readBackup(tool: Tool): { backup: BackupKind; suffix: string } {
  const given = tool.value('suffix') ?? tool.env.SIMPLE_BACKUP_SUFFIX ?? '';
  const suffix = given === '' || given.includes('/') ? '~' : given;
  if (!tool.has('backup') && tool.value('suffix') === null) return { backup: 'none', suffix };
  const word = tool.value('backup');
  if (word !== null) return { backup: chooseWord(tool, word, 'backup type', kinds), suffix };
  const { VERSION_CONTROL } = tool.env;
  return {
    backup: VERSION_CONTROL ? chooseWord(tool, VERSION_CONTROL, '$VERSION_CONTROL', kinds) : 'existing',
    suffix,
  };
}

export function refuseBoth(tool: Tool, backup: BackupKind): void {
  if (backup !== 'none' && tool.has('no-clobber')) {
    throw new UsageError('options --backup and --no-clobber are mutually exclusive');
  }
}

/** The name the backup of `path` gets. */
export function backupName(sys: Sys, path: string, kind: BackupKind, suffix: string): string {
  const highest = kind === 'simple' ? 0 : highestNumber(sys, path);
  if (kind === 'numbered' || (kind === 'existing' && highest > 0)) return `${path}.~${highest + 1}~`;
  return path + suffix;
}

function highestNumber(sys: Sys, path: string): number {
  const base = `${baseName(path)}.~`;
  try {
    const numbers = sys.readdir(dirName(path)).map(({ name }) => {
      const rest = name.startsWith(base) ? name.slice(base.length) : '';
      return /^[1-9]\d*~$/.test(rest) ? Number(rest.slice(0, -1)) : 0;
    });
    return Math.max(0, ...numbers);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return 0;
  }
}
