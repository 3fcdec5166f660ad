/** Manifests and indexes of manifests (OCI image-spec 1.1, manifest.md and image-index.md). */
import { z } from 'zod';
import { ImageError } from '../error';
import { AnnotationsSchema, type Descriptor, DescriptorSchema } from './descriptor';
import { isIndexType, isManifestType, mediaTypes } from './media-types';
import { parseJson } from './parse-json';

const common = {
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  /** What this is about: a signature is about an image. */
  subject: DescriptorSchema.optional(),
  annotations: AnnotationsSchema.optional(),
};

/** Go programs write null for none. */
const descriptors = z
  .array(DescriptorSchema)
  .nullable()
  .transform((list) => list ?? []);

const ManifestSchema = z
  .object({ ...common, config: DescriptorSchema, layers: descriptors })
  .refine(({ config, artifactType }) => config.mediaType !== mediaTypes.empty || artifactType !== undefined, {
    path: ['artifactType'],
    message: 'has to be there when the config is empty',
  });

const IndexSchema = z.object({ ...common, manifests: descriptors });

const KindSchema = z.object({ manifests: z.unknown().optional(), layers: z.unknown().optional() });

export type Manifest = z.infer<typeof ManifestSchema>;
export type Index = z.infer<typeof IndexSchema>;

/** Longer ones are refused, as registries do. */
export const maxManifestBytes = 4 << 20;

/** Errors: `invalid-manifest` with the path of the field, `unsupported-media-type`. */
export function parseManifest(content: Uint8Array, mediaType: string, subject: string): Manifest {
  if (!isManifestType(mediaType))
    throw new ImageError('unsupported-media-type', subject, `${mediaType} is no manifest`);
  return parse(ManifestSchema, content, mediaType, subject);
}

/** Errors: as of `parseManifest`. */
export function parseIndex(content: Uint8Array, mediaType: string, subject: string): Index {
  if (!isIndexType(mediaType)) throw new ImageError('unsupported-media-type', subject, `${mediaType} is no index`);
  return parse(IndexSchema, content, mediaType, subject);
}

/** Everything that has to be there for this to be whole, the subject aside: it may be missing. */
export function childrenOf(parsed: Manifest | Index): Descriptor[] {
  return 'manifests' in parsed ? parsed.manifests : [parsed.config, ...parsed.layers];
}

/** What a manifest that came without a type says of itself. Errors: `invalid-manifest`. */
export function mediaTypeOf(content: Uint8Array, subject: string): string {
  return parseJson(z.object({ mediaType: z.string() }), content, subject).mediaType;
}

function parse<T extends { mediaType?: string | undefined }>(
  schema: z.ZodType<T>,
  content: Uint8Array,
  mediaType: string,
  subject: string,
): T {
  const wrong = (problem: string) => new ImageError('invalid-manifest', subject, problem);
  if (content.byteLength > maxManifestBytes) throw wrong(`is longer than ${maxManifestBytes} bytes`);
  const { manifests, layers } = parseJson(KindSchema, content, subject);
  // Read as one thing by some and as another by others, it could be two images (CVE-2021-41190).
  if (manifests !== undefined && layers !== undefined) throw wrong('has both "manifests" and "layers"');
  const parsed = parseJson(schema, content, subject);
  if (parsed.mediaType !== undefined && parsed.mediaType !== mediaType)
    throw wrong(`mediaType: says ${parsed.mediaType}, and came as ${mediaType}`);
  return parsed;
}
