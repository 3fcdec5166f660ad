/**
 * Programs that say which devices a cgroup's processes may use (kernel: cgroup-v2.rst, "Device controller"; bpf(2),
 * BPF_PROG_TYPE_CGROUP_DEVICE). Of eBPF there is what such programs are made of: loads from the context, moves, a shift, a
 * mask, forward jumps on equality, the end.
 */
import { SysError } from '../abi/errno';

export interface DeviceUse {
  /** BPF_DEVCG_ACC_: 1 mknod, 2 read, 4 write. */
  access: number;
  /** BPF_DEVCG_DEV_: 1 block, 2 character. */
  type: number;
  major: number;
  minor: number;
}

const instructionBytes = 8;
const opcodes = {
  load: 0x61,
  move: 0xbf,
  set: 0xb7,
  shiftRight: 0x77,
  and: 0x57,
  jumpIf: 0x15,
  jumpUnless: 0x55,
  exit: 0x95,
};
const known = new Set(Object.values(opcodes));

export class DeviceFilter {
  readonly #view: DataView;

  /** EINVAL for what is no such program, or one that uses more of eBPF. */
  constructor(program: Uint8Array) {
    this.#view = new DataView(program.buffer, program.byteOffset, program.byteLength);
    const count = program.length / instructionBytes;
    if (!Number.isInteger(count) || count === 0) throw new SysError('EINVAL');
    for (let at = 0; at < count; at++) this.#check(at, count);
    if (this.#code(count - 1) !== opcodes.exit) throw new SysError('EINVAL');
  }

  allows({ access, type, major, minor }: DeviceUse): boolean {
    const context = [((access << 16) | type) >>> 0, major, minor];
    const registers = new Array<number>(11).fill(0);
    const view = this.#view;
    for (let at = 0; ; at++) {
      const place = at * instructionBytes;
      const to = view.getUint8(place + 1) & 15;
      const from = view.getUint8(place + 1) >> 4;
      const offset = view.getInt16(place + 2, true);
      const value = view.getInt32(place + 4, true);
      const held = registers[to] ?? 0;
      switch (this.#code(at)) {
        case opcodes.load:
          registers[to] = context[offset / 4] ?? 0;
          break;
        case opcodes.move:
          registers[to] = registers[from] ?? 0;
          break;
        case opcodes.set:
          registers[to] = value;
          break;
        case opcodes.shiftRight:
          registers[to] = held >>> value;
          break;
        case opcodes.and:
          registers[to] = held & value;
          break;
        case opcodes.jumpIf:
          if (held === value) at += offset;
          break;
        case opcodes.jumpUnless:
          if (held !== value) at += offset;
          break;
        default:
          return (registers[0] ?? 0) !== 0;
      }
    }
  }

  #code(at: number): number {
    return this.#view.getUint8(at * instructionBytes);
  }

  #check(at: number, count: number): void {
    const code = this.#code(at);
    if (!known.has(code)) throw new SysError('EINVAL');
    const jumps = code === opcodes.jumpIf || code === opcodes.jumpUnless;
    const target = at + 1 + this.#view.getInt16(at * instructionBytes + 2, true);
    if (jumps && (target <= at || target >= count)) throw new SysError('EINVAL');
  }
}
