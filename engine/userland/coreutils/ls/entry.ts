/** One file in a listing, and what ls finds out about it. */
import {
  type Blocking,
  type DirectoryEntry,
  type Errno,
  isSysError,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  type Stat,
  type Sys,
} from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { joinPath } from '../../lib/paths';
import { isDirectory, isLink } from '../../lib/stat';
import type { Tool } from '../common/tool';
import type { LsSettings } from './settings';

export interface Entry {
  name: string;
  /** From the working directory. */
  path: string;
  /** Null when it was not looked at, or could not be. */
  stat: Stat | null;
  /** Looking at it failed. */
  hasFailed: boolean;
  /** At least the type. */
  mode: number;
  ino: number;
  target: string | null;
  isTargetThere: boolean;
  targetMode: number;
  hasAcl: boolean;
  hasCapability: boolean;
}

export const serious = 2;
export const minor = 1;

/** Whether ls -l and the like have to look at every file. */
export function needsStat(settings: LsSettings): boolean {
  const { layout, sort, blocks, context } = settings;
  return layout === 'long' || sort === 'time' || sort === 'size' || blocks || context;
}

function needsType({ recursive, colors, indicators, directoriesFirst }: LsSettings): boolean {
  return recursive || colors !== null || indicators !== 'none' || directoriesFirst;
}

/** A name on the command line; null when it cannot be had. */
export function* operandEntry(tool: Tool, settings: LsSettings, name: string): Blocking<Entry | null> {
  const found = lookAtOperand(tool.sys, settings, name);
  if (typeof found === 'string') {
    yield* tool.failWith(`cannot access ${tool.quote(name)}`, found, serious);
    return null;
  }
  const entry = newEntry(name, name, found.mode, found.ino);
  return yield* complete(tool, settings, { ...entry, stat: found }, serious);
}

function lookAtOperand(sys: Sys, { dereference }: LsSettings, name: string): Stat | Errno {
  try {
    if (dereference === 'never') return sys.lstat(name);
    if (dereference === 'always') return sys.stat(name);
    const stat = followed(sys, name);
    if (stat !== null && (dereference === 'command-line' || isDirectory(stat))) return stat;
    return sys.lstat(name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno;
  }
}

/** Null for links that lead nowhere; other errors are errors. */
function followed(sys: Sys, name: string): Stat | null {
  try {
    return sys.stat(name);
  } catch (error) {
    if (!isSysError(error, 'ENOENT', 'ELOOP')) throw error;
    return null;
  }
}

/** What readdir(3) found in a directory. */
export function* directoryEntry(
  tool: Tool,
  settings: LsSettings,
  directory: string,
  found: DirectoryEntry,
): Blocking<Entry> {
  const path = directory === '' ? found.name : joinPath(directory, found.name);
  const entry = newEntry(found.name, path, found.type, found.ino);
  if (!mustLook(settings, found.type)) return entry;
  const follows = settings.dereference === 'always';
  try {
    const stat = follows ? tool.sys.stat(path) : tool.sys.lstat(path);
    return yield* complete(tool, settings, { ...entry, stat, mode: stat.mode, ino: stat.ino }, minor);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.failWith(`cannot access ${tool.quote(path)}`, error.errno, minor);
    return { ...entry, hasFailed: true };
  }
}

function newEntry(name: string, path: string, mode: number, ino: number): Entry {
  return {
    name,
    path,
    stat: null,
    hasFailed: false,
    mode,
    ino,
    target: null,
    isTargetThere: false,
    targetMode: 0,
    hasAcl: false,
    hasCapability: false,
  };
}

function mustLook(settings: LsSettings, type: number): boolean {
  const { colors, dereference, indicators, inode } = settings;
  if (needsStat(settings) || settings.hyperlink) return true;
  const kind = type & S_IFMT;
  if (kind === S_IFDIR && (colors?.has('ow') || colors?.has('st') || colors?.has('tw'))) return true;
  const wantsType = needsType(settings);
  const followsLinks = dereference === 'always' || colors?.linksLikeTargets || checksLinks(settings);
  if (kind === S_IFLNK && (inode || wantsType) && followsLinks) return true;
  if (!wantsType || kind !== S_IFREG) return false;
  return indicators === 'classify' || ['ex', 'su', 'sg', 'ca'].some((key) => colors?.has(key));
}

/** Colours tell links that lead nowhere; links to directories are sorted with them. */
function checksLinks({ colors, layout, directoriesFirst }: LsSettings): boolean {
  if (directoriesFirst) return true;
  if (colors === null) return false;
  return colors.has('or') || (colors.has('ex') && colors.linksLikeTargets) || (colors.has('mi') && layout === 'long');
}

/** Where a link leads, and attributes that show. */
function* complete(tool: Tool, settings: LsSettings, entry: Entry, failure: number): Blocking<Entry> {
  const { sys } = tool;
  const isLong = settings.layout === 'long';
  const leads = isLink(entry);
  const attributes = isLong && !leads ? attributesOf(sys, entry.path) : [];
  const result = { ...entry, hasAcl: attributes.some((name) => name.startsWith('system.posix_acl_')) };
  if (settings.colors?.has('ca') && !leads) {
    result.hasCapability = attributesOf(sys, entry.path).includes('security.capability');
  }
  if (!leads || (!isLong && !checksLinks(settings))) return result;
  try {
    result.target = sys.readlink(entry.path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* tool.failWith(`cannot read symbolic link ${tool.quote(entry.path)}`, error.errno, failure);
  }
  const asksTarget = settings.indicators === 'classify' || settings.indicators === 'file-type' || checksLinks(settings);
  const stat = result.target !== null && asksTarget ? orNull(() => sys.stat(entry.path)) : null;
  return stat === null ? result : { ...result, isTargetThere: true, targetMode: stat.mode };
}

function attributesOf(sys: Sys, path: string): string[] {
  return orNull(() => sys.listxattr(path)) ?? [];
}
