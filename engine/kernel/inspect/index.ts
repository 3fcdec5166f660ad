/** What the observers of both kernels share: parsing what the kernel prints, and merging what was read. */
export { type LayerFile, type LayerLimits, type LayerListing, layerLimits } from './layer-listing';
export { parseMountLine } from './mountinfo';
export { mapKinds } from './namespaces';
export { parseNftList } from './nft-list';
export { mergeLayers } from './overlay-merge';
export { PartedCollection, shareEntries } from './share';
