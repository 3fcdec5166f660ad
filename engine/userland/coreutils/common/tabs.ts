/** Tab stops of expand and unexpand: `4`, `4,8,20`, `/8`, `+2`. */
import { Fatal, type Tool } from './tool';

export interface TabStops {
  stops: number[];
  /** How it goes on behind the last stop: every so many columns, counted from 0 or from that stop; 0: not at all. */
  every: number;
  fromLast: boolean;
}

export function parseTabs(tool: Tool, lists: readonly string[]): TabStops {
  const stops: number[] = [];
  let [every, fromLast] = [0, false];
  for (const part of lists
    .join(',')
    .split(/[, \t]+/)
    .filter((text) => text !== '')) {
    const match = /^([/+]?)(\d+)$/.exec(part);
    if (!match) {
      const wrong = /[^\d/+]/.exec(part)?.index ?? 0;
      throw new Fatal(`tab size contains invalid character(s): ${tool.word(part.slice(wrong))}`);
    }
    const size = Number(match[2]);
    if (match[1] !== '') {
      [every, fromLast] = [size, match[1] === '+'];
      continue;
    }
    if (size === 0) throw new Fatal('tab size cannot be 0');
    if (size <= (stops.at(-1) ?? 0)) throw new Fatal('tab sizes must be ascending');
    stops.push(size);
  }
  if (stops.length === 0 && every === 0) return { stops: [], every: 8, fromLast: false };
  if (stops.length === 1 && every === 0) return { stops: [], every: stops[0] ?? 8, fromLast: false };
  return { stops, every, fromLast };
}

/** The column of the next stop; null when there is none any more. */
export function nextStop({ stops, every, fromLast }: TabStops, column: number): number | null {
  const stop = stops.find((position) => position > column);
  if (stop !== undefined) return stop;
  if (every === 0) return null;
  const origin = fromLast ? (stops.at(-1) ?? 0) : 0;
  return origin + (Math.floor((column - origin) / every) + 1) * every;
}

/** `-4` and `-4,8` of old. */
export function rewriteTabs(args: readonly string[]): string[] {
  return args.map((arg) => (/^-\d[\d,]*$/.test(arg) ? `-t${arg.slice(1)}` : arg));
}
