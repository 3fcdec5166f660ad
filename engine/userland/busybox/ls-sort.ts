/** In which order BusyBox's ls lists. */
import type { ParsedOptions } from '../lib/options';
import { isDirectory } from '../lib/stat';
import type { Entry } from './ls-entry';

export function sorted(options: ParsedOptions, entries: readonly Entry[]): Entry[] {
  const by = comparison(options);
  const sign = options.has('r') ? -1 : 1;
  const compare = (a: Entry, b: Entry) => sign * (by(a, b) || byName(a, b));
  if (!options.has('group-directories-first')) return [...entries].sort(compare);
  const rank = ({ stat }: Entry) => (isDirectory(stat) ? 0 : 1);
  return [...entries].sort((a, b) => rank(a) - rank(b) || compare(a, b));
}

function byName(a: Entry, b: Entry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function comparison(options: ParsedOptions): (a: Entry, b: Entry) => number {
  if (options.has('S')) return (a, b) => b.stat.size - a.stat.size;
  if (options.has('X')) return (a, b) => (extension(a) < extension(b) ? -1 : extension(a) > extension(b) ? 1 : 0);
  if (options.has('t')) {
    const which = options.has('c') ? 'ctime' : options.has('u') ? 'atime' : 'mtime';
    return (a, b) => b.stat[which] - a.stat[which];
  }
  return options.has('v') ? byVersion : byName;
}

function extension({ name }: Entry): string {
  const at = name.lastIndexOf('.');
  return at <= 0 ? '' : name.slice(at);
}

/** strverscmp(3), as far as numbers within names go. */
function byVersion(a: Entry, b: Entry): number {
  const [left, right] = [a, b].map(({ name }) => name.split(/(\d+)/));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const [one = '', other = ''] = [left?.[at], right?.[at]];
    if (one === other) continue;
    if (at % 2 === 1) return Number(one) - Number(other);
    return one < other ? -1 : 1;
  }
  return 0;
}
