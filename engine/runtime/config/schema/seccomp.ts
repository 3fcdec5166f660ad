/** `linux.seccomp` (OCI runtime-spec 1.2, config-linux.md, "Seccomp"). */
import { z } from 'zod';
import { obey } from '../rules/rule';
import { errnoRules, notifyRules } from '../rules/seccomp';
import { absolutePath, name, uint32, uint64 } from './values';

export const seccompActions = [
  'SCMP_ACT_KILL',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_TRAP',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_LOG',
  'SCMP_ACT_NOTIFY',
] as const;
export type SeccompAction = (typeof seccompActions)[number];

export const seccompArchitectures = [
  'SCMP_ARCH_X86',
  'SCMP_ARCH_X86_64',
  'SCMP_ARCH_X32',
  'SCMP_ARCH_ARM',
  'SCMP_ARCH_AARCH64',
  'SCMP_ARCH_MIPS',
  'SCMP_ARCH_MIPS64',
  'SCMP_ARCH_MIPS64N32',
  'SCMP_ARCH_MIPSEL',
  'SCMP_ARCH_MIPSEL64',
  'SCMP_ARCH_MIPSEL64N32',
  'SCMP_ARCH_PPC',
  'SCMP_ARCH_PPC64',
  'SCMP_ARCH_PPC64LE',
  'SCMP_ARCH_S390',
  'SCMP_ARCH_S390X',
  'SCMP_ARCH_PARISC',
  'SCMP_ARCH_PARISC64',
  'SCMP_ARCH_RISCV64',
] as const;
export type SeccompArchitecture = (typeof seccompArchitectures)[number];

/** Those a filter is compiled for; machines do not run the others. */
export const compiledArchitectures: readonly SeccompArchitecture[] = [
  'SCMP_ARCH_AARCH64',
  'SCMP_ARCH_X32',
  'SCMP_ARCH_X86',
  'SCMP_ARCH_X86_64',
];

export const seccompOperators = [
  'SCMP_CMP_NE',
  'SCMP_CMP_LT',
  'SCMP_CMP_LE',
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_MASKED_EQ',
] as const;

export const seccompFlags = [
  'SECCOMP_FILTER_FLAG_TSYNC',
  'SECCOMP_FILTER_FLAG_LOG',
  'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
  'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
] as const;

const ArgumentSchema = z.object({
  index: z.int().min(0).max(5),
  /** The mask, when the operator is SCMP_CMP_MASKED_EQ. */
  value: uint64,
  /** What is left under the mask, when the operator is SCMP_CMP_MASKED_EQ. */
  valueTwo: uint64.optional(),
  op: z.enum(seccompOperators),
});
export type SeccompArgument = z.infer<typeof ArgumentSchema>;

const RuleSchema = z.object({
  names: z.array(name).min(1),
  action: z.enum(seccompActions),
  errnoRet: uint32.optional(),
  /** All have to hold. */
  args: z.array(ArgumentSchema).optional(),
});
export type SeccompRule = z.infer<typeof RuleSchema>;

const SeccompFields = z.object({
  defaultAction: z.enum(seccompActions),
  defaultErrnoRet: uint32.optional(),
  /** Beside the machine's own, which is always among them. */
  architectures: z.array(z.enum(seccompArchitectures)).optional(),
  flags: z.array(z.enum(seccompFlags)).optional(),
  listenerPath: absolutePath.optional(),
  listenerMetadata: z.string().optional(),
  syscalls: z.array(RuleSchema).optional(),
});
export type Seccomp = z.infer<typeof SeccompFields>;

export const SeccompSchema = SeccompFields.superRefine(obey<Seccomp>(errnoRules, notifyRules));
