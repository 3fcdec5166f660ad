/** The orders of ls. */
import { S_IFDIR, S_IFLNK, S_IFMT } from '../../../kernel/sim';
import { compareText, compareVersions } from '../../lib/compare';
import { textWidth } from '../../lib/width';
import type { Entry } from './entry';
import type { LsSettings, SortKey, TimeKind } from './settings';

type Order = (a: Entry, b: Entry) => number;

export function sortEntries(entries: readonly Entry[], settings: LsSettings): Entry[] {
  const { sort, reverse, directoriesFirst } = settings;
  if (sort === 'none') return [...entries];
  const order = orderOf(sort, settings.time);
  const direction = reverse ? -1 : 1;
  return entries.toSorted((a, b) => {
    const byKind = directoriesFirst ? Number(leadsToDirectory(b)) - Number(leadsToDirectory(a)) : 0;
    return byKind || direction * order(a, b);
  });
}

function orderOf(key: SortKey, time: TimeKind): Order {
  const byName: Order = (a, b) => compareText(a.name, b.name);
  switch (key) {
    case 'time':
      return (a, b) => timeOf(b, time) - timeOf(a, time) || byName(a, b);
    case 'size':
      return (a, b) => (b.stat?.size ?? 0) - (a.stat?.size ?? 0) || byName(a, b);
    case 'extension':
      return (a, b) => compareText(extension(a.name), extension(b.name)) || byName(a, b);
    case 'version':
      return (a, b) => compareVersions(a.name, b.name);
    case 'width':
      return (a, b) => textWidth(a.name) - textWidth(b.name) || byName(a, b);
    default:
      return byName;
  }
}

export function timeOf({ stat }: Entry, kind: TimeKind): number {
  if (stat === null) return 0;
  return kind === 'btime' ? (stat.btime ?? stat.mtime) : stat[kind];
}

function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

export function leadsToDirectory(entry: Entry): boolean {
  const kind = entry.mode & S_IFMT;
  return kind === S_IFDIR || (kind === S_IFLNK && (entry.targetMode & S_IFMT) === S_IFDIR);
}
