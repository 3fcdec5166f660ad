/** The lines of /proc/PID/mountinfo and /proc/PID/mounts (proc_pid_mountinfo(5)). */
import { MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_RELATIME } from '../abi/mounts';
import type { MountNamespace } from '../ns/namespace';
import type { Task } from '../task/task';
import { pathBelow } from './d-path';
import type { Mount } from './mount';
import { isReachable, type Path } from './path';

const optionNames: ReadonlyArray<[flag: number, name: string]> = [
  [MS_NOSUID, 'nosuid'],
  [MS_NODEV, 'nodev'],
  [MS_NOEXEC, 'noexec'],
  [MS_NOATIME, 'noatime'],
  [MS_NODIRATIME, 'nodiratime'],
  [MS_RELATIME, 'relatime'],
];

/** What a mount line says, before it is put into one of its two forms. */
export interface MountRow {
  mount: Mount;
  parentId: number;
  root: string;
  mountPoint: string;
  options: string[];
  propagation: string[];
  superOptions: string[];
}

/** The mounts that can be reached from `root`, in the order they were made. */
export function mountRows(ns: MountNamespace, root: Path, reader: Task | null): MountRow[] {
  const rows: MountRow[] = [];
  for (const mount of inOrder(ns.mounts)) {
    const mountPoint = pathBelow({ mount, dentry: mount.root }, root);
    if (mountPoint === null) continue;
    rows.push({
      mount,
      parentId: mount.parent?.id ?? mount.id,
      root: rootText(mount, reader),
      mountPoint,
      options: mountOptions(mount),
      propagation: propagation(mount, root),
      superOptions: [mount.sb.readOnly ? 'ro' : 'rw', ...mount.sb.options()],
    });
  }
  return rows;
}

/** One may have been made long before it was put somewhere (open_tree(2)). */
function inOrder(mounts: ReadonlySet<Mount>): Iterable<Mount> {
  let last = -1;
  for (const { born } of mounts) {
    if (born < last) return [...mounts].sort((a, b) => a.born - b.born);
    last = born;
  }
  return mounts;
}

export function mountinfoLines(ns: MountNamespace, root: Path, reader: Task | null): string[] {
  return mountRows(ns, root, reader).map(({ mount, parentId, ...row }) => {
    const { major, minor } = mount.sb.device;
    const optional = row.propagation.map((field) => ` ${field}`).join('');
    const source = escapeText(mount.source, '#');
    return (
      `${mount.id} ${parentId} ${major}:${minor} ${escapeText(row.root)} ${escapeText(row.mountPoint)} ` +
      `${row.options.join(',')}${optional} - ${mount.sb.type} ${source} ${row.superOptions.join(',')}`
    );
  });
}

/** The lines of /proc/PID/mounts. */
export function mountsLines(ns: MountNamespace, root: Path, reader: Task | null): string[] {
  return mountRows(ns, root, reader).map(({ mount, mountPoint, options, superOptions }) => {
    const [superAccess, ...own] = superOptions;
    const [access, ...flags] = options;
    const both = access === 'ro' || superAccess === 'ro' ? 'ro' : 'rw';
    const source = escapeText(mount.source, '#');
    return `${source} ${escapeText(mountPoint)} ${mount.sb.type} ${[both, ...flags, ...own].join(',')} 0 0`;
  });
}

export function mountOptions({ flags }: Mount): string[] {
  const access = (flags & MS_RDONLY) !== 0 ? 'ro' : 'rw';
  return [access, ...optionNames.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name)];
}

function rootText(mount: Mount, reader: Task | null): string {
  const own = mount.sb.showRoot(mount.root, reader);
  if (own !== null) return own;
  return mount.root.isGone ? `${mount.root.pathInFs}//deleted` : mount.root.pathInFs;
}

function propagation(mount: Mount, root: Path): string[] {
  const fields: string[] = [];
  if (mount.peerGroup !== null) fields.push(`shared:${mount.peerGroup}`);
  if (mount.master) {
    fields.push(`master:${mount.master.peerGroup ?? 0}`);
    const dominating = dominatingGroup(mount, root);
    if (dominating !== null && dominating !== mount.master.peerGroup) fields.push(`propagate_from:${dominating}`);
  }
  if (mount.unbindable) fields.push('unbindable');
  return fields;
}

/** The nearest group it receives from that has a member in sight (get_dominating_id). */
export function dominatingGroup(mount: Mount, root: Path): number | null {
  for (let master = mount.master; master !== null; master = master.master) {
    for (let peer = master; ; ) {
      const inSight = peer.namespace === mount.namespace && isReachable({ mount: peer, dentry: peer.root }, root);
      if (inSight) return peer.peerGroup;
      peer = peer.nextPeer;
      if (peer === master) break;
    }
  }
  return null;
}

/** Blanks, newlines and backslashes in octal, so that a line can be taken apart again. */
export function escapeText(text: string, more = ''): string {
  if (!/[ \t\n\\#]/.test(text)) return text;
  const special = ` \t\n\\${more}`;
  let out = '';
  for (const char of text) {
    out += special.includes(char) ? `\\${(char.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}` : char;
  }
  return out;
}
