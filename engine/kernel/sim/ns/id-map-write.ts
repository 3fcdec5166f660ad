/** Writing to /proc/PID/uid_map, gid_map and setgroups (user_namespaces(7)). */
import { SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import { type Credentials, isCapable } from '../task/credentials';
import { fromKernelId, toKernelId } from './id-map';
import type { IdRange, UserNamespace } from './namespace';

type Kind = 'uid' | 'gid';
const maxRanges = 340;
const maxId = 4_294_967_295;

/**
 * `writer`: who writes; `opener`: who opened the file (both have to have the right). Errors: EPERM (written already, or
 * not allowed), EINVAL (malformed, overlapping, empty).
 */
export function writeIdMap(
  kernel: SimKernel,
  writer: Credentials,
  opener: Credentials,
  target: UserNamespace,
  kind: Kind,
  text: string,
): void {
  const known = kind === 'uid' ? target.uidMap : target.gidMap;
  if (known.length > 0 || target.parent === null) throw new SysError('EPERM');
  const inTarget = writer.user === target;
  if (!inTarget && writer.user !== target.parent) throw new SysError('EPERM');
  if (!isCapable(writer, 'sys_admin', target)) throw new SysError('EPERM');
  const ranges = parseRanges(text);
  checkAllowed(writer, opener, target, target.parent, kind, ranges);
  for (const { outside, count } of ranges) {
    if (toKernelId(target.parent, kind, outside) === null) throw new SysError('EPERM');
    if (toKernelId(target.parent, kind, outside + count - 1) === null) throw new SysError('EPERM');
  }
  if (kind === 'uid') target.uidMap = ranges;
  else target.gidMap = ranges;
  kernel.touch('namespaces', 'processes');
}

/** `deny` is for ever, and only before the group map is written. */
export function writeSetgroups(kernel: SimKernel, writer: Credentials, target: UserNamespace, text: string): void {
  const word = text.trimEnd();
  if (word !== 'allow' && word !== 'deny') throw new SysError('EINVAL');
  if (!isCapable(writer, 'sys_admin', target)) throw new SysError('EPERM');
  if (word === 'deny') {
    if (target.gidMap.length > 0 && target.setgroups !== 'deny') throw new SysError('EPERM');
    target.setgroups = 'deny';
  } else if (target.setgroups === 'deny') throw new SysError('EPERM');
  kernel.touch('namespaces');
}

function checkAllowed(
  writer: Credentials,
  opener: Credentials,
  target: UserNamespace,
  parent: UserNamespace,
  kind: Kind,
  ranges: readonly IdRange[],
): void {
  const capability = kind === 'uid' ? 'setuid' : 'setgid';
  if (isCapable(writer, capability, parent) && isCapable(opener, capability, parent)) return;
  const [range] = ranges;
  if (ranges.length !== 1 || range === undefined || range.count !== 1) throw new SysError('EPERM');
  if (writer.euid !== target.ownerUid) throw new SysError('EPERM');
  if (kind === 'gid' && target.setgroups !== 'deny') throw new SysError('EPERM');
  const own = fromKernelId(parent, kind, kind === 'uid' ? writer.euid : writer.egid);
  if (range.outside !== own) throw new SysError('EPERM');
}

function parseRanges(text: string): IdRange[] {
  const lines = text.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
  if (lines.length > maxRanges) throw new SysError('EINVAL');
  const ranges: IdRange[] = [];
  for (const line of lines) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/.exec(line);
    if (!match) throw new SysError('EINVAL');
    const [inside = 0, outside = 0, count = 0] = match.slice(1).map(Number);
    if (count === 0 || inside + count > maxId || outside + count > maxId) throw new SysError('EINVAL');
    if (ranges.some((range) => overlaps(range.inside, range.count, inside, count))) throw new SysError('EINVAL');
    if (ranges.some((range) => overlaps(range.outside, range.count, outside, count))) throw new SysError('EINVAL');
    ranges.push({ inside, outside, count });
  }
  if (ranges.length === 0) throw new SysError('EINVAL');
  return ranges;
}

function overlaps(a: number, aCount: number, b: number, bCount: number): boolean {
  return a < b + bCount && b < a + aCount;
}
