/** nproc: how many processors there are (nproc(1)). */
import type { Blocking, Sys } from '../../kernel/sim';
import { readFileOrNull } from '../lib/io';
import { parseNumber } from '../lib/numbers';
import { expectOperands } from './common/operands';
import { Fatal, makeTool } from './common/tool';

export const nproc = makeTool({
  name: 'nproc',
  options: [{ long: 'all' }, { long: 'ignore', value: 'required' }],
  help: `[OPTION]...
Print the number of processors this process may use.

      --all       those that are installed
      --ignore=N  N fewer, but at least one`,
  *run(tool) {
    const ignored = tool.value('ignore');
    const ignore = parseNumber(ignored ?? '0');
    if (!ignore.ok) throw new Fatal(`invalid number: ${tool.word(ignored ?? '')}`);
    expectOperands(tool, 0, 0);
    const list = tool.has('all')
      ? yield* present(tool.sys, '/sys/devices/system/cpu/present', /^(.*)$/m)
      : yield* present(tool.sys, '/proc/self/status', /^Cpus_allowed_list:\s*(.*)$/m);
    const wanted = tool.has('all') ? 0 : Number(tool.env.OMP_NUM_THREADS ?? 0);
    const count = wanted > 0 ? Math.floor(wanted) : countOf(list);
    yield* tool.line(String(Math.max(1, count - ignore.value)));
  },
});

function* present(sys: Sys, path: string, pattern: RegExp): Blocking<string> {
  return pattern.exec((yield* readFileOrNull(sys, path)) ?? '')?.[1] ?? '0';
}

/** Of a list as `0-3,8`. */
function countOf(list: string): number {
  return list.split(',').reduce((sum, range) => {
    const [low = 0, high = low] = range.split('-').map(Number);
    return sum + high - low + 1;
  }, 0);
}
