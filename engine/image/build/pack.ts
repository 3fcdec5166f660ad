/**
 * An image of a directory's content: one layer, on those of another image or by itself. The same content gives the same digest, on any day
 * and any computer.
 */
import type { Tree } from '../../kernel';
import { diffTrees } from '../layer/diff';
import { type Execution, type ImageConfig, parseConfig } from '../spec/config';
import type { Descriptor, Platform } from '../spec/descriptor';
import { type Algorithm, type Digest, type Hasher, parseDigest, pureHasher } from '../spec/digest';
import { type Compression, mediaTypes } from '../spec/media-types';
import type { ImageStore, Lease } from '../store/image-store';

export interface PackOptions {
  /** The manifest, of one platform, of the image it lies on. */
  base?: Descriptor;
  platform: Platform;
  /** How to run it; what it does not say is as in the base, as far as the specification knows it. */
  execution: Execution;
  /** What made the layer, for the image's history. */
  createdBy: string;
  /** Seconds since 1970: of the image, and of every file that is later. */
  epoch: number;
  compression: Compression;
  compress: (plain: AsyncIterable<Uint8Array>, compression: Compression) => AsyncIterable<Uint8Array>;
  newHasher?: (algorithm: Algorithm) => Hasher;
}

const layerTypes: Readonly<Record<Compression, string>> = {
  none: mediaTypes.layer,
  gzip: mediaTypes.layerGzip,
  zstd: mediaTypes.layerZstd,
};

interface Below {
  config: ImageConfig | null;
  layers: Descriptor[];
}

/** Returns its manifest, which is safe from a collection for as long as the lease is held. Errors: of the store and of the tree. */
export function packImage(store: ImageStore, tree: Tree, lease: Lease, options: PackOptions): Promise<Descriptor> {
  const layer = diffTrees(null, tree, { notAfterNs: BigInt(options.epoch) * 1_000_000_000n });
  return packArchive(store, layer, lease, options);
}

/** The same of a layer's tar, in pieces. */
export async function packArchive(
  store: ImageStore,
  archive: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  lease: Lease,
  options: PackOptions,
): Promise<Descriptor> {
  const keep = (digest: Digest) => lease.keep(digest);
  const below = await readBase(store, options.base);
  for (const { digest } of below.layers) keep(digest);
  const { layer, diffId } = await packLayer(store, archive, keep, options);
  const config = await store.blobs.add(json(configOf(below, diffId, options)), mediaTypes.config, keep);
  const layers = [...below.layers, layer];
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
  return store.blobs.add(json(manifest), mediaTypes.manifest, keep);
}

async function readBase(store: ImageStore, base: Descriptor | undefined): Promise<Below> {
  if (!base) return { config: null, layers: [] };
  const { config, layers } = await store.readManifest(base);
  return { config: parseConfig(await store.blobs.readWhole(config), config.digest), layers };
}

async function packLayer(
  store: ImageStore,
  archive: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  keep: (digest: Digest) => void,
  { compression, compress, newHasher = pureHasher }: PackOptions,
): Promise<{ layer: Descriptor; diffId: Digest }> {
  const hasher = newHasher('sha256');
  async function* hashed() {
    for await (const piece of archive) {
      hasher.update(piece);
      yield piece;
    }
  }
  const ingest = await store.blobs.begin();
  try {
    for await (const piece of compress(hashed(), compression)) await ingest.write(piece);
  } catch (error) {
    await ingest.discard();
    throw error;
  }
  const { size } = ingest;
  const digest = await ingest.commitAsIs(keep);
  return {
    layer: { mediaType: layerTypes[compression], digest, size },
    diffId: parseDigest(`sha256:${hasher.finish()}`),
  };
}

function configOf({ config }: Below, diffId: Digest, { platform, execution, createdBy, epoch }: PackOptions): object {
  const created = new Date(epoch * 1000).toISOString().replace('.000Z', 'Z');
  return {
    created,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    config: { ...config?.config, ...execution },
    rootfs: { type: 'layers', diff_ids: [...(config?.rootfs.diff_ids ?? []), diffId] },
    history: [...(config?.history ?? []), { created, created_by: createdBy }],
  };
}

function json(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
