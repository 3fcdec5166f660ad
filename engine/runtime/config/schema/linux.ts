/** `linux` (OCI runtime-spec 1.2, config-linux.md). */
import { z } from 'zod';
import { deviceNodeRules } from '../rules/devices';
import { namespaceRules, timeOffsetRules, userMappingRules } from '../rules/namespaces';
import { obey } from '../rules/rule';
import { sysctlRules } from '../rules/sysctl';
import { ResourcesSchema } from './resources';
import { SeccompSchema } from './seccomp';
import { absolutePath, idMappings, int64, name, text, uint32 } from './values';

export const namespaceTypes = ['pid', 'network', 'mount', 'ipc', 'uts', 'user', 'cgroup', 'time'] as const;
export type NamespaceType = (typeof namespaceTypes)[number];

/** Without a path a new namespace is made; with one it is joined. Types that are not named stay the runtime's. */
const NamespaceSchema = z.object({ type: z.enum(namespaceTypes), path: absolutePath.optional() });
export type Namespace = z.infer<typeof NamespaceSchema>;

const DeviceSchema = z.object({
  /** Character device (`c`, or `u` for an unbuffered one), block device, FIFO. */
  type: z.enum(['c', 'b', 'u', 'p']),
  path: absolutePath,
  /** Needed unless it is a FIFO. */
  major: int64.optional(),
  minor: int64.optional(),
  /** Permission bits; producers that add the bits of the file's type are tolerated. */
  fileMode: uint32.optional(),
  uid: uint32.optional(),
  gid: uint32.optional(),
});
export type Device = z.infer<typeof DeviceSchema>;

/** time_namespaces(7). */
const OffsetSchema = z.object({
  secs: int64.optional(),
  nanosecs: uint32.max(999_999_999).optional(),
});
const TimeOffsetsSchema = z.object({ monotonic: OffsetSchema.optional(), boottime: OffsetSchema.optional() });

const IntelRdtSchema = z.object({
  closID: name
    .refine((value) => !value.includes('/') && value !== '.' && value !== '..', 'is no name of a directory')
    .optional(),
  l3CacheSchema: text.optional(),
  memBwSchema: text
    .refine((value) => value.startsWith('MB:') && !value.includes('\n'), 'has to be one line that starts with MB:')
    .optional(),
  enableCMT: z.boolean().optional(),
  enableMBM: z.boolean().optional(),
});

const PersonalitySchema = z.object({
  domain: z.enum(['LINUX', 'LINUX32']),
  flags: z.array(z.string()).max(0, 'no flag is defined').optional(),
});

const LinuxFields = z.object({
  devices: z.array(DeviceSchema).optional(),
  uidMappings: idMappings.optional(),
  gidMappings: idMappings.optional(),
  namespaces: z.array(NamespaceSchema).optional(),
  timeOffsets: TimeOffsetsSchema.optional(),
  resources: ResourcesSchema.optional(),
  cgroupsPath: text.optional(),
  rootfsPropagation: z
    .enum(['', 'shared', 'slave', 'private', 'unbindable', 'rshared', 'rslave', 'rprivate', 'runbindable'])
    .optional(),
  seccomp: SeccompSchema.optional(),
  sysctl: z.record(name, text).optional(),
  maskedPaths: z.array(absolutePath).optional(),
  readonlyPaths: z.array(absolutePath).optional(),
  mountLabel: text.optional(),
  intelRdt: IntelRdtSchema.optional(),
  personality: PersonalitySchema.optional(),
});
export type Linux = z.infer<typeof LinuxFields>;

export const LinuxSchema = LinuxFields.superRefine(
  obey<Linux>(namespaceRules, userMappingRules, timeOffsetRules, sysctlRules, deviceNodeRules),
);
