/**
 * The images of a layout as stacks of layers that stand on what they share: a layer that several images begin with is one
 * box, as wide as all of them (OCI image spec: image layout, manifest).
 */
import type { Image } from '../../../engine/state';
import { groupBy } from '../model/group';
import { shorten } from '../model/names';
import { type EntityRef, type Mark, refOf, type Scene } from '../model/scene';

export type BlobState = 'present' | 'missing' | 'corrupt';

/** A layer, and what lies on it. */
export interface LayerNode {
  /** Unique in its store: the digests from the bottom up to here. */
  key: string;
  ref: EntityRef;
  digest: string;
  size: number;
  /** The command that made it, where the configuration tells. */
  createdBy: string | null;
  state: BlobState;
  /** Layers that this one stands for; more than one where a high stack is folded. */
  count: number;
  /** Images that have the blob, in this stack or in another one. */
  sharedBy: number;
  /** The same blob is drawn in another stack, too; it is stored once. */
  again: boolean;
  mark?: Mark;
  /** Images that end here. */
  tops: ImageStack[];
  above: LayerNode[];
}

/** One image: a manifest, under all its names. */
export interface ImageStack {
  digest: string;
  /** Its own blobs that are not layers: the manifest and the configuration. */
  state: BlobState;
  names: Array<{ ref: EntityRef; name: string | null; mark?: Mark }>;
  layers: number;
  size: number;
  /** Only where the layout has images for several platforms. */
  platform: string | null;
}

export interface ImageStore {
  key: string;
  machine: string;
  layout: string;
  names: number;
  /** Bytes of layers and configurations, each blob once; and what they would be if no two images shared any. */
  stored: number;
  unshared: number;
  /** Images without a single layer that is known. */
  bare: ImageStack[];
  roots: LayerNode[];
  /** Images that are not drawn. */
  more: number;
  missing: number;
  corrupt: number;
}

/** Images drawn of one layout, and layers of one stack before it is folded. */
const maxImages = 24;
const maxLayers = 12;
/** What is kept of a folded stack: at the bottom, where sharing is, and on top. */
const keptBelow = 5;
const keptAbove = 5;

type Entry = readonly [key: string, image: Image];

export function imageStores(scene: Scene): ImageStore[] {
  const stores = groupBy(Object.entries(scene.state.images), ([, image]) => storeKey(image));
  const machines = (machine: string) => (scene.machines.indexOf(machine) + 1 || scene.machines.length + 1) - 1;
  return [...stores]
    .map(([key, entries]) => storeOf(scene, key, entries))
    .toSorted((a, b) => machines(a.machine) - machines(b.machine) || compare(a.layout, b.layout));
}

const storeKey = ({ machine, layout }: Image) => `${machine} ${layout}`;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byName = new Intl.Collator('en', { numeric: true }).compare;

function storeOf(scene: Scene, key: string, entries: readonly Entry[]): ImageStore {
  const sorted = entries.toSorted(([, a], [, b]) => byName(a.name ?? '', b.name ?? ''));
  const manifests = [...groupBy(sorted, ([, { digest }]) => digest).values()];
  const drawn = new Set(
    manifests.toSorted((a, b) => Number(isMarked(scene, b)) - Number(isMarked(scene, a))).slice(0, maxImages),
  );
  const images = entries.map(([, image]) => image);
  const blobs = new Blobs(scene, key, images);
  const forest = new Forest(blobs);
  const several = new Set(images.flatMap(({ platform }) => platform ?? [])).size > 1;
  const bare: ImageStack[] = [];
  for (const names of manifests) {
    if (!drawn.has(names)) continue;
    const [first] = names;
    if (!first) continue;
    const stack = stackOf(scene, names, several);
    if (first[1].layers.length === 0) bare.push(stack);
    else forest.add(first, stack);
  }
  const [first] = images;
  const now = images.filter((image) => scene.after.images[keyOf(entries, image)] !== undefined);
  return {
    key,
    machine: first?.machine ?? '',
    layout: first?.layout ?? '',
    names: now.length,
    ...totals(now),
    bare,
    roots: forest.roots,
    more: manifests.length - drawn.size,
    missing: new Set(now.flatMap(({ missing }) => missing)).size,
    corrupt: new Set(now.flatMap(({ corrupt }) => corrupt)).size,
  };
}

const keyOf = (entries: readonly Entry[], image: Image) => entries.find((entry) => entry[1] === image)?.[0] ?? '';
const isMarked = (scene: Scene, entries: readonly Entry[]) =>
  entries.some(([key]) => scene.mark('images', key) !== undefined);

function stackOf(scene: Scene, names: readonly Entry[], several: boolean): ImageStack {
  const image = names[0]?.[1];
  return {
    digest: image?.digest ?? '',
    state: image ? ownState(image) : 'missing',
    names: names.map(([key, { name }]) => ({ ref: refOf('images', key), name, mark: scene.mark('images', key) })),
    layers: image?.layers.length ?? 0,
    size: image ? sizeOf(image) : 0,
    platform: several ? (image?.platform ?? null) : null,
  };
}

function ownState(image: Image): BlobState {
  const own = [image.digest, ...(image.config ? [image.config.digest] : [])];
  if (own.some((digest) => image.missing.includes(digest))) return 'missing';
  return own.some((digest) => image.corrupt.includes(digest)) ? 'corrupt' : 'present';
}

/** Bytes of an image's layers and configuration, as its manifest names them. */
export function sizeOf({ layers, config }: Image): number {
  return layers.reduce((sum, { size }) => sum + size, config?.size ?? 0);
}

/** What is missing takes no room. Two names of one manifest are one image. */
function totals(images: readonly Image[]): { stored: number; unshared: number } {
  const once = new Map<string, number>();
  const manifests = new Map(images.map((image) => [image.digest, image]));
  let unshared = 0;
  for (const { layers, config, missing } of manifests.values()) {
    for (const { digest, size } of config ? [...layers, config] : layers) {
      if (missing.includes(digest)) continue;
      once.set(digest, size);
      unshared += size;
    }
  }
  return { stored: [...once.values()].reduce((sum, size) => sum + size, 0), unshared };
}

/** What a store knows of each blob, and what it knew before the last command. */
class Blobs {
  readonly #users: Map<string, number>;
  readonly #before: Map<string, BlobState>;
  readonly #after: Map<string, BlobState>;

  constructor(scene: Scene, store: string, images: readonly Image[]) {
    const manifests = new Map(images.map((image) => [image.digest, image])).values();
    this.#users = new Map();
    for (const { layers } of manifests) {
      for (const digest of new Set(layers.map((layer) => layer.digest))) {
        this.#users.set(digest, (this.#users.get(digest) ?? 0) + 1);
      }
    }
    const statesIn = (all: Readonly<Record<string, Image>>) =>
      new Map(
        Object.values(all)
          .filter((image) => storeKey(image) === store)
          .flatMap((image) => image.layers.map(({ digest }) => [digest, stateOf(image, digest)] as const)),
      );
    this.#before = statesIn(scene.before.images);
    this.#after = statesIn(scene.after.images);
  }

  sharedBy(digest: string): number {
    return this.#users.get(digest) ?? 0;
  }

  mark(digest: string): Mark | undefined {
    const was = this.#before.get(digest);
    const now = this.#after.get(digest);
    if (now === undefined) return 'gone';
    if (was === undefined) return 'new';
    return was === now ? undefined : 'changed';
  }
}

function stateOf(image: Image, digest: string): BlobState {
  if (image.missing.includes(digest)) return 'missing';
  return image.corrupt.includes(digest) ? 'corrupt' : 'present';
}

/** Stacks grown from their common beginnings. */
class Forest {
  readonly roots: LayerNode[] = [];
  readonly #digests = new Set<string>();

  constructor(readonly blobs: Blobs) {}

  add([imageKey, image]: Entry, stack: ImageStack): void {
    let level = this.roots;
    let key = '';
    let top: LayerNode | undefined;
    for (const layers of folded(image.layers)) {
      key = `${key}/${layers.map(({ digest }) => digest).join('+')}`;
      let node = level.find((known) => known.key === key);
      if (!node) {
        node = this.#node(key, imageKey, image, layers);
        level.push(node);
      }
      top = node;
      level = node.above;
    }
    top?.tops.push(stack);
  }

  #node(key: string, imageKey: string, image: Image, layers: readonly Layer[]): LayerNode {
    const digests = layers.map(({ digest }) => digest);
    const [digest = ''] = digests;
    const states = digests.map((one) => stateOf(image, one));
    const again = digests.every((one) => this.#digests.has(one));
    for (const one of digests) this.#digests.add(one);
    return {
      key,
      ref: refOf('images', `${imageKey}#${digest}`),
      digest,
      size: layers.reduce((sum, { size }) => sum + size, 0),
      createdBy: layers.length === 1 ? (layers[0]?.createdBy ?? null) : null,
      count: layers.length,
      state: states.find((state) => state !== 'present') ?? 'present',
      sharedBy: Math.min(...digests.map((one) => this.blobs.sharedBy(one))),
      again,
      mark: digests.map((one) => this.blobs.mark(one)).find((mark) => mark !== undefined),
      tops: [],
      above: [],
    };
  }
}

type Layer = Image['layers'][number];

/** Layer by layer; the middle of a stack that is too high to draw as one. */
function folded(layers: readonly Layer[]): Layer[][] {
  const single = layers.map((layer) => [layer]);
  if (layers.length <= maxLayers) return single;
  return [...single.slice(0, keptBelow), layers.slice(keptBelow, -keptAbove), ...single.slice(-keptAbove)];
}

/** A name as people say it: without the registry and directory that are meant where none is said. */
export const imageName = (name: string | null): string => name?.replace(/^docker\.io\/(library\/)?/, '') ?? '(no name)';

/** The name within so many characters: what it begins with tells least, its tag most. */
export function briefName(name: string | null, length: number): string {
  const familiar = imageName(name);
  if (familiar.length <= length) return familiar;
  const last = familiar.slice(familiar.lastIndexOf('/') + 1);
  if (last !== familiar && last.length + 2 <= length) return `…/${last}`;
  const tag = last.slice(last.lastIndexOf(':'));
  const left = length - tag.length - 1;
  return last.includes(':') && left >= 2 ? `${last.slice(0, left)}…${tag}` : shorten(last, length);
}

/** `3f2a9c01b2d4`: as much of a digest as people tell each other. */
export const shortDigest = (digest: string, length = 12): string =>
  digest.slice(digest.indexOf(':') + 1, digest.indexOf(':') + 1 + length);
