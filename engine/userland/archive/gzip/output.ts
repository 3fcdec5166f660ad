/** The file that takes the place of another. */
import type { GzipHeader } from '../../../archive';
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_WRONLY,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  type Stat,
  type Sys,
} from '../../../kernel/sim';
import { orNull, succeeds } from '../../lib/attempt';
import { LineReader, writeAll } from '../../lib/io';
import { isRegular } from '../../lib/stat';
import type { GzipFlags } from './settings';

/** A file that is left as it is; without a message when all was said. A remark does not change the exit status. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly severity: 'error' | 'warning' | 'remark' = 'warning',
  ) {
    super(message);
  }
}

export interface Opened {
  path: string;
  fd: number;
  source: Stat;
}

/** Errors: `Refused`. */
export function* openOutput(
  sys: Sys,
  program: string,
  { path, source }: Opened,
  to: string,
  { force, keep }: GzipFlags,
): Blocking<number> {
  if (!isRegular(source)) throw new Refused(`${path} is not a directory or a regular file - ignored`);
  const special = specialBit(source.mode);
  if (!force && special !== null) throw new Refused(`${path} ${special} - ignored`);
  const others = source.nlink - 1;
  if (!force && !keep && others > 0)
    throw new Refused(`${path} has ${others} other link${others === 1 ? '' : 's'} -- file ignored`);
  for (let isFirst = true; ; isFirst = false) {
    try {
      return yield* sys.open(to, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    } catch (error) {
      if (!isSysError(error, 'EEXIST') || !isFirst) throw error;
    }
    if (!force) yield* askWhether(sys, program, to);
    sys.unlink(to);
  }
}

function specialBit(mode: number): string | null {
  if (mode & S_ISUID) return 'is set-user-ID on execution';
  if (mode & S_ISGID) return 'is set-group-ID on execution';
  return mode & S_ISVTX ? 'has the sticky bit set' : null;
}

function* askWhether(sys: Sys, program: string, to: string): Blocking<void> {
  yield* writeAll(sys, 2, `${program}: ${to} already exists;`);
  let isYes = false;
  if (sys.isatty(0)) {
    yield* writeAll(sys, 2, ' do you wish to overwrite (y or n)? ');
    isYes = /^[yY]/.test((yield* new LineReader(sys, 0).next()) ?? '');
  }
  if (isYes) return;
  yield* writeAll(sys, 2, '\tnot overwritten\n');
  throw new Refused('');
}

/** Owner, mode and time of the file it was made of; the time of the packed file's header when that is asked for. */
export function settle(sys: Sys, { source }: Opened, fd: number, path: string, header: GzipHeader | null): void {
  const mtime = header !== null && header.mtime > 0 ? header.mtime * 1e9 : source.mtime;
  orNull(() => sys.utimens(path, { atime: source.atime, mtime }));
  const isOwned = succeeds(() => sys.fchown(fd, source.uid, source.gid));
  sys.fchmod(fd, source.mode & (isOwned ? 0o7777 : 0o777));
}
