/** df: how full filesystems are (df(1)). */
import { type Blocking, type FsStat, S_IFBLK, S_IFMT } from '../../../kernel/sim';
import { outcome } from '../../lib/attempt';
import { type MountLine, readMounts } from '../../lib/mountinfo';
import { UsageError } from '../../lib/options';
import { deviceText, lookUp, lookUpOrNull } from '../../lib/stat';
import { sizeFormat } from '../common/size-argument';
import { Fatal, makeTool, type Tool } from '../common/tool';
import { type Column, columnsOf, fieldNames, type Layout, table } from './table';

/** What is shown of one mount; null numbers for what cannot be asked. */
export interface Usage {
  source: string;
  type: string;
  target: string;
  file: string;
  stat: FsStat | null;
}

export const df = makeTool({
  name: 'df',
  options: [
    { short: 'a', long: 'all' },
    { short: 'B', long: 'block-size', value: 'required' },
    { short: 'h', long: 'human-readable' },
    { short: 'H', long: 'si' },
    { short: 'i', long: 'inodes' },
    { short: 'k' },
    { short: 'l', long: 'local' },
    { short: 'm' },
    { long: 'megabytes', as: 'm' },
    { long: 'no-sync' },
    { long: 'output', value: 'optional' },
    { short: 'P', long: 'portability' },
    { long: 'print-type' },
    { short: 'T', as: 'print-type' },
    { long: 'sync' },
    { long: 'total' },
    { short: 't', long: 'type', value: 'required' },
    { short: 'x', long: 'exclude-type', value: 'required' },
    { short: 'v' },
  ],
  help: `[OPTION]... [FILE]...
Print how much of each filesystem is used, or of those the FILEs are in.

  -a, --all              also what has no size, or is not reachable
  -B, --block-size=SIZE, -k, -m   units     -h, --human-readable, -H, --si   what fits
  -i, --inodes           inodes instead of blocks
  -l, --local            only local ones
      --output[=LIST]    source, fstype, itotal, iused, iavail, ipcent, size, used, avail, pcent, file, target
  -P, --portability      the format of POSIX        -T, --print-type   with the type
      --sync, --no-sync
      --total            a line for all of them
  -t, --type=TYPE, -x, --exclude-type=TYPE   only these, all but these`,
  *run(tool) {
    const columns = readColumns(tool);
    const size = sizeFormat(tool, 'DF_BLOCK_SIZE');
    const mounts = yield* readMounts(tool.sys);
    const included = tool.options.values('type');
    const excluded = tool.options.values('exclude-type');
    const both = included.find((type) => excluded.includes(type));
    if (both !== undefined) {
      throw new Fatal(`file system type ${tool.word(both)} both selected and excluded`);
    }
    const fits = ({ type }: MountLine) =>
      (included.length === 0 || included.includes(type)) && !excluded.includes(type);
    const usages = tool.operands.length > 0 ? yield* ofOperands(tool, mounts, fits) : ofAll(tool, mounts, fits);
    if (usages.length === 0) {
      if (tool.status === 0 || tool.operands.length > 0 || included.length > 0) {
        const isOver = tool.status !== 0 && tool.operands.length > 0;
        if (!isOver) throw new Fatal('no file systems processed');
      }
      return;
    }
    if (tool.has('total')) usages.push(total(usages));
    for (const line of table(usages, columns, { size, isPosix: tool.has('portability') })) yield* tool.line(line);
  },
});

function readColumns(tool: Tool): Column[] {
  const isInodes = tool.has('inodes');
  const isTyped = tool.has('print-type');
  if (!tool.has('output')) {
    const layout: Layout = isInodes ? 'inodes' : tool.has('portability') ? 'posix' : 'usual';
    return columnsOf(layout, isTyped);
  }
  for (const [name, text] of [
    ['inodes', '-i'],
    ['portability', '-P'],
    ['print-type', '-T'],
  ] as const) {
    if (tool.has(name)) throw new UsageError(`options ${text} and --output are mutually exclusive`);
  }
  const lists = tool.options.values('output');
  if (lists.length === 0) return [...fieldNames];
  const columns: Column[] = [];
  for (const word of lists.join(',').split(',')) {
    const column = fieldNames.find((name) => name === word);
    if (column === undefined) throw new UsageError(`option --output: field ${tool.word(word)} unknown`);
    if (columns.includes(column)) throw new UsageError(`option --output: field ${tool.word(word)} used more than once`);
    columns.push(column);
  }
  return columns;
}

function* ofOperands(tool: Tool, mounts: readonly MountLine[], fits: (mount: MountLine) => boolean): Blocking<Usage[]> {
  const usages: Usage[] = [];
  for (const name of tool.operands) {
    const stat = lookUp(tool.sys, name);
    if (typeof stat === 'string') {
      yield* tool.failWith(tool.bare(name), stat);
      continue;
    }
    const device = (stat.mode & S_IFMT) === S_IFBLK ? mounts.findLast(({ source }) => source === name) : undefined;
    const id = outcome(() => tool.sys.mountId(name));
    const mount =
      device ??
      mounts.find((candidate) => candidate.id === id) ??
      mounts.findLast(({ device: number }) => number === deviceText(stat.dev));
    if (mount !== undefined && fits(mount)) usages.push(usage(tool, mount, name));
  }
  return usages;
}

function usage(tool: Tool, { source, type, target }: MountLine, file = '-'): Usage {
  const stat = outcome(() => tool.sys.statfs(file === '-' ? target : file));
  return { source, type, target, file, stat: typeof stat === 'string' ? null : stat };
}

/** One mount of each device: the one nearest to the root. */
function ofAll(tool: Tool, mounts: readonly MountLine[], fits: (mount: MountLine) => boolean): Usage[] {
  const chosen: MountLine[] = tool.has('all') ? [...mounts] : nearest(tool, mounts);
  const usages: Usage[] = [];
  for (const mount of chosen.filter(fits)) {
    const isThere = isReachable(tool, mount);
    if (!isThere && !tool.has('all')) continue;
    const found = isThere ? usage(tool, mount) : { ...usage(tool, mount), stat: null };
    if (!tool.has('all') && (found.stat === null || found.stat.blocks === 0)) continue;
    usages.push(found);
  }
  return usages;
}

/** Something else may be mounted over it. */
function isReachable(tool: Tool, mount: MountLine): boolean {
  const stat = lookUpOrNull(tool.sys, mount.target);
  return stat !== null && deviceText(stat.dev) === mount.device;
}

function nearest(tool: Tool, mounts: readonly MountLine[]): MountLine[] {
  const byDevice = new Map<string, MountLine>();
  for (const mount of mounts) {
    const stat = lookUpOrNull(tool.sys, mount.target);
    if (stat === null) continue;
    const key = deviceText(stat.dev);
    const other = byDevice.get(key);
    const isNearer =
      other !== undefined && other.target.length > mount.target.length && other.root.length >= mount.root.length;
    const isReplaced = other !== undefined && other.source !== mount.source && other.target === mount.target;
    if (other === undefined) byDevice.set(key, mount);
    else if (isNearer || isReplaced) {
      byDevice.delete(key);
      byDevice.set(key, mount);
    }
  }
  return [...byDevice.values()];
}

function total(usages: readonly Usage[]): Usage {
  const sum = { magic: 0, blockSize: 1024, blocks: 0, free: 0, files: 0, filesFree: 0, readOnly: false };
  for (const { stat } of usages) {
    if (stat === null) continue;
    sum.blocks += (stat.blocks * stat.blockSize) / 1024;
    sum.free += (stat.free * stat.blockSize) / 1024;
    sum.files += stat.files;
    sum.filesFree += stat.filesFree;
  }
  return { source: 'total', type: '-', target: '-', file: '-', stat: sum };
}
