/** Programs about processors, block devices and the kernel's log: what little a simulated machine has of them. */
import type { Blocking } from '../../kernel/sim';
import { readFileOrNull, writeAll } from '../lib/io';
import { Fatal, utilLinux } from './common/frame';

/** "Nothing found" of blkid(8); lsblk(8) for a device that is none. */
const [nothing, noDevice] = [2, 32];

export const lscpu = utilLinux({
  name: 'lscpu',
  options: [
    { long: 'all', short: 'a' },
    { long: 'extended', short: 'e', value: 'optional' },
    { long: 'parse', short: 'p', value: 'optional' },
    { long: 'json', short: 'J' },
  ],
  help: '[options]\n\nDisplay information about the CPU architecture.',
  *run({ sys, out }) {
    const text = (yield* readFileOrNull(sys, '/proc/cpuinfo')) ?? '';
    const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(text)?.[1] ?? '';
    const count = [...text.matchAll(/^processor\s/gm)].length || 1;
    const list = count === 1 ? '0' : `0-${count - 1}`;
    const rows: Array<[string, string]> = [
      ['Architecture', sys.uname().machine],
      ['CPU op-mode(s)', '32-bit, 64-bit'],
      ['Address sizes', field('address sizes')],
      ['Byte Order', 'Little Endian'],
      ['CPU(s)', String(count)],
      ['On-line CPU(s) list', list],
      ['Vendor ID', field('vendor_id')],
      ['Model name', field('model name')],
      ['CPU family', field('cpu family')],
      ['Model', field('model')],
      ['Thread(s) per core', '1'],
      ['Core(s) per socket', String(count)],
      ['Socket(s)', '1'],
      ['Stepping', field('stepping')],
      ['BogoMIPS', field('bogomips')],
      ['Flags', field('flags')],
      ['NUMA node(s)', '1'],
      ['NUMA node0 CPU(s)', list],
    ];
    for (const [name, value] of rows) yield* out.line(`${`${name}:`.padEnd(24)} ${value}`);
    return 0;
  },
});

/** There are none. */
export const lsblk = utilLinux({
  name: 'lsblk',
  options: [
    { long: 'all', short: 'a' },
    { long: 'bytes', short: 'b' },
    { long: 'fs', short: 'f' },
    { long: 'json', short: 'J' },
    { long: 'list', short: 'l' },
    { long: 'noheadings', short: 'n' },
    { long: 'output', short: 'o', value: 'required' },
    { long: 'paths', short: 'p' },
    { long: 'raw', short: 'r' },
    { long: 'tree', short: 'T', value: 'optional' },
  ],
  help: '[options] [<device> ...]\n\nList information about block devices.',
  *run({ sys, options: given }) {
    for (const device of given.operands) yield* writeAll(sys, 2, `lsblk: ${device}: not a block device\n`);
    return given.operands.length > 0 ? noDevice : 0;
  },
});

export const blkid = utilLinux({
  name: 'blkid',
  options: [
    { short: 'c', value: 'required' },
    { short: 'L', value: 'required' },
    { short: 'U', value: 'required' },
    { short: 's', value: 'required' },
    { short: 't', value: 'required' },
    { short: 'o', value: 'required' },
    { short: 'p' },
    { short: 'i' },
    { short: 'l' },
    { short: 'k' },
  ],
  help: '[options] [<dev> ...]\n\nFind block devices and their attributes.',
  // biome-ignore lint/correctness/useYield: there is nothing to be said.
  *run() {
    return nothing;
  },
});

export const losetup = utilLinux({
  name: 'losetup',
  options: [
    { long: 'all', short: 'a' },
    { long: 'detach', short: 'd', value: 'required' },
    { long: 'detach-all', short: 'D' },
    { long: 'find', short: 'f' },
    { long: 'list', short: 'l' },
    { long: 'read-only', short: 'r' },
    { long: 'show' },
  ],
  help: '[options] [<loopdev>]\n losetup [options] -f | <loopdev> <file>\n\nSet up and control loop devices.',
  // biome-ignore lint/correctness/useYield: there is nothing to be said.
  *run({ options: given }) {
    const more = given.operands.length > 0 ? '' : ': No such device';
    if (given.has('find')) throw new Fatal(`cannot find an unused loop device${more}`);
    const device = given.value('detach') ?? given.operands[0];
    if (device !== undefined) throw new Fatal(`${device}: failed to use device: No such device`);
    return 0;
  },
});

/** Nobody on a Machine may read the kernel's log. */
export const dmesg = utilLinux({
  name: 'dmesg',
  options: [
    { long: 'clear', short: 'C' },
    { long: 'read-clear', short: 'c' },
    { long: 'console-off', short: 'D' },
    { long: 'console-on', short: 'E' },
    { long: 'human', short: 'H' },
    { long: 'kernel', short: 'k' },
    { long: 'color', short: 'L', value: 'optional' },
    { long: 'level', short: 'l', value: 'required' },
    { long: 'facility', short: 'f', value: 'required' },
    { long: 'nopager', short: 'P' },
    { long: 'raw', short: 'r' },
    { long: 'notime', short: 't' },
    { long: 'ctime', short: 'T' },
    { long: 'decode', short: 'x' },
    { long: 'follow', short: 'w' },
    { long: 'since', value: 'required' },
    { long: 'until', value: 'required' },
  ],
  help: '[options]\n\nDisplay or control the kernel ring buffer.',
  // biome-ignore lint/correctness/useYield: there is nothing to wait for.
  *run({ options: given }) {
    if (given.has('clear')) throw new Fatal('clear kernel buffer failed: Operation not permitted');
    if (given.has('console-off') || given.has('console-on')) throw new Fatal('klogctl failed: Operation not permitted');
    throw new Fatal('read kernel buffer failed: Operation not permitted');
  },
});

/** Nobody listens at /dev/log. */
export const logger = utilLinux({
  name: 'logger',
  options: [
    { long: 'id', value: 'optional' },
    { short: 'i', as: 'id' },
    { long: 'file', short: 'f', value: 'required' },
    { long: 'priority', short: 'p', value: 'required' },
    { long: 'stderr', short: 's' },
    { long: 'tag', short: 't', value: 'required' },
    { long: 'socket', short: 'u', value: 'required' },
  ],
  help: '[options] [<message>]\n\nEnter messages into the system log.',
  *run({ sys, options: given }): Blocking<number> {
    const socket = given.value('socket') ?? '/dev/log';
    if (!given.has('stderr')) return 0;
    yield* writeAll(sys, 2, `logger: socket ${socket}: No such file or directory\n`);
    return 1;
  },
});
