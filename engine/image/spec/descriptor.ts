/** A reference to a content: what it is, how long, and its digest (OCI image-spec 1.1, descriptor.md). */
import { z } from 'zod';
import { DigestSchema } from './digest';

/** RFC 6838, section 4.2. */
const mediaType = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/, 'is no media type');

export const AnnotationsSchema = z.record(z.string(), z.string());

export const PlatformSchema = z.object({
  architecture: z.string().min(1),
  os: z.string().min(1),
  'os.version': z.string().optional(),
  'os.features': z.array(z.string()).optional(),
  variant: z.string().optional(),
});
export type Platform = z.infer<typeof PlatformSchema>;

/** Unknown properties are allowed everywhere in the specification, and passed over. */
export const DescriptorSchema = z.object({
  mediaType,
  digest: DigestSchema,
  /** Bytes. */
  size: z.int().nonnegative(),
  urls: z.array(z.string()).optional(),
  annotations: AnnotationsSchema.optional(),
  /** The content itself, base64, when it is small. */
  data: z.base64().optional(),
  artifactType: mediaType.optional(),
  platform: PlatformSchema.optional(),
});
export type Descriptor = z.infer<typeof DescriptorSchema>;
