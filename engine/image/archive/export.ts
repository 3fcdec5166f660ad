/** Writes images out: as an OCI layout, which `docker load` takes as well when it has Docker's manifest.json beside its own index. */
import { ImageError } from '../error';
import type { Descriptor, Platform } from '../spec/descriptor';
import { algorithmOf, type Digest, encodedOf } from '../spec/digest';
import { isIndexType, isManifestType, mediaTypes } from '../spec/media-types';
import { selectPlatform } from '../spec/platform';
import { canonicalName, familiarName, type Reference } from '../spec/reference';
import type { StoreFiles } from '../store/files';
import type { ImageStore } from '../store/image-store';
import { manifestFile } from './docker-save';
import { annotationsFor } from './names';

export interface ExportOptions {
  /** `docker` adds manifest.json. */
  format: 'oci' | 'docker';
  /** Of an index: only the image for this one. `docker` needs it for an index. */
  platform?: Platform;
}

export interface ArchiveFile {
  path: string;
  /** Bytes. */
  size: number;
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

interface Chosen {
  reference: Reference;
  target: Descriptor;
}

/** All files of it, always in the same order: blobs first, and what says what they are last. Errors: `unknown-image`, `no-platform`, `unknown-blob`. */
export async function* filesOf(
  store: ImageStore,
  references: readonly Reference[],
  options: ExportOptions,
): AsyncGenerator<ArchiveFile> {
  const lease = store.lease();
  try {
    const chosen: Chosen[] = [];
    for (const reference of references) chosen.push({ reference, target: await choose(store, reference, options) });
    const blobs = new Map<Digest, Descriptor>();
    for (const { target } of chosen) for await (const part of store.partsOf(target)) blobs.set(part.digest, part);
    for (const digest of blobs.keys()) lease.keep(digest);
    const documents = [
      document('oci-layout', { imageLayoutVersion: '1.0.0' }),
      document('index.json', indexOf(chosen)),
      ...(options.format === 'docker' ? [document(manifestFile, await savedIn(store, chosen))] : []),
    ];
    for (const [digest, { size }] of [...blobs].sort(([a], [b]) => (a < b ? -1 : 1)))
      yield { path: pathOf(digest), size, content: store.blobs.read({ digest, size }) };
    yield* documents;
  } finally {
    lease.release();
  }
}

/** Into an empty directory. Errors: `invalid-archive` when it is not empty, and those of `filesOf`. */
export async function writeLayout(directory: StoreFiles, files: AsyncIterable<ArchiveFile>): Promise<void> {
  const [present] = await directory.list('');
  if (present !== undefined)
    throw new ImageError('invalid-archive', present, 'is there already: the directory has to be empty');
  for await (const { path, content } of files) {
    const file = await directory.create(path);
    try {
      for await (const piece of content) await file.write(piece);
      await file.finish();
    } catch (error) {
      await file.discard();
      throw error;
    }
  }
}

async function choose(
  store: ImageStore,
  reference: Reference,
  { format, platform }: ExportOptions,
): Promise<Descriptor> {
  const target = store.find(reference);
  const name = canonicalName(reference);
  if (!target) throw new ImageError('unknown-image', name, 'no image has this name');
  if (!isIndexType(target.mediaType)) return target;
  if (platform) return selectPlatform((await store.readIndex(target)).manifests, platform, name);
  if (format === 'oci') return target;
  throw new ImageError(
    'no-platform',
    name,
    'is for several platforms, and an archive for docker load has one: say which',
  );
}

function indexOf(chosen: readonly Chosen[]): object {
  const manifests = chosen.map(({ reference, target }) => {
    const tag = reference.tag ?? (reference.digest === null ? 'latest' : null);
    return { ...target, annotations: { ...target.annotations, ...annotationsFor(canonicalName(reference), tag) } };
  });
  return { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
}

/** Names of one image stand together. */
async function savedIn(store: ImageStore, chosen: readonly Chosen[]): Promise<object[]> {
  const names = new Map<Digest, string[]>();
  for (const { reference, target } of chosen)
    names.set(target.digest, [
      ...(names.get(target.digest) ?? []),
      ...(reference.digest === null ? [familiarName(reference)] : []),
    ]);
  const saved = new Map<Digest, object>();
  for (const { target } of chosen) {
    if (!isManifestType(target.mediaType)) continue;
    const { config, layers } = await store.readManifest(target);
    saved.set(target.digest, {
      Config: pathOf(config.digest),
      RepoTags: names.get(target.digest) ?? [],
      Layers: layers.map(({ digest }) => pathOf(digest)),
    });
  }
  return [...saved.values()];
}

function document(path: string, value: object): ArchiveFile {
  const content = new TextEncoder().encode(JSON.stringify(value));
  return { path, size: content.byteLength, content: [content] };
}

function pathOf(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${encodedOf(digest)}`;
}
