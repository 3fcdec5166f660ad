/** Takes images in from archives: OCI layouts, as directories and as tars, and what `docker save` writes. */
import { z } from 'zod';
import { ImageError } from '../error';
import type { Descriptor } from '../spec/descriptor';
import { algorithmOf, encodedOf } from '../spec/digest';
import { childrenOf, maxManifestBytes, parseIndex } from '../spec/manifest';
import { isIndexType, isManifestType, isNonDistributable, mediaTypes } from '../spec/media-types';
import { parseJson } from '../spec/parse-json';
import { canonicalName, parseReference, type Reference } from '../spec/reference';
import type { StoreFiles } from '../store/files';
import type { ImageStore, Lease, NamedImage } from '../store/image-store';
import { verifyImage } from '../store/verify-image';
import { joined } from '../streams';
import { ArchiveContents } from './contents';
import { manifestFile, savedImages } from './docker-save';
import { nameIn, withoutName } from './names';

export interface ImportOptions {
  /** What images are called that have a tag alone, or no name. */
  name?: Reference;
}

interface Found {
  reference: Reference;
  target: Descriptor;
}

const layoutFile = 'oci-layout';
const indexFile = 'index.json';
const LayoutSchema = z.object({ imageLayoutVersion: z.literal('1.0.0') });

/** From a tar. Errors: `invalid-archive`, `invalid-manifest`, `digest-mismatch`, `unknown-blob`, `invalid-reference`; no name has changed then. */
export function importArchive(
  store: ImageStore,
  source: AsyncIterable<Uint8Array>,
  { name = undefined }: ImportOptions = {},
): Promise<NamedImage[]> {
  return leased(store, async (lease) => {
    const contents = new ArchiveContents(store, lease);
    await contents.read(source);
    const index = contents.documents.get(indexFile);
    const saved = contents.documents.get(manifestFile);
    if (index) return namedIn(checkedIndex(contents.documents.get(layoutFile) ?? null, index), name);
    if (saved) {
      const images = await savedImages(saved, contents, store, lease);
      return images.flatMap(({ target, names }) => namesOf(names, name).map((reference) => ({ reference, target })));
    }
    throw new ImageError(
      'invalid-manifest',
      'the archive',
      `has neither ${indexFile} nor ${manifestFile}: it is none of images`,
    );
  });
}

/** From the directory of a layout. Errors: as of `importArchive`. */
export function importLayout(
  store: ImageStore,
  files: StoreFiles,
  { name }: ImportOptions = {},
): Promise<NamedImage[]> {
  return leased(store, async (lease) => {
    const index = await documentIn(files, indexFile);
    if (!index) throw new ImageError('invalid-manifest', indexFile, 'is missing: this is no image layout');
    const found = namedIn(checkedIndex(await documentIn(files, layoutFile), index), name);
    for (const { target } of found) await copy(store, files, target, lease);
    return found;
  });
}

async function leased(store: ImageStore, find: (lease: Lease) => Promise<Found[]>): Promise<NamedImage[]> {
  const lease = store.lease();
  try {
    const found = await find(lease);
    for (const { target } of found) await verifyImage(store, target);
    await store.change({ add: found, remove: [] });
    return found.map(({ reference, target }) => ({ name: canonicalName(reference), target }));
  } finally {
    lease.release();
  }
}

function checkedIndex(layout: Uint8Array | null, index: Uint8Array): Descriptor[] {
  if (!layout) throw new ImageError('invalid-manifest', layoutFile, 'is missing: this is no image layout');
  parseJson(LayoutSchema, layout, layoutFile);
  return parseIndex(index, mediaTypes.index, indexFile).manifests;
}

/** What has a name. Errors: `invalid-reference` when nothing has, though there is something. */
function namedIn(manifests: readonly Descriptor[], base: Reference | undefined): Found[] {
  if (base && manifests.length > 1 && manifests.every(({ annotations }) => annotations === undefined))
    throw new ImageError(
      'invalid-reference',
      canonicalName(base),
      `is one name, and there are ${manifests.length} images`,
    );
  const found = manifests.flatMap((each) => {
    const reference = nameIn(each, base ?? null);
    return reference ? [{ reference, target: withoutName(each) }] : [];
  });
  if (found.length > 0 || manifests.length === 0) return found;
  throw new ImageError('invalid-reference', indexFile, 'its images have no names: say what they are to be called');
}

function namesOf(names: readonly string[], base: Reference | undefined): Reference[] {
  if (names.length > 0) return names.map(parseReference);
  if (base) return [base];
  throw new ImageError('invalid-reference', manifestFile, 'has an image without a name: say what it is to be called');
}

async function documentIn(files: StoreFiles, path: string): Promise<Uint8Array | null> {
  const size = await files.size(path);
  if (size === null) return null;
  if (size > maxManifestBytes)
    throw new ImageError('invalid-manifest', path, `is longer than ${maxManifestBytes} bytes`);
  const pieces: Uint8Array[] = [];
  for await (const piece of (await files.open(path)) ?? []) pieces.push(piece);
  return joined(pieces);
}

/** It and all below it; of an index, the images that are there. */
async function copy(store: ImageStore, files: StoreFiles, root: Descriptor, lease: Lease): Promise<void> {
  const waiting = [root];
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    lease.keep(part.digest);
    const isHere = (await store.blobs.size(part.digest)) !== null;
    const content = isHere ? null : await files.open(`blobs/${algorithmOf(part.digest)}/${encodedOf(part.digest)}`);
    const isManifest = isManifestType(part.mediaType);
    const isOptional = part !== root && (isManifest || isNonDistributable(part.mediaType));
    if (!isHere && !content && isOptional) continue;
    if (!isHere && !content) throw new ImageError('unknown-blob', part.digest, 'is missing in the layout');
    if (content) await store.blobs.write(part, content);
    if (isManifest) waiting.push(...childrenOf(await store.readManifest(part)));
    else if (isIndexType(part.mediaType)) waiting.push(...childrenOf(await store.readIndex(part)));
  }
}
