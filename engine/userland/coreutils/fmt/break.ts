/** Where fmt breaks lines: so that the sum of all costs is least (a line's length, widows, ends of sentences). */
import type { Word } from './words';

export interface Shape {
  maxWidth: number;
  goalWidth: number;
  firstIndent: number;
  otherIndent: number;
}

/** Costs are told as the tenths of a column by which a line would be too short for them. */
const equivalent = (tenths: number) => tenths ** 2;
const shortCost = (columns: number) => equivalent(columns * 10);
const lineCost = equivalent(70);
const nobreakCost = equivalent(600);
const sentenceBonus = equivalent(50);
const parenBonus = equivalent(40);
const punctBonus = equivalent(40);

/** The lines of a paragraph, as ranges of words. */
export function breakLines(words: readonly Word[], shape: Shape): Word[][] {
  const count = words.length;
  const best: number[] = new Array(count + 1).fill(0);
  const next: number[] = new Array(count + 1).fill(count);
  const lengths: number[] = new Array(count + 1).fill(0);
  for (let start = count - 1; start >= 0; start--) {
    let least = Number.POSITIVE_INFINITY;
    let length = (start === 0 ? shape.firstIndent : shape.otherIndent) + (words[start]?.length ?? 0);
    for (let end = start + 1; ; end++) {
      const cost = costOfLine(end, length) + (best[end] ?? 0);
      if (cost < least) {
        least = cost;
        next[start] = end;
        lengths[start] = length;
      }
      if (end === count) break;
      length += (words[end - 1]?.space ?? 1) + (words[end]?.length ?? 0);
      if (length >= shape.maxWidth) break;
    }
    best[start] = least + baseCost(words, start);
  }
  const lines: Word[][] = [];
  for (let at = 0; at < count; at = next[at] ?? count) lines.push(words.slice(at, next[at]));
  return lines;

  function costOfLine(end: number, length: number): number {
    if (end === count) return 0;
    const short = shortCost(shape.goalWidth - length);
    if (next[end] === count) return short;
    return short + shortCost(length - (lengths[end] ?? 0)) / 2;
  }
}

/** Of breaking before that word. */
function baseCost(words: readonly Word[], at: number): number {
  const [word, before, earlier] = [words[at], words[at - 1], words[at - 2]];
  let cost = lineCost;
  if (before?.period) cost += before.final ? -sentenceBonus : nobreakCost;
  else if (before?.punct) cost -= punctBonus;
  else if (before && earlier?.final) cost += Math.floor(equivalent(200) / (before.length + 2));
  if (word?.paren) cost -= parenBonus;
  else if (word?.final) cost += Math.floor(equivalent(150) / (word.length + 2));
  return cost;
}
