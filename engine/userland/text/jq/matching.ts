/** match and its relatives. jq uses Oniguruma; the engine's own expressions are close to it. */
import { mayExplode, shortText } from '../common/explosive';
import type { Json } from './json';
import { JqError } from './operators';

export function matchAll(input: string, pattern: string, flags: string): Json {
  for (const flag of flags) {
    if (!'gimnsxl'.includes(flag)) throw new JqError(`${flags} is not a valid modifier string`);
  }
  const source = (flags.includes('x') ? pattern.replaceAll(/\s+|#.*$/gm, '') : pattern)
    .replaceAll('\\h', '[0-9a-fA-F]')
    .replaceAll('\\A', '^')
    .replaceAll(/\\[zZ]/g, '$')
    .replaceAll('(?<!\\\\)\\z', '$');
  if (input.length > shortText && mayExplode(source)) throw new JqError('Regex failure: retry-limit-in-match over');
  const regex = build(source, `gdu${flags.includes('i') ? 'i' : ''}${flags.includes('s') ? 's' : ''}m`, pattern);
  const isGlobal = flags.includes('g');
  const found: Json[] = [];
  for (const match of input.matchAll(regex)) {
    if (match[0] === '' && flags.includes('n')) continue;
    found.push(matchObject(input, match));
    if (!isGlobal) break;
  }
  return found;
}

function build(source: string, flags: string, pattern: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new JqError(`${pattern} (at offset 0) is not a valid regex: the expression is not known to the simulator`);
  }
}

function matchObject(input: string, match: RegExpExecArray): Json {
  const offset = (at: number) => [...input.slice(0, at)].length;
  const names = new Map<number, string>();
  const groups = match.indices?.groups ?? {};
  for (const [name, span] of Object.entries(groups)) {
    const at =
      match.indices?.findIndex(
        (other, place) =>
          (place > 0 && !names.has(place) && other === span) ||
          (other?.[0] === span?.[0] && other?.[1] === span?.[1] && place > 0 && !names.has(place)),
      ) ?? -1;
    if (at > 0) names.set(at, name);
  }
  const captures = [...match].slice(1).map((text, at): Json => {
    const span = match.indices?.[at + 1];
    const string: Json = text ?? null;
    return new Map<string, Json>([
      ['offset', span ? offset(span[0]) : -1],
      ['length', text === undefined ? 0 : [...text].length],
      ['string', string],
      ['name', names.get(at + 1) ?? null],
    ]);
  });
  return new Map<string, Json>([
    ['offset', offset(match.index)],
    ['length', [...match[0]].length],
    ['string', match[0]],
    ['captures', captures],
  ]);
}
