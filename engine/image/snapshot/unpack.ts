/**
 * Images from the store as snapshots: one a layer, each named by its chain, so that what two images have in common is unpacked once.
 * While a layer is unpacked it is compared with its digest in the store and with the one its configuration promises of the tar.
 */
import { ImageError } from '../error';
import { applyLayer, type LayerLimits } from '../layer/apply';
import { chainIds, parseConfig } from '../spec/config';
import type { Descriptor } from '../spec/descriptor';
import { type Algorithm, type Digest, type Hasher, pureHasher, Verifier } from '../spec/digest';
import { type Compression, compressionOf } from '../spec/media-types';
import type { ImageStore } from '../store/image-store';
import type { Snapshots } from './snapshots';

export interface UnpackerOptions {
  /** How packed layers are read: `host/compression` on this computer. */
  decompress: (packed: AsyncIterable<Uint8Array>, compression: Compression) => AsyncIterable<Uint8Array>;
  newHasher?: (algorithm: Algorithm) => Hasher;
  /** Of each layer. */
  limits?: Partial<LayerLimits>;
}

export class Unpacker {
  /** Layers that are being unpacked, by chain: whoever wants the same one waits for it. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(
    private readonly store: ImageStore,
    private readonly snapshots: Snapshots,
    private readonly options: UnpackerOptions,
  ) {}

  /**
   * The name of the committed snapshot that is the image's root filesystem; null for an image without layers. `manifest` is that of one
   * platform. Errors: of the store, `invalid-manifest`, `unsupported-media-type`, `invalid-layer`, `layer-too-large`, `digest-mismatch`; nothing is left
   * of a layer that failed.
   */
  async unpack(manifest: Descriptor): Promise<Digest | null> {
    const { config, layers } = await this.store.readManifest(manifest);
    const { rootfs } = parseConfig(await this.store.blobs.readWhole(config), config.digest);
    const diffIds = rootfs.diff_ids;
    if (diffIds.length !== layers.length)
      throw new ImageError(
        'invalid-manifest',
        manifest.digest,
        `has ${layers.length} layers, and its configuration ${diffIds.length}`,
      );
    let parent: Digest | null = null;
    const chain = chainIds(diffIds);
    for (const [index, layer] of layers.entries()) {
      const [diffId, chainId] = [diffIds[index], chain[index]];
      if (diffId === undefined || chainId === undefined) break;
      await this.#once(chainId, () => this.#unpackLayer(layer, diffId, chainId, parent));
      parent = chainId;
    }
    return parent;
  }

  #once(chainId: Digest, work: () => Promise<void>): Promise<void> {
    if (this.snapshots.find(chainId)?.kind === 'committed') return Promise.resolve();
    const running = this.#running.get(chainId) ?? work().finally(() => this.#running.delete(chainId));
    this.#running.set(chainId, running);
    return running;
  }

  async #unpackLayer(layer: Descriptor, diffId: Digest, chainId: Digest, parent: Digest | null): Promise<void> {
    const compression = compressionOf(layer.mediaType);
    if (compression === null)
      throw new ImageError(
        'unsupported-media-type',
        layer.digest,
        `${layer.mediaType} is no layer of a root filesystem`,
      );
    const key = `unpacking ${chainId}`;
    this.snapshots.prepare(key, parent, { unfinished: true });
    try {
      await this.#apply(key, this.#verified(layer, compression, diffId));
      this.snapshots.commit(key, chainId);
    } catch (error) {
      this.snapshots.remove(key);
      throw error;
    }
  }

  async #apply(key: string, archive: AsyncIterable<Uint8Array>): Promise<void> {
    const { opaque } = this.snapshots;
    const { limits } = this.options;
    const tree = this.snapshots.openLayer(key);
    try {
      const whiteouts = { opaque, below: this.snapshots.below(key) };
      await applyLayer(archive, tree, { whiteouts, ...(limits && { limits }) });
    } finally {
      tree.dispose();
    }
  }

  /** The tar, compared with the digest of what is not packed once it has passed. */
  async *#verified(layer: Descriptor, compression: Compression, diffId: Digest): AsyncGenerator<Uint8Array> {
    const packed = this.store.blobs.read(layer);
    // The store compares a layer that is not packed with the same digest already.
    if (compression === 'none' && layer.digest === diffId) return yield* packed;
    const verifier = new Verifier(diffId, null, this.options.newHasher ?? pureHasher);
    for await (const piece of this.options.decompress(packed, compression)) {
      verifier.update(piece);
      yield piece;
    }
    verifier.finish();
  }
}
