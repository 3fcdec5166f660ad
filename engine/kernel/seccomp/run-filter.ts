/** What a seccomp filter answers to a system call: the kernel's side of it, for kernels and tests in TypeScript. */
import {
  BPF_AND,
  BPF_JEQ,
  BPF_JGE,
  BPF_JGT,
  BPF_JSET,
  BPF_JUMP,
  BPF_LOAD,
  BPF_RETURN,
  type BpfInstruction,
  seccompData,
} from './bpf';

export interface SystemCall {
  number: number;
  /** AUDIT_ARCH_... */
  architecture: number;
  /** Up to six, 64 bits each. */
  args: readonly bigint[];
}

/** The answer, SECCOMP_RET_... with its data. Errors: `RangeError` for a program the kernel would not have taken. */
export function runFilter(program: readonly BpfInstruction[], call: SystemCall): number {
  let accumulator = 0;
  let at = 0;
  for (;;) {
    const instruction = program[at++];
    if (!instruction) throw new RangeError(`the program runs beyond its end, to ${at - 1}`);
    const { code, k } = instruction;
    if (code === BPF_RETURN) return k;
    if (code === BPF_LOAD) accumulator = load(call, k);
    else if (code === BPF_AND) accumulator = (accumulator & k) >>> 0;
    else if (code === BPF_JUMP) at += k;
    else at += holds(code, accumulator, k) ? instruction.jumpTrue : instruction.jumpFalse;
  }
}

function holds(code: number, accumulator: number, k: number): boolean {
  if (code === BPF_JEQ) return accumulator === k;
  if (code === BPF_JGT) return accumulator > k;
  if (code === BPF_JGE) return accumulator >= k;
  if (code === BPF_JSET) return (accumulator & k) !== 0;
  throw new RangeError(`0x${code.toString(16)} is no instruction of a filter`);
}

function load({ number, architecture, args }: SystemCall, offset: number): number {
  if (offset === seccompData.number) return number >>> 0;
  if (offset === seccompData.architecture) return architecture >>> 0;
  const value = args[(offset - 16) >> 3] ?? 0n;
  return Number((offset % 8 === 0 ? value : value >> 32n) & 0xffffffffn);
}
