/** free(1): memory in use and free. */
import type { Blocking } from '../../kernel/sim';
import { type Command, Fatal, makeCommand } from '../lib/command';
import type { OptionSpec } from '../lib/options';
import { type MemoryFigures, memoryFigures, readMemory } from './common';

const units = ['kilo', 'mega', 'giga', 'tera', 'peta'] as const;
const binaryUnits: ReadonlyArray<[short: string | undefined, long: string]> = [
  ['k', 'kibi'],
  ['m', 'mebi'],
  ['g', 'gibi'],
  [undefined, 'tebi'],
  [undefined, 'pebi'],
];

const options: OptionSpec[] = [
  { short: 'b', long: 'bytes' },
  ...units.map((long) => ({ long })),
  ...binaryUnits.map(([short, long]) => (short === undefined ? { long } : { short, long })),
  { short: 'h', long: 'human' },
  { long: 'si' },
  { short: 'l', long: 'lohi' },
  { short: 't', long: 'total' },
  { short: 'v', long: 'committed' },
  { short: 's', long: 'seconds', value: 'required' },
  { short: 'c', long: 'count', value: 'required' },
  { short: 'w', long: 'wide' },
];

const usage = `
Usage:
 free [options]

Options:
 -b, --bytes                      in bytes
 -k, -m, -g, --tebi, --pebi       in powers of 1024
     --kilo, --mega, --giga, ...  in powers of 1000
 -h, --human         in the unit that fits
     --si            powers of 1000 with -h, -k, -m ...
 -l, --lohi          low and high memory, too
 -t, --total         the sum of memory and swap
 -v, --committed     what has been promised
 -s N, --seconds N   again every N seconds
 -c N, --count N     N times
 -w, --wide          buffers and cache apart

     --help
 -V, --version

For more details see free(1).
`;

export const free = makeCommand({
  name: 'free',
  options,
  usage,
  version: 'free from procps-ng 4.0.2',
  helpLetter: '',
  *run(command) {
    const seconds = interval(command);
    const count = command.number('count', (text) => `failed to parse count argument: '${text}'`);
    const write = unit(command);
    for (let at = 0; ; at++) {
      yield* show(command, write);
      if ((count === null && seconds === null) || (count !== null && at + 1 >= count)) return 0;
      yield* command.out.write('\n');
      yield* command.out.flush();
      yield* command.sys.nanosleep((seconds ?? 1) * 1e9);
    }
  },
});

function interval(command: Command): number | null {
  const text = command.value('seconds');
  if (text === null) return null;
  const seconds = Number(text);
  if (Number.isNaN(seconds)) throw new Fatal(`seconds argument failed: '${text}'`);
  if (seconds <= 0) throw new Fatal(`seconds argument '${text}' is not positive number`);
  return seconds;
}

const unitNames: readonly string[] = units;

type Write = (kiB: number) => string;

function unit(command: Command): Write {
  const chosen = command.options.given.map(({ name }) => name);
  if (chosen.includes('human')) return (kiB) => human(kiB, command.has('si'));
  if (chosen.includes('bytes')) return (kiB) => String(kiB * 1024);
  for (const name of chosen.reverse()) {
    const decimal = unitNames.indexOf(name);
    if (decimal >= 0) return (kiB) => String(Math.floor((kiB * 1024) / 1000 ** (decimal + 1)));
    const binary = binaryUnits.findIndex(([, long]) => long === name);
    const base = command.has('si') ? 1000 : 1024;
    if (binary >= 0) return (kiB) => String(Math.floor((kiB * 1024) / base ** (binary + 1)));
  }
  return (kiB) => String(command.has('si') ? Math.floor((kiB * 1024) / 1000) : kiB);
}

/** Four places at most: with a decimal where that fits. */
function human(kiB: number, isDecimal: boolean): string {
  const base = isDecimal ? 1000 : 1024;
  const bytes = kiB * 1024;
  const suffix = isDecimal ? '' : 'i';
  if (bytes < base) return `${bytes}B`;
  for (const [at, letter] of ['K', 'M', 'G', 'T', 'P'].entries()) {
    const value = bytes / base ** (at + 1);
    for (const text of [value.toFixed(1), String(Math.floor(value))]) {
      if (text.length <= 3) return `${text}${letter}${suffix}`;
    }
  }
  return String(bytes);
}

function* show(command: Command, write: Write): Blocking<void> {
  const memory = yield* readMemory(command.sys);
  const figures = memoryFigures(memory);
  const cells = (values: readonly number[]) => values.map((value) => write(value).padStart(11)).join(' ');
  const line = (title: string, values: readonly number[]) => command.line(`${title.padEnd(9)}${cells(values)}`);
  const { total, used, free: unused, shared, available, swapTotal, swapFree } = figures;
  yield* command.line(command.has('wide') ? wideHeader : header);
  yield* line('Mem:', [total, used, unused, shared, ...cached(figures, command.has('wide')), available]);
  if (command.has('lohi')) {
    yield* line('Low:', [total, total - unused, unused]);
    yield* line('High:', [0, 0, 0]);
  }
  yield* line('Swap:', [swapTotal, swapTotal - swapFree, swapFree]);
  if (command.has('total')) {
    yield* line('Total:', [total + swapTotal, used + swapTotal - swapFree, unused + swapFree]);
  }
  if (command.has('committed')) {
    const [limit, promised] = [memory.get('CommitLimit') ?? 0, memory.get('Committed_AS') ?? 0];
    yield* line('Comm:', [limit, promised, limit - promised]);
  }
}

const header = '               total        used        free      shared  buff/cache   available';
const wideHeader = '               total        used        free      shared     buffers       cache   available';

function cached({ buffers, cache }: MemoryFigures, wide: boolean): number[] {
  return wide ? [buffers, cache] : [buffers + cache];
}
