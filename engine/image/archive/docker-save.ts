/**
 * Archives as `docker save` wrote them before they were layouts: manifest.json lists, for each image, its names and the paths of its
 * configuration and layers (Docker image-spec 1.2, "Combined Image JSON + Filesystem Changeset Format"). Such an image gets a manifest here.
 */
import { z } from 'zod';
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import { mediaTypes } from '../spec/media-types';
import { parseJson } from '../spec/parse-json';
import type { ImageStore, Lease } from '../store/image-store';
import type { ArchiveContents, StoredFile } from './contents';

export const manifestFile = 'manifest.json';

const SavedSchema = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

export interface SavedImage {
  target: Descriptor;
  /** As they stand there: `nginx:latest`. */
  names: string[];
}

/** Errors: `invalid-manifest`, `unknown-blob` when a file is missing. */
export async function savedImages(
  document: Uint8Array,
  contents: ArchiveContents,
  store: ImageStore,
  lease: Lease,
): Promise<SavedImage[]> {
  const images: SavedImage[] = [];
  for (const { Config, RepoTags, Layers } of parseJson(SavedSchema, document, manifestFile)) {
    const { digest, size } = fileIn(contents, Config);
    const layers = (Layers ?? []).map((path) => layerOf(fileIn(contents, path)));
    const config = { mediaType: mediaTypes.config, digest, size };
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
    const content = new TextEncoder().encode(JSON.stringify(manifest));
    const target = await store.blobs.add(content, mediaTypes.manifest, (own) => lease.keep(own));
    images.push({ target, names: RepoTags ?? [] });
  }
  return images;
}

function fileIn(contents: ArchiveContents, path: string): StoredFile {
  const found = contents.file(path);
  if (found) return found;
  throw new ImageError('unknown-blob', path, `is missing in the archive, and ${manifestFile} names it`);
}

/** What packed files begin with (RFC 1952, RFC 8878). */
const magics = [
  { magic: [0x1f, 0x8b], mediaType: mediaTypes.layerGzip },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], mediaType: mediaTypes.layerZstd },
];

function layerOf({ digest, size, head }: StoredFile): Descriptor {
  const packed = magics.find(({ magic }) => magic.every((byte, at) => head[at] === byte));
  return { mediaType: packed?.mediaType ?? mediaTypes.layer, digest, size };
}
