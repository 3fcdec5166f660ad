export { ImageSuperBlock } from './super-block';
export { type ImageEntry, type ImageNode, imageTree } from './tree';
