/**
 * Images from the store as snapshots: one a layer, each named by its chain, so that what two images have in common is unpacked once.
 * While a layer is unpacked it is compared with its digest in the store and with the one its configuration promises of the tar.
 */
import { applyLayer, type LayerLimits, limitsOf } from '../layer/apply';
import { type LayerReading, layerContent } from '../layer/content';
import { chainIds } from '../spec/config';
import type { Descriptor } from '../spec/descriptor';
import type { Digest } from '../spec/digest';
import type { ImageStore } from '../store/image-store';
import { layersOf } from '../store/layers-of';
import type { Snapshots } from './snapshots';

export interface UnpackerOptions extends LayerReading {
  /** Of each layer; `limitsOf` its packed size when left out. */
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
    const layers = await layersOf(this.store, manifest);
    const chain = chainIds(layers.map(({ diffId }) => diffId));
    let parent: Digest | null = null;
    for (const [index, { layer, diffId }] of layers.entries()) {
      const chainId = chain[index];
      if (chainId === undefined) break;
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
    const archive = layerContent(this.store, layer, diffId, this.options);
    const key = `unpacking ${chainId}`;
    this.snapshots.prepare(key, parent, { unfinished: true });
    try {
      await this.#apply(key, archive, limitsOf(layer.size));
      this.snapshots.commit(key, chainId);
    } catch (error) {
      this.snapshots.remove(key);
      throw error;
    }
  }

  async #apply(key: string, archive: AsyncIterable<Uint8Array>, usual: Partial<LayerLimits>): Promise<void> {
    const { opaque } = this.snapshots;
    const { limits = usual } = this.options;
    const tree = this.snapshots.openLayer(key);
    try {
      const whiteouts = { opaque, below: this.snapshots.below(key) };
      await applyLayer(archive, tree, { whiteouts, limits });
    } finally {
      tree.dispose();
    }
  }
}
