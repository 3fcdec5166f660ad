/**
 * Devices a Machine may open. Nodes of any number may be made (an overlay's whiteout is one), but the host's disks stay
 * shut. Version 1 has a controller for it, version 2 a BPF program (kernel: Documentation/admin-guide/cgroup-v2.rst,
 * "Device controller").
 */
import { addressOf, check, close, nativeSyscall, O_DIRECTORY, O_RDONLY, open } from '../syscall';

/** Character devices; a minor of null stands for all. */
const allowed: Array<{ major: number; minor: number | null }> = [
  // null, zero, full, random, urandom
  ...[3, 5, 7, 8, 9].map((minor) => ({ major: 1, minor })),
  // tty, console, ptmx
  ...[0, 1, 2].map((minor) => ({ major: 5, minor })),
  // pts/*
  { major: 136, minor: null },
  // net/tun
  { major: 10, minor: 200 },
];

/** What to write into a cgroup of version 1's `devices` controller. */
export function deviceRules(): Array<[file: string, content: string]> {
  const rules = ['c *:* m', 'b *:* m', ...allowed.map(({ major, minor }) => `c ${major}:${minor ?? '*'} rwm`)];
  return [['devices.deny', 'a'], ...rules.map((rule): [string, string] => ['devices.allow', rule])];
}

const bpf = nativeSyscall('bpf', ['int', 'void *', 'unsigned int']);
const BPF_PROG_LOAD = 5;
const BPF_PROG_ATTACH = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE = 15;
const BPF_CGROUP_DEVICE = 6;
const BPF_F_ALLOW_MULTI = 2;
const DEVICE_CHAR = 2;
const ACCESS_MKNOD = 1;

/** Lets a version 2 cgroup, and all below it, open the allowed devices only. It holds until the cgroup is removed. */
export function attachDeviceFilter(directory: string): void {
  attachDeviceProgram(directory, deviceProgram());
}

/** The same with any program (its instructions, `struct bpf_insn`s). */
export function attachDeviceProgram(directory: string, instructions: Uint8Array): void {
  const program = loadProgram(instructions);
  try {
    const cgroup = open(directory, O_RDONLY | O_DIRECTORY);
    try {
      const attributes = Buffer.alloc(16);
      for (const [index, word] of [cgroup, program, BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI].entries()) {
        attributes.writeUInt32LE(word, index * 4);
      }
      check(bpf(BPF_PROG_ATTACH, attributes, attributes.byteLength), 'bpf attach', directory);
    } finally {
      close(cgroup);
    }
  } finally {
    close(program);
  }
}

function loadProgram(instructions: Uint8Array): number {
  const license = Buffer.from('Apache-2.0\0');
  const attributes = Buffer.alloc(72);
  attributes.writeUInt32LE(BPF_PROG_TYPE_CGROUP_DEVICE, 0);
  attributes.writeUInt32LE(instructions.byteLength / 8, 4);
  attributes.writeBigUInt64LE(addressOf(instructions), 8);
  attributes.writeBigUInt64LE(addressOf(license), 16);
  attributes.writeUInt32LE(BPF_CGROUP_DEVICE, 68);
  return check(bpf(BPF_PROG_LOAD, attributes, attributes.byteLength), 'bpf load', 'device filter');
}

const [r0, r1, r2, r3, r4, r5] = [0, 1, 2, 3, 4, 5] as const;

/** The program: given `struct bpf_cgroup_dev_ctx { access << 16 | type, major, minor }`, returns 1 to allow and 0 to deny. */
function deviceProgram(): Buffer {
  const load = (to: number, offset: number) => instruction(0x61, to, r1, offset, 0);
  const move = (to: number, from: number) => instruction(0xbf, to, from, 0, 0);
  const shiftRight = (register: number, bits: number) => instruction(0x77, register, 0, 0, bits);
  const and = (register: number, mask: number) => instruction(0x57, register, 0, 0, mask);
  const skipUnless = (register: number, value: number, skipped: number) =>
    instruction(0x55, register, 0, skipped, value);
  const end = (value: number) => [instruction(0xb7, r0, 0, 0, value), instruction(0x95, 0, 0, 0, 0)];
  return Buffer.concat([
    load(r2, 0),
    move(r3, r2),
    shiftRight(r3, 16),
    skipUnless(r3, ACCESS_MKNOD, 2),
    ...end(1),
    and(r2, 0xffff),
    load(r4, 4),
    load(r5, 8),
    ...allowed.flatMap(({ major, minor }) => {
      const checks: Array<[register: number, value: number]> = [
        [r2, DEVICE_CHAR],
        [r4, major],
      ];
      if (minor !== null) checks.push([r5, minor]);
      return [
        ...checks.map(([register, value], index) => skipUnless(register, value, checks.length - index + 1)),
        ...end(1),
      ];
    }),
    ...end(0),
  ]);
}

/** struct bpf_insn { u8 code; u8 dst:4, src:4; s16 off; s32 imm; } */
function instruction(code: number, to: number, from: number, offset: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(code, 0);
  bytes.writeUInt8((from << 4) | to, 1);
  bytes.writeInt16LE(offset, 2);
  bytes.writeInt32LE(value, 4);
  return bytes;
}
