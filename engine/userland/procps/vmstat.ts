/** vmstat(8): memory and processors in one line, again and again. */
import type { Blocking } from '../../kernel/sim';
import { type Command, Fatal, makeCommand } from '../lib/command';
import { readFileOrNull } from '../lib/io';
import { memoryFigures, readMemory, uptimeSeconds } from './common';

const usage = `
Usage:
 vmstat [options] [delay [count]]

Options:
 -a, --active           active and inactive memory
 -n, --one-header       no more than one heading
 -s, --stats            a list of counters
 -S, --unit <char>      unit of memory (k, K, m, M)
 -w, --wide             wide columns

 -h, --help
 -V, --version

For more details see vmstat(8).
`;

export const vmstat = makeCommand({
  name: 'vmstat',
  options: [
    { short: 'a', long: 'active' },
    { short: 'n', long: 'one-header' },
    { short: 's', long: 'stats' },
    { short: 'S', long: 'unit', value: 'required' },
    { short: 'w', long: 'wide' },
  ],
  usage,
  version: 'vmstat from procps-ng 4.0.2',
  *run(command) {
    if (command.has('stats')) return yield* statistics(command);
    const [delay, count] = command.operands.map((text) => {
      if (!/^\d+$/.test(text)) throw new Fatal(`failed to parse argument: '${text}'`);
      return Number(text);
    });
    const [first, second] = command.has('active') ? [' inact', ' active'] : ['  buff', '  cache'];
    yield* command.line('procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----');
    yield* command.line(` r  b   swpd   free ${first}${second}   si   so    bi    bo   in   cs us sy id wa st`);
    let before = { ...nothing };
    for (let at = 0; ; at++) {
      const now = yield* readCounters(command);
      yield* command.line(yield* row(command, before, now));
      yield* command.out.flush();
      before = now;
      if (delay === undefined || (count !== undefined && at + 1 >= count)) return 0;
      yield* command.sys.nanosleep(delay * 1e9);
    }
  },
});

interface Counters {
  user: number;
  system: number;
  idle: number;
  interrupts: number;
  switches: number;
  seconds: number;
}
const nothing: Counters = { user: 0, system: 0, idle: 0, interrupts: 0, switches: 0, seconds: 0 };

function* readCounters({ sys }: Command): Blocking<Counters> {
  const text = (yield* readFileOrNull(sys, '/proc/stat')) ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0] = (/^cpu +(.*)/m.exec(text)?.[1] ?? '').split(' ').map(Number);
  const one = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  const seconds = yield* uptimeSeconds(sys);
  return { user: user + nice, system, idle, interrupts: one('intr'), switches: one('ctxt'), seconds };
}

function* row(command: Command, before: Counters, now: Counters): Blocking<string> {
  const memory = yield* readMemory(command.sys);
  const { free, buffers, cache, swapTotal, swapFree } = memoryFigures(memory);
  const scale = unitOf(command);
  const [first, second] = command.has('active')
    ? [memory.get('Inactive') ?? 0, memory.get('Active') ?? 0]
    : [buffers, cache];
  const stat = (yield* readFileOrNull(command.sys, '/proc/stat')) ?? '';
  const count = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(stat)?.[1] ?? 0);
  const sized = [swapTotal - swapFree, free, first, second].map((kiB) => String(scale(kiB)).padStart(6));
  const elapsed = Math.max(1, now.seconds - before.seconds);
  const perSecond = (field: 'interrupts' | 'switches') => Math.round((now[field] - before[field]) / elapsed);
  const total = Math.max(1, now.user + now.system + now.idle - before.user - before.system - before.idle);
  const share = (field: 'user' | 'system') => Math.round(((now[field] - before[field]) * 100) / total);
  const rates = [perSecond('interrupts'), perSecond('switches')].map((value) => String(value).padStart(4)).join(' ');
  const idle = 100 - share('user') - share('system');
  const cpu = [share('user'), share('system'), idle, 0, 0].map((value) => String(value).padStart(2)).join(' ');
  const processes = [count('procs_running'), count('procs_blocked')]
    .map((value) => String(value).padStart(2))
    .join(' ');
  return `${processes} ${sized.join(' ')}    0    0     0     0 ${rates} ${cpu}`;
}

function unitOf(command: Command): (kiB: number) => number {
  switch (command.value('unit')) {
    case 'm':
      return (kiB) => Math.floor((kiB * 1024) / 1_000_000);
    case 'M':
      return (kiB) => Math.floor(kiB / 1024);
    case 'k':
      return (kiB) => Math.floor((kiB * 1024) / 1000);
    default:
      return (kiB) => kiB;
  }
}

function* statistics(command: Command): Blocking<void> {
  const memory = yield* readMemory(command.sys);
  const { total, used, free, buffers, cache, swapTotal, swapFree } = memoryFigures(memory);
  const stat = (yield* readFileOrNull(command.sys, '/proc/stat')) ?? '';
  const ticks = (/^cpu +(.*)/m.exec(stat)?.[1] ?? '').split(' ').map(Number);
  const one = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(stat)?.[1] ?? 0);
  const rows: Array<[number, string]> = [
    [total, 'K total memory'],
    [used, 'K used memory'],
    [memory.get('Active') ?? 0, 'K active memory'],
    [memory.get('Inactive') ?? 0, 'K inactive memory'],
    [free, 'K free memory'],
    [buffers, 'K buffer memory'],
    [cache, 'K swap cache'],
    [swapTotal, 'K total swap'],
    [swapTotal - swapFree, 'K used swap'],
    [swapFree, 'K free swap'],
    [ticks[0] ?? 0, 'non-nice user cpu ticks'],
    [ticks[1] ?? 0, 'nice user cpu ticks'],
    [ticks[2] ?? 0, 'system cpu ticks'],
    [ticks[3] ?? 0, 'idle cpu ticks'],
    [ticks[4] ?? 0, 'IO-wait cpu ticks'],
    [ticks[5] ?? 0, 'IRQ cpu ticks'],
    [ticks[6] ?? 0, 'softirq cpu ticks'],
    [ticks[7] ?? 0, 'stolen cpu ticks'],
    [ticks[8] ?? 0, 'non-nice guest cpu ticks'],
    [ticks[9] ?? 0, 'nice guest cpu ticks'],
    [0, 'K paged in'],
    [0, 'K paged out'],
    [0, 'pages swapped in'],
    [0, 'pages swapped out'],
    [one('intr'), 'interrupts'],
    [one('ctxt'), 'CPU context switches'],
    [one('btime'), 'boot time'],
    [one('processes'), 'forks'],
  ];
  for (const [value, what] of rows) yield* command.line(`${String(value).padStart(13)} ${what}`);
}
