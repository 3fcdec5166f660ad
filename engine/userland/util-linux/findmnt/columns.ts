/** The columns of findmnt. */
import { allOptions, type MountLine, propagationOf } from '../../lib/mountinfo';
import type { Column } from '../common/table';

export interface Row {
  mount: MountLine;
  prefix: string;
  depth: number;
  /** Of the filesystem, in bytes; null where it has none. */
  space: { size: number; free: number; available: number } | null;
  bytes: boolean;
}

function figure(bytes: number, exact: boolean): string {
  if (exact || bytes < 1024) return String(bytes);
  const power = Math.min(5, Math.floor(Math.log2(bytes) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10}${'KMGTP'[power - 1]}`;
}

const spaceCell =
  (of: (space: NonNullable<Row['space']>) => number) =>
  ({ space, bytes }: Row): string =>
    space ? figure(of(space), bytes) : '';

function usage({ space }: Row): string {
  if (!space || space.size === 0) return space ? '-' : '';
  return `${Math.floor(((space.size - space.free) * 100) / space.size)}%`;
}

export const columns: ReadonlyArray<Column<Row>> = [
  { name: 'TARGET', cell: ({ mount, prefix }) => `${prefix}${mount.target}` },
  { name: 'SOURCE', cell: ({ mount }) => sourceOf(mount) },
  { name: 'FSTYPE', cell: ({ mount }) => mount.type },
  // Those of a table are as they are written.
  { name: 'OPTIONS', cell: ({ mount }) => (mount.id === 0 ? mount.options.join(',') : allOptions(mount)) },
  { name: 'VFS-OPTIONS', cell: ({ mount }) => mount.options.join(',') },
  { name: 'FS-OPTIONS', cell: ({ mount }) => mount.superOptions.join(',') },
  { name: 'OPT-FIELDS', cell: ({ mount }) => mount.optional.join(' ') },
  { name: 'PROPAGATION', cell: ({ mount }) => propagationOf(mount) },
  { name: 'ID', right: true, cell: ({ mount }) => String(mount.id) },
  { name: 'PARENT', right: true, cell: ({ mount }) => String(mount.parent) },
  { name: 'FSROOT', cell: ({ mount }) => mount.root },
  { name: 'MAJ:MIN', cell: ({ mount }) => deviceText(mount.device) },
  { name: 'SIZE', right: true, hint: 5, cell: spaceCell(({ size }) => size) },
  { name: 'USED', right: true, hint: 5, cell: spaceCell(({ size, free }) => size - free) },
  { name: 'AVAIL', right: true, hint: 5, cell: spaceCell(({ available }) => available) },
  { name: 'USE%', right: true, cell: usage },
  { name: 'LABEL', cell: () => '' },
  { name: 'UUID', cell: () => '' },
  { name: 'PARTLABEL', cell: () => '' },
  { name: 'PARTUUID', cell: () => '' },
  { name: 'TID', right: true, cell: () => '' },
];

export function sourceOf({ source, root }: MountLine): string {
  return root === '/' ? source : `${source}[${root}]`;
}

/** `  0:52 ` */
function deviceText(device: string): string {
  const [major = '', minor = ''] = device.split(':');
  return device === '' ? '' : `${major.padStart(3)}:${minor.padEnd(3)}`;
}
