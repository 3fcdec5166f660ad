/** What a copy keeps of the original besides its contents: times, owner, extended attributes, mode. */
import { type Blocking, isSysError, type Stat, strerror } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { isDirectory, isLink, lookUpOrNull } from '../../lib/stat';
import { currentUmask } from '../common/make-mode';
import type { Tool } from '../common/tool';
import type { CopySettings } from './settings';

export interface NewFile {
  /** Where it was copied from. */
  from: string;
  to: string;
  /** Of the original. */
  original: Stat;
  isNew: boolean;
  /** Permissions that were held back until the owner is right. */
  omitted: number;
}

/** False when something that had to be kept could not be. */
export function* setAttributes(tool: Tool, settings: CopySettings, file: NewFile): Blocking<boolean> {
  const { preserve } = settings;
  const { sys } = tool;
  const { from, to, original } = file;
  let isFine = true;
  if (preserve.timestamps) {
    const times = { atime: original.atime, mtime: original.mtime };
    isFine = yield* attempt(tool, settings, `preserving times for ${tool.quote(to)}`, () =>
      sys.utimens(to, times, { noFollow: true }),
    );
  }
  if (preserve.ownership && !isOwnedAlike(tool, file)) {
    isFine = (yield* setOwner(tool, settings, file)) && isFine;
  }
  if (preserve.xattr && !isLink(original)) isFine = (yield* copyXattrs(tool, settings, from, to)) && isFine;
  if (isLink(original)) return isFine;
  return (yield* setMode(tool, settings, file)) && isFine;
}

function isOwnedAlike(tool: Tool, { to, original }: NewFile): boolean {
  const now = lookUpOrNull(tool.sys, to, false);
  return now !== null && now.uid === original.uid && now.gid === original.gid;
}

/** Whoever may not give files away keeps at least the group, if that is allowed. */
function* setOwner(tool: Tool, settings: CopySettings, { to, original }: NewFile): Blocking<boolean> {
  const { sys } = tool;
  try {
    sys.chown(to, original.uid, original.gid, { noFollow: true });
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno !== 'EPERM' && error.errno !== 'EINVAL') {
      yield* tool.fail(`failed to preserve ownership for ${tool.quote(to)}: ${strerror(error.errno)}`);
      return settings.isLenient;
    }
    try {
      sys.chown(to, -1, original.gid, { noFollow: true });
    } catch (second) {
      if (!isSysError(second)) throw second;
    }
    if (sys.geteuid() === 0 && !settings.isLenient) {
      yield* tool.fail(`failed to preserve ownership for ${tool.quote(to)}: ${strerror(error.errno)}`);
      return false;
    }
    return true;
  }
}

function* copyXattrs(tool: Tool, settings: CopySettings, from: string, to: string): Blocking<boolean> {
  const { sys } = tool;
  let isFine = true;
  for (const name of listXattrs(tool, from)) {
    try {
      sys.setxattr(to, name, sys.getxattr(from, name));
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (settings.isLenient) continue;
      yield* tool.fail(`setting attributes for ${tool.quote(to)}: ${strerror(error.errno)}`);
      isFine = false;
    }
  }
  return isFine;
}

function listXattrs(tool: Tool, path: string): string[] {
  return orNull(() => tool.sys.listxattr(path)) ?? [];
}

function* setMode(tool: Tool, settings: CopySettings, { to, original, isNew, omitted }: NewFile): Blocking<boolean> {
  const { sys } = tool;
  const complaint = `setting permissions for ${tool.quote(to)}`;
  if (settings.preserve.mode) {
    return yield* attempt(tool, settings, `preserving permissions for ${tool.quote(to)}`, () =>
      sys.chmod(to, original.mode & 0o7777),
    );
  }
  if (settings.usualMode && isNew) {
    const usual = (isDirectory(original) ? 0o777 : 0o666) & ~currentUmask(sys);
    return yield* attempt(tool, settings, complaint, () => sys.chmod(to, usual));
  }
  const missing = omitted & ~currentUmask(sys);
  if (missing === 0 || !isNew) return true;
  return yield* attempt(tool, settings, complaint, () => sys.chmod(to, (sys.stat(to).mode & 0o7777) | missing));
}

function* attempt(tool: Tool, settings: CopySettings, complaint: string, work: () => void): Blocking<boolean> {
  try {
    work();
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.fail(`${complaint}: ${strerror(error.errno)}`);
    return settings.isLenient;
  }
}
