/** Programs of the classic BPF, as far as seccomp(2) takes them (bpf_common.h, seccomp.h). */

/** struct sock_filter: an instruction. Jumps count from the next one, and go forward only. */
export interface BpfInstruction {
  code: number;
  jumpTrue: number;
  jumpFalse: number;
  k: number;
}

/** BPF_LD | BPF_W | BPF_ABS: a word of struct seccomp_data. */
export const BPF_LOAD = 0x20;
export const BPF_AND = 0x54;
export const BPF_JUMP = 0x05;
export const BPF_JEQ = 0x15;
export const BPF_JGT = 0x25;
export const BPF_JGE = 0x35;
export const BPF_JSET = 0x45;
export const BPF_RETURN = 0x06;

/** BPF_MAXINSNS */
export const longestBpfProgram = 4096;

/** Offsets in struct seccomp_data: the number of the system call, the architecture, words of arguments. */
export const seccompData = {
  number: 0,
  architecture: 4,
  low: (argument: number) => 16 + 8 * argument,
  high: (argument: number) => 20 + 8 * argument,
} as const;

/** What a filter answers, in the upper bits; data, an errno for example, is in the lower 16. The least value wins. */
export const SECCOMP_RET_KILL_PROCESS = 0x80000000;
export const SECCOMP_RET_KILL_THREAD = 0x00000000;
export const SECCOMP_RET_TRAP = 0x00030000;
export const SECCOMP_RET_ERRNO = 0x00050000;
export const SECCOMP_RET_USER_NOTIF = 0x7fc00000;
export const SECCOMP_RET_TRACE = 0x7ff00000;
export const SECCOMP_RET_LOG = 0x7ffc0000;
export const SECCOMP_RET_ALLOW = 0x7fff0000;

/** Little-endian, as the architectures are that we know. */
export function encodeBpf(program: readonly BpfInstruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jumpTrue, jumpFalse, k }] of program.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, jumpTrue);
    view.setUint8(index * 8 + 3, jumpFalse);
    view.setUint32(index * 8 + 4, k, true);
  }
  return bytes;
}

/** Errors: `RangeError` when the length is not one of whole instructions. */
export function decodeBpf(bytes: Uint8Array): BpfInstruction[] {
  if (bytes.length % 8 !== 0) throw new RangeError(`${bytes.length} bytes are not whole instructions of 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, index) => ({
    code: view.getUint16(index * 8, true),
    jumpTrue: view.getUint8(index * 8 + 2),
    jumpFalse: view.getUint8(index * 8 + 3),
    k: view.getUint32(index * 8 + 4, true),
  }));
}
