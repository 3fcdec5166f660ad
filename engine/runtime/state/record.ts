/** What is kept of a container between two commands, in `state.json` of its directory. */
import { z } from 'zod';

const ProcessNameSchema = z.object({ pid: z.int(), startTime: z.string() });

export const RecordSchema = z.object({
  ociVersion: z.string(),
  id: z.string(),
  bundle: z.string(),
  rootfs: z.string(),
  annotations: z.record(z.string(), z.string()),
  /** ISO 8601. */
  created: z.string(),
  owner: z.int(),
  /** The runtime that makes it; null once it is created. */
  maker: ProcessNameSchema.nullable(),
  /** The container's process; null until it is born. */
  process: ProcessNameSchema.nullable(),
  cgroups: z.array(z.object({ mountPoint: z.string(), directory: z.string() })),
  /** What of the host's mounts was mounted for it, where it has no mount namespace of its own. */
  mounted: z.array(z.string()),
  noPivot: z.boolean(),
  preserved: z.int(),
});
export type ContainerRecord = z.infer<typeof RecordSchema>;
