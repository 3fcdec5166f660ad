/** OCI images: contents by digest, images by name, registries and archives. */

export { filesOf, writeLayout } from './archive/export';
export { importArchive, importLayout } from './archive/import';
export { tarOf } from './archive/tar';
export { type PackOptions, packImage } from './build/pack';
export { ImageError } from './error';
export { buildLabImages } from './lab/build';
export { labImages } from './lab/images';
export { applyLayer } from './layer/apply';
export { compressPurely, decompressPurely } from './layer/pure-compression';
export { endpointOf, RegistryClient } from './registry/client';
export { Registry } from './registry/registry';
export { flattenImage } from './snapshot/flatten';
export { mountSteps, type SnapshotMount } from './snapshot/overlay-mount';
export { Snapshots } from './snapshot/snapshots';
export type { Platform } from './spec/descriptor';
export { type Compression, isIndexType } from './spec/media-types';
export { parsePlatform, selectPlatform } from './spec/platform';
export { familiarName, parseReference } from './spec/reference';
export { ImageStore } from './store/image-store';
export { MemoryFiles } from './store/memory-files';
export { TreeFiles } from './store/tree-files';
