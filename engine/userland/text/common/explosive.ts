/**
 * Whether an expression may take a number of steps that doubles with each character: a loop around a loop, or around
 * alternatives that begin alike. The engine's own expressions cannot be interrupted, so such a one only gets short texts.
 */

/** Longer texts than this are refused to expressions that may explode. */
export const shortText = 24;

/** A group that is repeated at most so often is no loop. */
const fewTimes = 9;

interface Group {
  hasLoop: boolean;
  /** What the alternatives begin with; null for anything but a plain character. */
  firsts: Array<string | null>;
  startsBranch: boolean;
}

export function mayExplode(source: string): boolean {
  const stack: Group[] = [newGroup()];
  for (let at = 0; at < source.length; ) {
    const group = stack.at(-1);
    if (!group) return false;
    const [piece = ''] =
      /^(?:\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\((?:\?(?:<?[=!]|:|<\w+>))?|.)/su.exec(source.slice(at)) ?? [];
    at += piece.length;
    if (piece === '|') group.startsBranch = true;
    else if (piece.startsWith('(')) {
      noteFirst(group, null);
      stack.push(newGroup());
    } else {
      const inner = piece === ')' && stack.length > 1 ? stack.pop() : undefined;
      const outer = stack.at(-1) ?? group;
      if (!inner) noteFirst(outer, /^\w$/.test(piece) ? piece : null);
      const [quantifier = ''] = /^(?:[*+?]|\{\d*,?\d*\})/.exec(source.slice(at)) ?? [];
      at += quantifier.length;
      const isLoop = repeatsOften(quantifier);
      if (isLoop && inner && (inner.hasLoop || branchesAlike(inner))) return true;
      if (isLoop || inner?.hasLoop) outer.hasLoop = true;
    }
  }
  return false;
}

function newGroup(): Group {
  return { hasLoop: false, firsts: [], startsBranch: true };
}

function noteFirst(group: Group, first: string | null): void {
  if (group.startsBranch) group.firsts.push(first);
  group.startsBranch = false;
}

function branchesAlike({ firsts }: Group): boolean {
  return firsts.length > 1 && (firsts.includes(null) || new Set(firsts).size < firsts.length);
}

function repeatsOften(quantifier: string): boolean {
  if (quantifier === '*' || quantifier === '+') return true;
  const counts = /^\{(\d*)(,?)(\d*)\}$/.exec(quantifier);
  if (!counts) return false;
  const [, least = '', comma, most = ''] = counts;
  if (comma === '') return Number(least) > fewTimes;
  return most === '' || Number(most) > fewTimes;
}
