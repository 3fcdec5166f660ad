/** config.json (OCI runtime-spec 1.2, config.md). Fields it does not know are passed over, as the specification says. */
import { z } from 'zod';
import { cgroupsPathRules, hostNameRules, mountRules, versionRules } from '../rules/config';
import { obey } from '../rules/rule';
import { HooksSchema } from './hooks';
import { LinuxSchema } from './linux';
import { MountSchema } from './mount';
import { ProcessSchema } from './process';
import { name, text } from './values';

const ConfigFields = z.object({
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
  annotations: z.record(z.string().min(1, 'is empty'), z.string()).optional(),
  linux: LinuxSchema.optional(),
});
export type Config = z.infer<typeof ConfigFields>;

export const ConfigSchema = ConfigFields.superRefine(
  obey<Config>(versionRules, hostNameRules, mountRules, cgroupsPathRules),
);
