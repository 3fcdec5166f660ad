/** BusyBox's free. */
import { memoryFigures, readMemory } from '../procps/common';
import { human, makeApplet, ShowUsage } from './applet';

const shifts: Readonly<Record<string, number>> = { b: 0, k: 10, m: 20, g: 30 };

export const free = makeApplet({
  name: 'free',
  options: [...'bkmgh'].map((short) => ({ short })),
  usage: `free [-bkmgh]

Display free and used memory`,
  *run({ sys, options, out }) {
    if (options.operands.length > 0) throw new ShowUsage();
    const unit = options.given.at(-1)?.name ?? 'k';
    const show = (kib: number) =>
      unit === 'h' ? human(kib * 1024) : String(Math.floor((kib * 1024) / 2 ** (shifts[unit] ?? 10)));
    const {
      total,
      free: unused,
      shared,
      buffers,
      cache,
      available,
      swapTotal,
      swapFree,
    } = memoryFigures(yield* readMemory(sys));
    const cached = buffers + cache;
    const row = (title: string, values: readonly number[]) => {
      const cells = values.map((value, at) => show(value).padStart(at === 0 ? 12 : 11));
      return `${title.padEnd(7)}${cells.join(' ')}\n`;
    };
    yield* out.write('              total        used        free      shared  buff/cache   available\n');
    yield* out.write(row('Mem:', [total, total - unused - cached, unused, shared, cached, available]));
    yield* out.write(row('Swap:', [swapTotal, swapTotal - swapFree, swapFree]));
    return 0;
  },
});
