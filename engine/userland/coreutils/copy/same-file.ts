/** Whether a source and a target that are one file may be copied or moved all the same. */
import type { Stat, Sys } from '../../../kernel/sim';
import { outcome } from '../../lib/attempt';
import { baseName, dirName } from '../../lib/paths';
import { canonicalPath } from '../../lib/realpath';
import { isLink, isSameFile, lookUpOrNull } from '../../lib/stat';
import type { CopySettings } from './settings';

export type Verdict =
  | 'different'
  /** Nothing is to be done. */
  | 'done'
  | 'refuse';

export function compareFiles(
  sys: Sys,
  settings: CopySettings,
  from: string,
  source: Stat,
  to: string,
  target: Stat,
): Verdict {
  const isSame = isSameFile(source, target);
  if (isSame && settings.hardLinks) return 'done';
  let [sourceLink, targetLink, isSameLink] = [source, target, isSame];
  if (settings.dereference === 'never') {
    if (isLink(source) && isLink(target)) {
      const sameName = isSameName(sys, from, to);
      if (sameName) return 'refuse';
      if (settings.backup !== 'none' || !isSame || settings.move) return 'different';
      return 'refuse';
    }
  } else {
    if (!isSame) return 'different';
    const [a, b] = [lookUpOrNull(sys, from, false), lookUpOrNull(sys, to, false)];
    if (a === null || b === null) return 'different';
    [sourceLink, targetLink, isSameLink] = [a, b, isSameFile(a, b)];
    if (isLink(a) && isLink(b) && settings.removeDestination) return 'different';
  }
  if (settings.backup !== 'none') {
    if (!isSameLink)
      return !settings.move && settings.dereference !== 'never' && isLink(sourceLink) && !isLink(targetLink)
        ? 'refuse'
        : 'different';
    return isSameName(sys, from, to) ? 'refuse' : 'different';
  }
  if (settings.move || settings.removeDestination) {
    if (isLink(targetLink)) return 'different';
    if (isSameLink && targetLink.nlink > 1 && !isSameName(sys, from, to)) {
      return settings.move ? 'refuse' : 'different';
    }
  }
  if (!isLink(sourceLink) && !isLink(targetLink)) return isSameFile(sourceLink, targetLink) ? 'refuse' : 'different';
  if (settings.symbolicLinks && isLink(targetLink)) return 'different';
  if (settings.dereference !== 'never') return 'refuse';
  const [a, b] = [lookUpOrNull(sys, from), lookUpOrNull(sys, to)];
  if (a === null || b === null || !isSameFile(a, b)) return 'different';
  return settings.hardLinks ? (isLink(targetLink) ? 'different' : 'done') : 'refuse';
}

/** The same entry of the same directory. */
export function isSameName(sys: Sys, a: string, b: string): boolean {
  if (baseName(a) !== baseName(b)) return false;
  const [one, other] = [
    outcome(() => canonicalPath(sys, dirName(a), 'all')),
    outcome(() => canonicalPath(sys, dirName(b), 'all')),
  ];
  return one === other;
}
