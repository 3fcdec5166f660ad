/** BusyBox's df. */
import { type Blocking, type FsStat, type Sys, strerror } from '../../kernel/sim';
import { outcome } from '../lib/attempt';
import { writeAll } from '../lib/io';
import { type MountLine, readMounts } from '../lib/mountinfo';
import { type AppletCall, human, makeApplet } from './applet';

export const df = makeApplet({
  name: 'df',
  options: [
    ...[...'PkmhTai'].map((short) => ({ short })),
    { short: 't', value: 'required' as const },
    { short: 'B', value: 'required' as const },
  ],
  usage: `df [-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...

Print filesystem usage statistics

	-P	POSIX output format
	-k -m -h	In units of 1024, 1024K, or for people
	-T	Print filesystem type
	-t TYPE	Only of this type
	-a	All filesystems
	-i	Inodes
	-B SIZE	Blocksize`,
  *run(call) {
    const { sys, options, out } = call;
    const mounts = yield* readMounts(sys);
    yield* out.write(heading(call));
    let status = 0;
    const wanted = options.value('t');
    if (options.operands.length > 0) {
      for (const name of options.operands) {
        const mount = mountOf(sys, mounts, name);
        if (mount) status = (yield* row(call, mount, true)) || status;
        else {
          yield* out.flush();
          yield* writeAll(sys, 2, `df: ${name}: can't find mount point\n`);
          status = 1;
        }
      }
      return status;
    }
    for (const mount of mounts) {
      if (wanted !== null && mount.type !== wanted) continue;
      status = (yield* row(call, mount, false)) || status;
    }
    return status;
  },
});

function heading({ options }: AppletCall): string {
  const type = options.has('T') ? ' Type      ' : '';
  const first = `Filesystem          ${type}`;
  if (options.has('i')) return `${first}    Inodes      Used Available Use% Mounted on\n`;
  if (options.has('P'))
    return `Filesystem           ${options.has('k') ? '1024' : '1024'}-blocks    Used Available Capacity Mounted on\n`;
  const unit = options.has('h') ? '     Size' : options.has('m') ? '1M-blocks' : '1K-blocks';
  return `${first} ${unit}      Used Available Use% Mounted on\n`;
}

function mountOf(sys: Sys, mounts: readonly MountLine[], name: string): MountLine | undefined {
  const id = outcome(() => sys.mountId(name));
  return typeof id === 'number' ? mounts.find((mount) => mount.id === id) : undefined;
}

function* row(call: AppletCall, mount: MountLine, isNamed: boolean): Blocking<number> {
  const { sys, options, out } = call;
  const stat = outcome(() => sys.statfs(mount.target));
  if (typeof stat === 'string') {
    yield* out.flush();
    yield* writeAll(sys, 2, `df: ${mount.target}: ${strerror(stat)}\n`);
    return 1;
  }
  if (stat.blocks === 0 && !isNamed && !options.has('a')) return 0;
  // The root the kernel began with is not counted.
  if (mount.source === 'rootfs') return 0;
  yield* out.write(text(options.has('i') ? inodes(stat) : blocks(call, stat), call, mount));
  return 0;
}

interface Figures {
  cells: readonly string[];
  percent: number;
}

function percentOf(used: number, free: number): number {
  const all = used + free;
  return all === 0 ? 0 : Math.floor((used * 100 + all / 2) / all);
}

function inodes({ files, filesFree }: FsStat): Figures {
  const used = files - filesFree;
  return { cells: [files, used, filesFree].map(String), percent: percentOf(used, filesFree) };
}

function blocks({ options }: AppletCall, { blocks: all, free, blockSize }: FsStat): Figures {
  const unit = options.has('m') ? 1 << 20 : Number(options.value('B') ?? 1024);
  const used = all - free;
  const show = (count: number) => {
    const bytes = count * blockSize;
    if (options.has('h')) return human(bytes);
    return String(Math.floor((bytes + unit / 2) / unit));
  };
  return { cells: [all, used, free].map(show), percent: percentOf(used, free) };
}

/** A long name has a line of its own, unless the format is POSIX's. */
function text({ cells, percent }: Figures, { options }: AppletCall, { source, type, target }: MountLine): string {
  const [all = '', used = '', free = ''] = cells;
  const isPosix = options.has('P');
  const kind = options.has('T') ? `${type.padEnd(10)} ` : '';
  const name =
    source.length > 20 && !isPosix ? `${source}\n${' '.repeat(20)}` : source + ' '.repeat(Math.abs(20 - source.length));
  return `${name} ${kind}${all.padStart(9)} ${used.padStart(9)} ${free.padStart(9)} ${String(percent).padStart(3)}% ${target}\n`;
}
