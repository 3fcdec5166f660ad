/** Orders of names: by code points, as C.UTF-8 sorts, and by version numbers in them (ls -v, sort -V). */

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return byCodePoint(one) - byCodePoint(other);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond all others. */
function byCodePoint(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** filevercmp of gnulib. */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const special = rank(a) - rank(b);
  if (special !== 0) return special;
  if (rank(a) < 3) return compareText(a, b);
  const [isHiddenA, isHiddenB] = [a.startsWith('.'), b.startsWith('.')];
  if (isHiddenA !== isHiddenB) return isHiddenA ? -1 : 1;
  const [stemA, stemB] = [withoutSuffix(a), withoutSuffix(b)];
  const bySuffix = stemA === stemB;
  return compareParts(bySuffix ? a : stemA, bySuffix ? b : stemB) || compareParts(a, b) || compareText(a, b);
}

/** The empty name, `.` and `..` come first. */
function rank(name: string): number {
  if (name === '') return 0;
  return name === '.' ? 1 : name === '..' ? 2 : 3;
}

/** Without `.tar.gz` and the like. */
function withoutSuffix(name: string): string {
  const match = /(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/.exec(name.slice(1));
  return name.slice(0, 1) + name.slice(1, 1 + (match?.index ?? name.length));
}

function compareParts(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const difference = order(a, i) - order(b, j);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    while (a[i] === '0') i++;
    while (b[j] === '0') j++;
    const [one, other] = [digits(a, i), digits(b, j)];
    if (one.length !== other.length) return one.length - other.length;
    if (one !== other) return one < other ? -1 : 1;
    i += one.length;
    j += other.length;
  }
  return 0;
}

function digits(text: string, from: number): string {
  return /^\d*/.exec(text.slice(from))?.[0] ?? '';
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** Letters before everything else but `~` and the end. */
function order(text: string, at: number): number {
  const char = text[at];
  if (char === undefined) return -1;
  if (isDigit(char)) return 0;
  if (/[A-Za-z]/.test(char)) return char.charCodeAt(0);
  return char === '~' ? -2 : char.charCodeAt(0) + 256;
}
