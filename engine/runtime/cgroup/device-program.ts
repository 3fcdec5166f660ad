/**
 * The devices a version 2 cgroup may use, as an eBPF program (kernel: Documentation/admin-guide/cgroup-v2.rst, "Device
 * controller"; bpf(2)). Rules are asked from the last to the first: the last one that fits decides, as in version 1.
 */
import type { DeviceRule } from '../config';
import { alwaysAllowed } from './settings-v1';

const [r0, r1, r2, r3, r4, r5, r6] = [0, 1, 2, 3, 4, 5, 6] as const;
/** BPF_DEVCG_ACC_ and BPF_DEVCG_DEV_ (linux/bpf.h). */
const access = { m: 1, r: 2, w: 4 } as const;
const types = { b: 1, c: 2 } as const;

/** Given `struct bpf_cgroup_dev_ctx { access << 16 | type, major, minor }`, the program returns 1 to allow and 0 to deny. */
export function deviceProgram(rules: readonly DeviceRule[]): Uint8Array {
  return concat([
    load(r2, 0),
    move(r3, r2),
    shiftRight(r3, 16),
    and(r2, 0xffff),
    load(r4, 4),
    load(r5, 8),
    ...[...rules, ...alwaysAllowed].toReversed().flatMap(ruleCode),
    ...end(0),
  ]);
}

function ruleCode(rule: DeviceRule): Uint8Array[] {
  const result = end(rule.allow ? 1 : 0);
  const wild = rule.type === undefined || rule.type === '' || rule.type === 'a';
  const tests: Array<(skipped: number) => Uint8Array[]> = [];
  if (!wild) tests.push((skipped) => [skipUnless(r2, types[rule.type === 'b' ? 'b' : 'c'], skipped)]);
  for (const [register, number] of [
    [r4, rule.major],
    [r5, rule.minor],
  ] as const) {
    if (!wild && number !== undefined && number >= 0)
      tests.push((skipped) => [skipUnless(register, Number(number), skipped)]);
  }
  const letters = wild ? 'rwm' : rule.access || 'rwm';
  const others = (['r', 'w', 'm'] as const).filter((letter) => !letters.includes(letter));
  if (others.length > 0) tests.push(accessTest(others, rule.allow));
  // Each test jumps over what follows it: put together from the end.
  const code = [...result];
  for (const test of tests.toReversed()) code.unshift(...test(code.length));
  return code;
}

/** Allowing takes that nothing else is asked for; denying, that something of what is denied is. */
function accessTest(others: Array<keyof typeof access>, allow: boolean): (skipped: number) => Uint8Array[] {
  const mask = others.reduce((bits, letter) => bits | access[letter], 0);
  const all = access.r | access.w | access.m;
  return (skipped) =>
    allow
      ? [move(r6, r3), and(r6, mask), skipUnless(r6, 0, skipped)]
      : [move(r6, r3), and(r6, all & ~mask), skipIf(r6, 0, skipped)];
}

const load = (to: number, offset: number) => instruction(0x61, to, r1, offset, 0);
const move = (to: number, from: number) => instruction(0xbf, to, from, 0, 0);
const shiftRight = (register: number, bits: number) => instruction(0x77, register, 0, 0, bits);
const and = (register: number, mask: number) => instruction(0x57, register, 0, 0, mask);
const skipUnless = (register: number, value: number, skipped: number) => instruction(0x55, register, 0, skipped, value);
const skipIf = (register: number, value: number, skipped: number) => instruction(0x15, register, 0, skipped, value);
const end = (value: number) => [instruction(0xb7, r0, 0, 0, value), instruction(0x95, 0, 0, 0, 0)];

/** struct bpf_insn { u8 code; u8 dst:4, src:4; s16 off; s32 imm; } */
function instruction(code: number, to: number, from: number, offset: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, code);
  view.setUint8(1, (from << 4) | to);
  view.setInt16(2, offset, true);
  view.setInt32(4, value, true);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.length * 8);
  for (const [index, part] of parts.entries()) bytes.set(part, index * 8);
  return bytes;
}
