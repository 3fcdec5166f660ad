/** What is in the root of every proc beside the processes. */
import { SysError } from '../../../abi/errno';
import { kernelBanner } from '../../../abi/uname';
import type { SimKernel } from '../../../kernel';
import type { Task } from '../../../task/task';
import type { Inode } from '../../../vfs/inode';
import { FixedDirectory, ProcFile, ProcLink, type PseudoSuperBlock } from '../node';
import { SysctlDirectory } from '../sysctl/inodes';
import { cpuinfo, loadavg, meminfo, stat, uptime, vmstat } from './figures';

type Text = (kernel: SimKernel, reader: Task | null) => string;

const devices = `Character devices:
  1 mem
  5 /dev/tty
  5 /dev/console
  5 /dev/ptmx
 10 misc
128 ptm
136 pts

Block devices:
  7 loop
`;

const files: ReadonlyArray<[name: string, text: Text, mode?: number]> = [
  ['cgroups', () => '#subsys_name\thierarchy\tnum_cgroups\tenabled\n'],
  ['cmdline', () => 'BOOT_IMAGE=/boot/vmlinuz root=/dev/vda ro quiet\n'],
  ['consoles', () => 'ttyS0                -W- (EC  p a)    4:64\n'],
  ['cpuinfo', cpuinfo],
  ['devices', () => devices],
  ['diskstats', () => ''],
  ['execdomains', () => '0-0\tLinux           \t[kernel]\n'],
  ['filesystems', (kernel) => [...kernel.vfs.filesystems()].map(({ name }) => `nodev\t${name}\n`).join('')],
  ['interrupts', () => '            CPU0       \n'],
  ['loadavg', loadavg],
  ['locks', () => ''],
  ['meminfo', meminfo],
  ['misc', () => '200 tun\n229 fuse\n'],
  ['modules', () => ''],
  ['partitions', () => 'major minor  #blocks  name\n\n'],
  ['stat', stat],
  ['swaps', () => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'],
  ['uptime', uptime],
  ['version', () => `${kernelBanner}\n`],
  ['vmstat', vmstat],
];

const sysvipc = [
  ['shm', (kernel: SimKernel, reader: Task | null) => kernel.ipc.shmTable(reader)],
  ['sem', (kernel: SimKernel, reader: Task | null) => kernel.ipc.semTable(reader)],
  ['msg', (kernel: SimKernel, reader: Task | null) => kernel.ipc.msgTable(reader)],
] as const;

function refuse(): never {
  throw new SysError('EIO');
}

export function rootMakers(proc: PseudoSuperBlock): Map<string, () => Inode> {
  const makers = new Map<string, () => Inode>();
  const file = (text: Text, mode = 0o444) => {
    const read = (reader: Task | null, opener: Task | null) => text(proc.kernel, reader ?? opener);
    return () => new ProcFile(proc, mode, { read, write: refuse });
  };
  for (const [name, text, mode] of files) makers.set(name, file(text, mode));
  makers.set('mounts', () => new ProcLink(proc, () => 'self/mounts'));
  makers.set('net', () => new ProcLink(proc, () => 'self/net'));
  makers.set('sys', () => new SysctlDirectory(proc, ''));
  makers.set('fs', () => {
    const directory = new FixedDirectory(proc, new Map());
    directory.nlink = 2;
    return directory;
  });
  makers.set('sysvipc', () => {
    const directory = new FixedDirectory(proc, new Map(sysvipc.map(([name, text]) => [name, file(text)])));
    directory.nlink = 2;
    return directory;
  });
  return makers;
}
