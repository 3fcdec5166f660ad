/** Entries of `mounts` (OCI runtime-spec 1.2, config.md, "Mounts"). */
import { z } from 'zod';
import { idMappings, name, text } from './values';

export const MountSchema = z.object({
  /** In the container; a relative one (deprecated) means relative to `/`. */
  destination: name,
  type: text.optional(),
  /** A device, a file or directory of the runtime's mount namespace (relative to the bundle), or a dummy. */
  source: text.optional(),
  options: z.array(text).optional(),
  /** Both or none: the mount is idmapped (mount_setattr(2)). */
  uidMappings: idMappings.optional(),
  gidMappings: idMappings.optional(),
});
export type Mount = z.infer<typeof MountSchema>;
