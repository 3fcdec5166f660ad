/** uname and arch: what the system is (uname(1), arch(1)). */
import { expectOperands } from './common/operands';
import { makeTool } from './common/tool';

const parts = [
  ['s', 'kernel-name'],
  ['n', 'nodename'],
  ['r', 'kernel-release'],
  ['v', 'kernel-version'],
  ['m', 'machine'],
  ['p', 'processor'],
  ['i', 'hardware-platform'],
  ['o', 'operating-system'],
] as const;

export const uname = makeTool({
  name: 'uname',
  options: [
    { short: 'a', long: 'all' },
    ...parts.map(([short, long]) => ({ short, long })),
    { long: 'sysname', as: 'kernel-name' },
    { long: 'release', as: 'kernel-release' },
  ],
  help: `[OPTION]...
Print information about the system; -s alone without options.

  -a  all of it, but -p and -i only when they are known
  -s  kernel name   -n  node name   -r  kernel release   -v  kernel version
  -m  machine       -p  processor   -i  hardware platform   -o  operating system`,
  *run(tool) {
    expectOperands(tool, 0, 0);
    const { sysname, nodename, release, version, machine } = tool.sys.uname();
    const values = [sysname, nodename, release, version, machine, 'unknown', 'unknown', 'GNU/Linux'];
    const given = parts.map(([, long]) => tool.has(long));
    if (!tool.has('all') && !given.includes(true)) given[0] = true;
    const shown = values.filter((value, at) => (tool.has('all') ? value !== 'unknown' : given[at]));
    yield* tool.line(shown.join(' '));
  },
});

export const arch = makeTool({
  name: 'arch',
  help: '[OPTION]...\nPrint what kind of machine this is.',
  *run(tool) {
    expectOperands(tool, 0, 0);
    yield* tool.line(tool.sys.uname().machine);
  },
});
