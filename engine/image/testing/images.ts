/** Small images for tests. */
import type { Descriptor } from '../spec/descriptor';
import { type Digest, sha256Of } from '../spec/digest';
import { mediaTypes } from '../spec/media-types';
import { ImageStore } from '../store/image-store';
import { MemoryFiles } from '../store/memory-files';

export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (content: Uint8Array) => new TextDecoder().decode(content);

export interface Piece {
  descriptor: Descriptor;
  content: Uint8Array;
}

export function piece(content: Uint8Array | object, mediaType: string): Piece {
  const raw = content instanceof Uint8Array ? content : bytes(JSON.stringify(content));
  return { content: raw, descriptor: { mediaType, digest: sha256Of(raw), size: raw.byteLength } };
}

export interface SmallImage {
  manifest: Piece;
  blobs: Piece[];
}

/** Its layers are no tars: who only carries images does not look. */
export function smallImage(layers: readonly string[], more: object = {}, architecture = 'amd64'): SmallImage {
  const contents = layers.map((layer) => piece(bytes(layer), mediaTypes.layer));
  const diffIds = contents.map(({ descriptor }) => descriptor.digest);
  const config = piece({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: diffIds } }, mediaTypes.config);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: config.descriptor,
    layers: contents.map(({ descriptor }) => descriptor),
    ...more,
  };
  return { manifest: piece(manifest, mediaTypes.manifest), blobs: [config, ...contents] };
}

export function indexOf(images: readonly Descriptor[], more: object = {}): Piece {
  return piece({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: images, ...more }, mediaTypes.index);
}

export async function addTo(store: ImageStore, pieces: readonly Piece[]): Promise<void> {
  for (const { descriptor, content } of pieces) await store.blobs.write(descriptor, [content]);
}

let names = 0;
export function memoryStore(): Promise<ImageStore> {
  return ImageStore.open(new MemoryFiles(), () => `test-${names++}`);
}

export async function blobsIn(store: ImageStore): Promise<Digest[]> {
  return (await store.blobs.all()).sort();
}
