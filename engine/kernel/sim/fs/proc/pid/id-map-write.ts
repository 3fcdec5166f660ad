/** The rules for giving a user namespace its ids (user_namespaces(7), "Defining user and group ID mappings"). */
import { SysError } from '../../../abi/errno';
import { type IdKind, noId, rangesOf, toKernelId } from '../../../ns/id-map';
import type { IdRange, UserNamespace } from '../../../ns/namespace';
import { type Credentials, isCapable } from '../../../task/credentials';
import type { Writer } from '../text-file';

const maxRanges = 340;
const pageSize = 4096;

/** Once, in one write at the beginning of the file. EINVAL, EPERM. */
export function writeMap(ns: UserNamespace, kind: IdKind, text: string, { opener, position }: Writer): void {
  const { parent } = ns;
  if (parent === null || !opener) throw new SysError('EPERM');
  const { cred } = opener;
  if (cred.user !== ns && cred.user !== parent) throw new SysError('EPERM');
  if (position !== 0 || text.length >= pageSize) throw new SysError('EINVAL');
  if (rangesOf(ns, kind).length > 0) throw new SysError('EPERM');
  if (!isCapable(cred, 'sys_admin', ns)) throw new SysError('EPERM');
  const ranges = parseRanges(text);
  if (!mayMap(ns, parent, kind, ranges, cred)) throw new SysError('EPERM');
  for (const { outside, count } of ranges) {
    if (toKernelId(parent, kind, outside, count) === null) throw new SysError('EPERM');
  }
  if (kind === 'uid') ns.uidMap = ranges;
  else ns.gidMap = ranges;
}

function parseRanges(text: string): IdRange[] {
  const lines = text.replace(/\0.*$/s, '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const ranges: IdRange[] = [];
  for (const line of lines) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/.exec(line);
    if (!match) throw new SysError('EINVAL');
    const [inside = 0, outside = 0, count = 0] = match.slice(1).map(Number);
    if (count === 0 || inside + count > noId || outside + count > noId) throw new SysError('EINVAL');
    if (ranges.some((other) => overlaps(other, { inside, outside, count }))) throw new SysError('EINVAL');
    ranges.push({ inside, outside, count });
  }
  if (ranges.length === 0 || ranges.length > maxRanges) throw new SysError('EINVAL');
  return ranges;
}

function overlaps(a: IdRange, b: IdRange): boolean {
  const meet = (one: number, other: number) => one < other + b.count && other < one + a.count;
  return meet(a.inside, b.inside) || meet(a.outside, b.outside);
}

/** One's own id, or any with the capability in the parent namespace. */
function mayMap(ns: UserNamespace, parent: UserNamespace, kind: IdKind, ranges: IdRange[], cred: Credentials): boolean {
  if (kind === 'uid' && !mayMapRoot(ns, parent, ranges, cred)) return false;
  const [only] = ranges;
  if (ranges.length === 1 && only?.count === 1 && ns.ownerUid === cred.euid) {
    const global = toKernelId(parent, kind, only.outside);
    if (kind === 'uid' && global === cred.euid) return true;
    if (kind === 'gid' && ns.setgroups === 'deny' && global === cred.egid) return true;
  }
  return isCapable(cred, kind === 'uid' ? 'setuid' : 'setgid', parent);
}

/** Since Linux 5.12: mapping the parent's root needs CAP_SETFCAP there. */
function mayMapRoot(ns: UserNamespace, parent: UserNamespace, ranges: IdRange[], cred: Credentials): boolean {
  if (!ranges.some(({ outside }) => outside === 0)) return true;
  return cred.user === ns ? ns.parentCouldSetfcap : isCapable(cred, 'setfcap', parent);
}

/** `deny` is for ever, and only before the group map is written. */
export function writeSetgroups(ns: UserNamespace, text: string, { position }: Writer): void {
  const [, word, rest = ''] = /^(allow|deny)(\s.*)?$/s.exec(text) ?? [];
  if (position !== 0 || text.length >= 8 || word === undefined || rest.trim() !== '') throw new SysError('EINVAL');
  if (word === 'allow') {
    if (ns.setgroups === 'deny') throw new SysError('EPERM');
    return;
  }
  if (ns.parent === null || ns.gidMap.length > 0) throw new SysError('EPERM');
  ns.setgroups = 'deny';
}
