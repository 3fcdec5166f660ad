/** Filters of system calls (seccomp(2)): what is taken as one, and what those of a task say to a call. */
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
  decodeBpf,
  runFilter,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRAP,
  type SystemCall,
} from '../../seccomp';
import { SysError } from '../abi/errno';

/** A task's newest filter, and those it had before: all are asked. */
export interface SeccompFilter {
  readonly program: readonly BpfInstruction[];
  readonly before: SeccompFilter | null;
}

/** What becomes of a call. */
export type SeccompVerdict = { do: 'go on' } | { do: 'fail'; errno: number } | { do: 'kill' } | { do: 'trap' };

const AUDIT_ARCH_X86_64 = 0xc000003e;
const MAX_ERRNO = 4095;
const ENOSYS = 38;
const lastOffset = 60;
const actionMask = 0xffff_0000;
const goOn: SeccompVerdict = { do: 'go on' };
const jumps = new Set([BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET]);

/** EINVAL for what the kernel does not take as a filter. */
export function addFilter(before: SeccompFilter | null, bytes: Uint8Array): SeccompFilter {
  const program = decodeBpf(bytes);
  const isRight = program.every((instruction, at) => isValid(instruction, at, program.length));
  if (!isRight || program.at(-1)?.code !== BPF_RETURN) throw new SysError('EINVAL');
  return { program, before };
}

export function countFilters(filter: SeccompFilter | null): number {
  return filter === null ? 0 : 1 + countFilters(filter.before);
}

/** The strictest answer counts; of two alike, that of the newest filter (seccomp(2), "Filters"). */
export function verdictOf(newest: SeccompFilter, number: number, args: readonly bigint[]): SeccompVerdict {
  const call: SystemCall = { number, architecture: AUDIT_ARCH_X86_64, args };
  let strictest = SECCOMP_RET_ALLOW;
  for (let filter: SeccompFilter | null = newest; filter !== null; filter = filter.before) {
    const answer = runFilter(filter.program, call);
    if (rank(answer) < rank(strictest)) strictest = answer;
  }
  return meaningOf(strictest);
}

/** As signed numbers they are in the order of their strictness. */
function rank(answer: number): number {
  return (answer & actionMask) | 0;
}

function meaningOf(answer: number): SeccompVerdict {
  switch ((answer & actionMask) >>> 0) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG:
      return goOn;
    case SECCOMP_RET_ERRNO:
      return { do: 'fail', errno: Math.min(answer & 0xffff, MAX_ERRNO) };
    case SECCOMP_RET_TRAP:
      return { do: 'trap' };
    case SECCOMP_RET_KILL_THREAD:
    case SECCOMP_RET_KILL_PROCESS:
      return { do: 'kill' };
    default:
      // Nobody traces, and nobody listens to notifications.
      return { do: 'fail', errno: ENOSYS };
  }
}

function isValid({ code, k, jumpTrue, jumpFalse }: BpfInstruction, at: number, length: number): boolean {
  if (code === BPF_LOAD) return k % 4 === 0 && k <= lastOffset;
  if (code === BPF_AND || code === BPF_RETURN) return true;
  if (code === BPF_JUMP) return at + 1 + k < length;
  return jumps.has(code) && at + 1 + Math.max(jumpTrue, jumpFalse) < length;
}
