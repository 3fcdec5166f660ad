/**
 * What fits in one piece. A program that makes more of it at once is ended as one that ran out of memory: the kernel takes
 * a RangeError for that. Without such a bound, the memory that ends would be the page's.
 */

export const mostText = 1 << 26;
export const mostItems = 1 << 21;

/** The same length, when a text may be as long. */
export function roomForText(length: number): number {
  if (length > mostText) throw new RangeError('Invalid string length');
  return length;
}

/** The same count, when a list may have as many. */
export function roomForItems(count: number): number {
  if (count > mostItems) throw new RangeError('Invalid array length');
  return count;
}

/** `String.prototype.split` for texts that may have too many parts. */
export function splitBounded(text: string, separator: string): string[] {
  const parts = text.split(separator, mostItems + 1);
  roomForItems(parts.length);
  return parts;
}

/** All matches of an expression with the flag `g`, as texts. */
export function matchesBounded(text: string, expression: RegExp): string[] {
  if (text.length <= mostItems) return text.match(expression) ?? [];
  const found: string[] = [];
  for (const [match] of text.matchAll(expression)) {
    roomForItems(found.length);
    found.push(match);
  }
  return found;
}
