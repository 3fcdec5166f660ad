/** Which mounts findmnt shows, and as what tree. */

import { isSysError } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { allOptions, type MountLine } from '../../lib/mountinfo';
import { canonicalPath } from '../../lib/realpath';
import type { Frame } from '../common/frame';
import { treeLines } from '../common/table';
import { type Row, sourceOf } from './columns';

/** Filesystems that are not on a disk. */
const pseudoTypes = /^(proc|sysfs|cgroup2?|devpts|mqueue|devtmpfs|nsfs|tmpfs|overlay)$/;

type Condition = (mount: MountLine) => boolean;

/** By what options say, all of which must hold. */
function conditionsOf(frame: Frame, mounts: readonly MountLine[]): Condition[] {
  const { options: given } = frame;
  const [first, second] = given.operands;
  const conditions: Condition[] = [];
  const types = given.value('types');
  if (types !== null) conditions.push(typeCondition(types));
  const options = given.value('options')?.split(',');
  if (options) conditions.push((mount) => options.every((option) => allOptions(mount).split(',').includes(option)));
  if (given.has('pseudo')) conditions.push(({ type }) => pseudoTypes.test(type));
  if (given.has('real')) conditions.push(({ type }) => !pseudoTypes.test(type));
  if (given.has('uniq')) conditions.push((mount) => mounts.findLast(({ target }) => target === mount.target) === mount);
  if (given.has('shadowed')) conditions.push((mount) => isShadowed(mount, mounts));
  const source = given.value('source') ?? (second === undefined ? null : (first ?? null));
  if (source !== null) conditions.push((mount) => mount.source === source || sourceOf(mount) === source);
  const place = given.value('mountpoint') ?? second ?? null;
  if (place !== null) conditions.push(({ target }) => target === resolved(frame, place));
  return conditions;
}

function typeCondition(types: string): Condition {
  const negative = types.startsWith('no');
  const names = (negative ? types.slice(2) : types).split(',');
  return ({ type }) => names.includes(type) !== negative;
}

function isShadowed({ id, target }: MountLine, mounts: readonly MountLine[]): boolean {
  return mounts.some((other) => other.parent === id && other.id !== id && other.target === target);
}

export function rowsOf(frame: Frame, mounts: readonly MountLine[]): Row[] {
  const { options: given } = frame;
  const [first, second] = given.operands;
  const conditions = conditionsOf(frame, mounts);
  const within = given.value('target');
  if (within !== null)
    return asRows(
      frame,
      listOf(
        frame,
        mounts,
        [holding(frame, mounts, within)].flatMap((one) => one ?? []),
      ),
    );
  if (first !== undefined && second === undefined)
    return asRows(
      frame,
      listOf(
        frame,
        mounts,
        named(frame, mounts, first).filter((mount) => conditions.every((holds) => holds(mount))),
      ),
    );
  const matches: Condition = (mount) => conditions.every((holds) => holds(mount)) !== given.has('invert');
  if (isAsked(frame)) return asRows(frame, listOf(frame, mounts, mounts.filter(matches)));
  return asRows(frame, treeOf(frame, mounts, conditions.length === 0 ? () => true : matches));
}

/** Certain places or sources are asked for. */
export function isAsked({ options: given }: Frame): boolean {
  return ['target', 'mountpoint', 'source'].some((name) => given.has(name)) || given.operands.length > 0;
}

function named(frame: Frame, mounts: readonly MountLine[], name: string): MountLine[] {
  const path = resolved(frame, name);
  const byTarget = mounts.filter(({ target }) => target === path);
  return byTarget.length > 0 ? byTarget : mounts.filter((mount) => mount.source === name);
}

interface Line {
  mount: MountLine;
  prefix: string;
  depth: number;
}

/** One below the other; with `-R`, each with its own tree. */
function listOf(frame: Frame, mounts: readonly MountLine[], found: readonly MountLine[]): Line[] {
  const chosen = frame.options.has('first-only') ? found.slice(0, 1) : found;
  if (!frame.options.has('submounts')) return chosen.map((mount) => ({ mount, prefix: '', depth: 0 }));
  const children = (mount: MountLine) => childrenOf(mounts, mount);
  return drawn(frame, outermost(chosen, children), children);
}

/** Without those that are shown below another anyway. */
function outermost(found: readonly MountLine[], children: (mount: MountLine) => readonly MountLine[]): MountLine[] {
  const below = (mount: MountLine): MountLine[] => children(mount).flatMap((child) => [child, ...below(child)]);
  const shown = new Set(found.flatMap(below));
  return found.filter((mount) => !shown.has(mount));
}

/** What matches, below its parent when that does, too. */
function treeOf(frame: Frame, mounts: readonly MountLine[], matches: Condition): Line[] {
  const { options: given } = frame;
  const found = mounts.filter(matches);
  if (given.has('first-only')) return found.slice(0, 1).map((mount) => ({ mount, prefix: '', depth: 0 }));
  if (isFlat(frame)) return found.map((mount) => ({ mount, prefix: '', depth: 0 }));
  const ids = new Set(mounts.map(({ id }) => id));
  const roots: MountLine[] = [];
  const visit = (mount: MountLine, parentMatches: boolean) => {
    const own = matches(mount);
    if (own && !parentMatches) roots.push(mount);
    for (const child of childrenOf(mounts, mount)) visit(child, own);
  };
  for (const mount of mounts) if (!ids.has(mount.parent) || mount.parent === mount.id) visit(mount, false);
  return drawn(frame, roots, (mount) => childrenOf(mounts, mount).filter(matches));
}

function childrenOf(mounts: readonly MountLine[], { id }: MountLine): MountLine[] {
  return mounts.filter(({ parent, id: own }) => parent === id && own !== id);
}

export function isFlat({ options: given }: Frame): boolean {
  return ['list', 'raw', 'pairs', 'df', 'fstab', 'mtab'].some((name) => given.has(name)) && !given.has('tree');
}

function drawn(
  frame: Frame,
  roots: readonly MountLine[],
  children: (mount: MountLine) => readonly MountLine[],
): Line[] {
  const { env, options: given } = frame;
  const ascii = given.has('ascii') || !/utf-?8/i.test(env.LC_ALL ?? env.LC_CTYPE ?? env.LANG ?? '');
  const flat = isFlat(frame);
  return treeLines(roots, children, ascii).map(({ node, prefix, depth }) =>
    flat ? { mount: node, prefix: '', depth: 0 } : { mount: node, prefix, depth },
  );
}

function asRows(frame: Frame, lines: readonly Line[]): Row[] {
  const bytes = frame.options.has('bytes');
  const wantsSpace =
    frame.options.has('df') ||
    /size|used|avail|use%/i.test(frame.options.value('output') ?? '') ||
    frame.options.has('output-all');
  return lines.map((line) => ({ ...line, bytes, space: wantsSpace ? spaceOf(frame, line.mount.target) : null }));
}

function spaceOf({ sys }: Frame, path: string): Row['space'] {
  try {
    const { blocks, blockSize, free } = sys.statfs(path);
    return { size: blocks * blockSize, free: free * blockSize, available: free * blockSize };
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

/** The mount a path lies in; null when there is no such path. */
function holding(frame: Frame, mounts: readonly MountLine[], path: string): MountLine | null {
  const { sys } = frame;
  try {
    const id = sys.mountId(path);
    return mounts.find((mount) => mount.id === id) ?? null;
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

function resolved({ sys }: Frame, path: string): string {
  return orNull(() => canonicalPath(sys, path, 'all')) ?? path;
}
