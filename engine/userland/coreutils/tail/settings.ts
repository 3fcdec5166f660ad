/** The options of tail (tail(1)), old ones included: `-5`, `-3f`, `+2`. */
import { strerror } from '../../../kernel/sim';
import { parseFloatText, parseNumber, sizeSuffixes } from '../../lib/numbers';
import type { OptionSpec } from '../../lib/options';
import { chooseWord, Fatal, type Tool } from '../common/tool';

export const tailOptions: readonly OptionSpec[] = [
  { short: 'c', long: 'bytes', value: 'required' },
  { long: 'follow', value: 'optional' },
  { short: 'f', as: 'follow' },
  { short: 'F', as: 'F' },
  { short: 'n', long: 'lines', value: 'required' },
  { long: 'max-unchanged-stats', value: 'required' },
  { long: 'pid', value: 'required' },
  { short: 'q', long: 'quiet' },
  { long: 'silent', as: 'quiet' },
  { long: 'retry' },
  { short: 's', long: 'sleep-interval', value: 'required' },
  { short: 'v', long: 'verbose' },
  { short: 'z', long: 'zero-terminated' },
  ...'0123456789'.split('').map((short) => ({ short, as: `old-${short}` })),
];

export interface TailSettings {
  unit: 'lines' | 'bytes';
  count: number;
  /** `+N`: from there on, instead of the last N. */
  fromStart: boolean;
  follow: 'descriptor' | 'name' | null;
  retry: boolean;
  /** Ends when these processes have ended. */
  pid: number | null;
  intervalNs: number;
  end: number;
}

const followWords = { descriptor: 'descriptor', name: 'name' } as const;

export function readTailSettings(tool: Tool): TailSettings {
  const old = tool.options.given.find(({ name }) => name.startsWith('old-'));
  if (old) throw new Fatal(`option used in invalid context -- ${old.name.slice(4)}`);
  const { given } = tool.options;
  const last = given.findLast(({ name }) => name === 'bytes' || name === 'lines');
  const unit = last?.name === 'bytes' ? 'bytes' : 'lines';
  let text = last?.value ?? '10';
  const fromStart = text.startsWith('+');
  if (text.startsWith('-')) text = text.slice(1);
  const count = parseNumber(text, sizeSuffixes);
  if (!count.ok) {
    const why = count.reason === 'overflow' ? `: ${strerror('EOVERFLOW')}` : '';
    throw new Fatal(`invalid number of ${unit}: ${tool.word(text)}${why}`);
  }
  return {
    unit,
    count: fromStart ? Math.max(0, count.value - 1) : count.value,
    fromStart,
    follow: followMode(tool),
    retry: tool.has('retry') || tool.has('F'),
    pid: readPid(tool),
    intervalNs: readInterval(tool) * 1e9,
    end: tool.has('zero-terminated') ? 0 : 10,
  };
}

function followMode(tool: Tool): TailSettings['follow'] {
  const last = tool.options.given.findLast(({ name }) => name === 'follow' || name === 'F');
  if (!last) return null;
  if (last.name === 'F') return 'name';
  return last.value === null ? 'descriptor' : chooseWord(tool, last.value, '--follow', followWords);
}

function readPid(tool: Tool): number | null {
  const text = tool.value('pid');
  if (text === null) return null;
  if (!/^\d+$/.test(text)) throw new Fatal(`invalid PID: ${tool.word(text)}`);
  return Number(text);
}

function readInterval(tool: Tool): number {
  const text = tool.value('sleep-interval');
  if (text === null) return 1;
  const seconds = parseFloatText(text);
  if (seconds === null || !(seconds >= 0)) throw new Fatal(`invalid number of seconds: ${tool.word(text)}`);
  return seconds;
}

/** Only as the first argument, and before one file at most. */
export function rewriteTail(args: readonly string[]): string[] {
  const [first = '', ...rest] = args;
  const match = /^([-+])(\d*)([bcl]?)(f?)$/.exec(first);
  const isShort = args.length <= 2 || (args.length === 3 && rest[0] === '--');
  if (!match || !isShort || first === '-' || first === '+' || (rest.length > 0 && /^-./.test(rest[0] ?? '')))
    return [...args];
  const [, sign = '', digits = '', unit = '', follow = ''] = match;
  if (sign === '-' && digits === '' && (unit === 'c' || unit === '')) return [...args];
  const number = `${sign === '+' ? '+' : ''}${digits === '' ? '10' : digits}${unit === 'b' ? 'b' : ''}`;
  return [unit === 'b' || unit === 'c' ? '-c' : '-n', number, ...(follow === '' ? [] : ['-f']), ...rest];
}
