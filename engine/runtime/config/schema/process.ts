/** `process`, also the document of `exec --process` (OCI runtime-spec 1.2, config.md, "Process"). */
import { z } from 'zod';
import { environmentRules, rlimitRules, schedulerRules } from '../rules/process';
import { obey } from '../rules/rule';
import { absolutePath, int32, text, uint32, uint64 } from './values';

const UserSchema = z.object({
  uid: uint32,
  gid: uint32,
  umask: uint32.max(0o777).optional(),
  additionalGids: z.array(uint32).optional(),
  /** Windows only; read for nothing. */
  username: z.string().optional(),
});

const capabilities = z.array(z.string()).optional();
const CapabilitiesSchema = z.object({
  bounding: capabilities,
  effective: capabilities,
  inheritable: capabilities,
  permitted: capabilities,
  ambient: capabilities,
});
export type Capabilities = z.infer<typeof CapabilitiesSchema>;

const RlimitSchema = z.object({ type: z.string(), soft: uint64, hard: uint64 });

/** sched(7), sched_setattr(2). */
export const schedulerPolicies = [
  'SCHED_OTHER',
  'SCHED_FIFO',
  'SCHED_RR',
  'SCHED_BATCH',
  'SCHED_ISO',
  'SCHED_IDLE',
  'SCHED_DEADLINE',
] as const;
export const schedulerFlags = [
  'SCHED_FLAG_RESET_ON_FORK',
  'SCHED_FLAG_RECLAIM',
  'SCHED_FLAG_DL_OVERRUN',
  'SCHED_FLAG_KEEP_POLICY',
  'SCHED_FLAG_KEEP_PARAMS',
  'SCHED_FLAG_UTIL_CLAMP_MIN',
  'SCHED_FLAG_UTIL_CLAMP_MAX',
] as const;

const SchedulerSchema = z.object({
  policy: z.enum(schedulerPolicies),
  nice: int32.optional(),
  priority: int32.optional(),
  flags: z.array(z.enum(schedulerFlags)).optional(),
  /** Nanoseconds, as the next two. */
  runtime: uint64.optional(),
  deadline: uint64.optional(),
  period: uint64.optional(),
});

/** ioprio_set(2). */
export const ioPriorityClasses = ['IOPRIO_CLASS_RT', 'IOPRIO_CLASS_BE', 'IOPRIO_CLASS_IDLE'] as const;
const IoPrioritySchema = z.object({ class: z.enum(ioPriorityClasses), priority: int32.min(0).max(7).default(0) });

const cpuList = z.string().regex(/^\s*(\d+(\s*-\s*\d+)?(\s*,\s*\d+(\s*-\s*\d+)?)*)?\s*$/, {
  error: ({ input }) => `${JSON.stringify(input)} is no list of CPUs like "0-3,7"`,
});

const ProcessFields = z.object({
  terminal: z.boolean().optional(),
  /** Characters. Without a terminal it means nothing. */
  consoleSize: z.object({ height: uint64, width: uint64 }).optional(),
  cwd: absolutePath,
  env: z.array(text).optional(),
  /** Not needed to create a container; needed to start it. */
  args: z.array(text).min(1).optional(),
  user: UserSchema.default({ uid: 0, gid: 0 }),
  rlimits: z.array(RlimitSchema).optional(),
  apparmorProfile: text.optional(),
  capabilities: CapabilitiesSchema.optional(),
  noNewPrivileges: z.boolean().optional(),
  oomScoreAdj: z.int().min(-1000).max(1000).optional(),
  scheduler: SchedulerSchema.optional(),
  selinuxLabel: text.optional(),
  ioPriority: IoPrioritySchema.optional(),
  /** Of processes that `exec` starts; not of the container's own. */
  execCPUAffinity: z.object({ initial: cpuList.optional(), final: cpuList.optional() }).optional(),
});
export type Process = z.infer<typeof ProcessFields>;

export const ProcessSchema = ProcessFields.superRefine(obey<Process>(rlimitRules, environmentRules, schedulerRules));
