/** `linux.resources`, also the document of `update` (OCI runtime-spec 1.2, config-linux.md, "Control groups"). */
import { z } from 'zod';
import { blockIoRules, cpuRules, deviceRules, memoryRules, unifiedRules } from '../rules/resources';
import { obey } from '../rules/rule';
import { int64, name, text, uint16, uint32, uint64 } from './values';

const DeviceRuleSchema = z.object({
  allow: z.boolean(),
  /** `a` (all, also when it is left out), `c` or `b`. The specification's own examples leave it empty. */
  type: z.enum(['', 'a', 'c', 'b']).optional(),
  /** Left out or -1: all. */
  major: int64.optional(),
  minor: int64.optional(),
  /** Of `r`, `w`, `m`. */
  access: z
    .string()
    .regex(/^[rwm]*$/, { error: ({ input }) => `${JSON.stringify(input)} is not made of r, w and m` })
    .optional(),
});
export type DeviceRule = z.infer<typeof DeviceRuleSchema>;

/** Bytes; -1 means no limit. */
const MemorySchema = z.object({
  limit: int64.optional(),
  reservation: int64.optional(),
  /** Memory and swap together. */
  swap: int64.optional(),
  kernel: int64.optional(),
  kernelTCP: int64.optional(),
  swappiness: uint64.refine((value) => value <= 100, 'is not between 0 and 100').optional(),
  disableOOMKiller: z.boolean().optional(),
  useHierarchy: z.boolean().optional(),
  checkBeforeUpdate: z.boolean().optional(),
});

/** Times in microseconds. */
const CpuSchema = z.object({
  shares: uint64.optional(),
  quota: int64.optional(),
  burst: uint64.optional(),
  period: uint64.optional(),
  realtimeRuntime: int64.optional(),
  realtimePeriod: uint64.optional(),
  cpus: text.optional(),
  mems: text.optional(),
  /** 0 or 1 (SCHED_IDLE). */
  idle: int64.optional(),
});

const deviceNumbers = { major: int64, minor: int64 };
const WeightDeviceSchema = z
  .object({ ...deviceNumbers, weight: uint16.optional(), leafWeight: uint16.optional() })
  .refine(({ weight, leafWeight }) => weight !== undefined || leafWeight !== undefined, 'needs weight or leafWeight');
const ThrottleSchema = z.object({ ...deviceNumbers, rate: uint64 });
const throttles = z.array(ThrottleSchema).optional();

const BlockIoSchema = z.object({
  weight: uint16.optional(),
  leafWeight: uint16.optional(),
  weightDevice: z.array(WeightDeviceSchema).optional(),
  throttleReadBpsDevice: throttles,
  throttleWriteBpsDevice: throttles,
  throttleReadIOPSDevice: throttles,
  throttleWriteIOPSDevice: throttles,
});

const HugepageLimitSchema = z.object({
  /** As in the names of the controller's files: `2MB`. */
  pageSize: z.string().regex(/^[1-9][0-9]*[KMG]B$/, {
    error: ({ input }) => `${JSON.stringify(input)} is no size like "64KB", "2MB" or "1GB"`,
  }),
  limit: uint64,
});

const NetworkSchema = z.object({
  classID: uint32.optional(),
  priorities: z.array(z.object({ name, priority: uint32 })).optional(),
});

const RdmaSchema = z
  .object({ hcaHandles: uint32.optional(), hcaObjects: uint32.optional() })
  .refine(
    (limit) => limit.hcaHandles !== undefined || limit.hcaObjects !== undefined,
    'needs hcaHandles or hcaObjects',
  );

const ResourcesFields = z.object({
  devices: z.array(DeviceRuleSchema).optional(),
  memory: MemorySchema.optional(),
  cpu: CpuSchema.optional(),
  blockIO: BlockIoSchema.optional(),
  hugepageLimits: z.array(HugepageLimitSchema).optional(),
  network: NetworkSchema.optional(),
  pids: z.object({ limit: int64 }).optional(),
  /** By device. */
  rdma: z.record(z.string(), RdmaSchema).optional(),
  /** Files of the cgroup v2 directory, and what is written to them. */
  unified: z.record(z.string(), text).optional(),
});
export type Resources = z.infer<typeof ResourcesFields>;

export const ResourcesSchema = ResourcesFields.superRefine(
  obey<Resources>(memoryRules, cpuRules, blockIoRules, unifiedRules, deviceRules),
);
