/** Options of ping(8), iputils 20221126. */
import { type OptionSpec, type ParsedOptions, parseOptions } from '../../lib/options';

const specs: readonly OptionSpec[] = [
  ...['4', '6', 'a', 'A', 'b', 'B', 'C', 'D', 'd', 'f', 'h', 'L', 'n', 'O', 'q', 'r', 'R', 'U', 'v', 'V'].map(
    (short) => ({ short }),
  ),
  ...['c', 'e', 'F', 'I', 'i', 'l', 'm', 'M', 'N', 'p', 'Q', 's', 'S', 't', 'T', 'w', 'W'].map((short) => ({
    short,
    value: 'required' as const,
  })),
];

/** Ends the program with `ping: message`. */
export class PingError extends Error {
  constructor(
    message: string,
    readonly status = 1,
    /** Without the name of the program in front. */
    readonly isPlain = false,
  ) {
    super(message);
  }
}

export interface PingSettings {
  count: number | null;
  interval: number;
  size: number;
  ttl: number | null;
  deadline: number | null;
  timeout: number | null;
  from: string | null;
  isQuiet: boolean;
  isFlood: boolean;
  isAdaptive: boolean;
  isNumeric: boolean;
  showsMissing: boolean;
  showsTime: boolean;
  isBroadcast: boolean;
  family: 'inet' | 'inet6' | null;
  mark: number | null;
  tos: number | null;
  discovery: 'do' | 'dont' | 'want' | null;
  pattern: string | null;
  preload: number;
  isVerbose: boolean;
  targets: readonly string[];
}

export function readPingOptions(args: readonly string[]): { options: ParsedOptions; settings: PingSettings } {
  const options = parseOptions(args, specs);
  const whole = (name: string, least: number, most: number) => {
    const text = options.value(name);
    return text === null ? null : wholeNumber(text, least, most);
  };
  const isFlood = options.has('f');
  const interval = decimal(options.value('i'));
  const discovery = options.value('M');
  if (discovery !== null && discovery !== 'do' && discovery !== 'dont' && discovery !== 'want')
    throw new PingError(`invalid -M argument: ${discovery}`, 2);
  const settings: PingSettings = {
    count: whole('c', 1, Number.POSITIVE_INFINITY),
    interval: interval ?? (isFlood || options.has('A') ? 0 : 1),
    size: whole('s', 0, 127_992) ?? 56,
    ttl: whole('t', 0, 255),
    deadline: decimal(options.value('w')),
    timeout: decimal(options.value('W')),
    from: options.value('I'),
    isQuiet: options.has('q'),
    isFlood,
    isAdaptive: options.has('A'),
    isNumeric: options.has('n'),
    showsMissing: options.has('O'),
    showsTime: options.has('D'),
    isBroadcast: options.has('b'),
    family: options.has('4') ? 'inet' : options.has('6') ? 'inet6' : null,
    mark: whole('m', 0, 0xffffffff),
    tos: whole('Q', 0, 255),
    discovery,
    pattern: options.value('p'),
    preload: whole('l', 1, 65_536) ?? 1,
    isVerbose: options.has('v'),
    targets: options.operands,
  };
  for (const name of ['R', 'T', 'N', 'F'])
    if (options.has(name)) throw new PingError(`option -${name}: not available here`, 2);
  return { options, settings };
}

function wholeNumber(text: string, least: number, most: number): number {
  if (!/^-?\d+$/.test(text)) throw new PingError(`invalid argument: '${text}'`);
  const value = Number(text);
  const upper = most === Number.POSITIVE_INFINITY ? '9223372036854775807' : String(most);
  if (value < least || value > most)
    throw new PingError(`invalid argument: '${text}': out of range: ${least} <= value <= ${upper}`);
  return value;
}

function decimal(text: string | null): number | null {
  if (text === null) return null;
  if (!/^\d*\.?\d+$/.test(text)) throw new PingError(`invalid argument: '${text}'`);
  return Number(text);
}
