/** The configuration of an image: how to run it, and of which layers its root filesystem is made (OCI image-spec 1.1, config.md). */
import { z } from 'zod';
import { type Digest, DigestSchema, sha256Of } from './digest';
import { parseJson } from './parse-json';

const emptyObjects = z.record(z.string(), z.object({}));
/** Go programs write null for what is not there. */
const orNull = <T>(schema: z.ZodType<T>) => schema.nullish().transform((value) => value ?? undefined);

const ExecutionSchema = z.object({
  User: orNull(z.string()),
  /** `80/tcp`. */
  ExposedPorts: orNull(emptyObjects),
  Env: orNull(z.array(z.string())),
  Entrypoint: orNull(z.array(z.string())),
  Cmd: orNull(z.array(z.string())),
  Volumes: orNull(emptyObjects),
  WorkingDir: orNull(z.string()),
  Labels: orNull(z.record(z.string(), z.string())),
  StopSignal: orNull(z.string()),
});

const ConfigSchema = z.object({
  created: orNull(z.iso.datetime({ offset: true })),
  author: orNull(z.string()),
  architecture: z.string().min(1),
  os: z.string().min(1),
  'os.version': orNull(z.string()),
  'os.features': orNull(z.array(z.string())),
  variant: orNull(z.string()),
  config: orNull(ExecutionSchema),
  /** Digests of the layers' tars, not packed, the lowest first. */
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(DigestSchema) }),
  history: orNull(
    z.array(
      z.object({
        created: orNull(z.iso.datetime({ offset: true })),
        created_by: orNull(z.string()),
        author: orNull(z.string()),
        comment: orNull(z.string()),
        empty_layer: orNull(z.boolean()),
      }),
    ),
  ),
});

export type ImageConfig = z.infer<typeof ConfigSchema>;

/** How to run it; what is not said may be left out. */
export type Execution = Partial<z.infer<typeof ExecutionSchema>>;

/** `digest` is the image's id. Errors: `invalid-manifest` with the path of the field. */
export function parseConfig(content: Uint8Array, digest: Digest): ImageConfig {
  return parseJson(ConfigSchema, content, digest);
}

/**
 * One for each layer: a name for it together with all below it, which is what a snapshot is (config.md, "Layer ChainID").
 * The first is the layer's own.
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : sha256Of(new TextEncoder().encode(`${below} ${diffId}`)));
  }
  return chain;
}
