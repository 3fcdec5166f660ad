/** Pathname expansion (bash(1), "Pathname Expansion"; glob(7)). */
import { S_IFDIR, S_IFMT, type Sys } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { hasGlob, matchesPattern, unquotePattern } from './pattern';

export interface GlobOptions {
  dotglob: boolean;
  globstar: boolean;
  nocase: boolean;
}

/** Paths that match, sorted; empty when there are none. */
export function glob(sys: Sys, pattern: string, options: GlobOptions): string[] {
  const isAbsolute = pattern.startsWith('/');
  const lead = /^\/*/.exec(pattern)?.[0] ?? '';
  const components = pattern.slice(lead.length).split(/\/+/);
  let found = [isAbsolute ? lead : ''];
  components.forEach((component, index) => {
    const isLast = index === components.length - 1;
    found = found.flatMap((base) => extend(sys, base, component, isLast, options));
  });
  return [...new Set(found)].sort(byCodePoint);
}

export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  // Surrogates sort after the rest of the basic plane in UTF-8, not in UTF-16.
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function extend(sys: Sys, base: string, component: string, isLast: boolean, options: GlobOptions): string[] {
  if (component === '') return isLast && isDirectory(sys, base) ? [base] : [];
  if (component === '**' && options.globstar) return everythingBelow(sys, base, isLast, options);
  if (!hasGlob(component)) {
    const path = base + unquotePattern(component);
    if (isLast) return exists(sys, path) ? [path] : [];
    return isDirectory(sys, path) ? [`${path}/`] : [];
  }
  const matches = (name: string) => matchesPattern(component, name, { ignoreCase: options.nocase });
  const takesDots = options.dotglob || component.startsWith('.') || component.startsWith('\\.');
  return names(sys, base)
    .filter((name) => name !== '.' && name !== '..' && (takesDots || !name.startsWith('.')) && matches(name))
    .map((name) => base + name)
    .filter((path) => isLast || isDirectory(sys, path))
    .map((path) => (isLast ? path : `${path}/`));
}

function everythingBelow(sys: Sys, base: string, isLast: boolean, options: GlobOptions): string[] {
  const found: string[] = isLast ? (base === '' ? [] : [base]) : [base];
  const visit = (directory: string): void => {
    for (const name of names(sys, directory)) {
      if (name === '.' || name === '..' || (name.startsWith('.') && !options.dotglob)) continue;
      const path = directory + name;
      const isBranch = isRealDirectory(sys, path);
      if (isLast) found.push(path);
      else if (isBranch) found.push(`${path}/`);
      if (isBranch) visit(`${path}/`);
    }
  };
  visit(base);
  return found;
}

function names(sys: Sys, directory: string): string[] {
  return orNull(() => sys.readdir(directory === '' ? '.' : directory).map(({ name }) => name)) ?? [];
}

function exists(sys: Sys, path: string): boolean {
  return modeOf(() => sys.lstat(path).mode) !== null;
}

function isDirectory(sys: Sys, path: string): boolean {
  return modeOf(() => sys.stat(path === '' ? '.' : path).mode & S_IFMT) === S_IFDIR;
}

function isRealDirectory(sys: Sys, path: string): boolean {
  return modeOf(() => sys.lstat(path).mode & S_IFMT) === S_IFDIR;
}

function modeOf(read: () => number): number | null {
  return orNull(() => read());
}
