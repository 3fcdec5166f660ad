/** config.json (OCI runtime-spec 1.2, config.md). Fields it does not know are passed over, as the specification says. */
import { z } from 'zod';
import { HooksSchema } from './hooks';
import { LinuxSchema } from './linux';
import { MountSchema } from './mount';
import { ProcessSchema } from './process';
import { name, text } from './values';

export const ConfigSchema = z.object({
  ociVersion: z.string(),
  root: z.object({
    /** Absolute, or relative to the bundle. */
    path: name,
    readonly: z.boolean().optional(),
  }),
  mounts: z.array(MountSchema).optional(),
  process: ProcessSchema.optional(),
  hostname: text.optional(),
  domainname: text.optional(),
  hooks: HooksSchema.optional(),
  annotations: z.record(z.string().min(1, 'has an empty key'), z.string()).optional(),
  linux: LinuxSchema.optional(),
});
export type Config = z.infer<typeof ConfigSchema>;
