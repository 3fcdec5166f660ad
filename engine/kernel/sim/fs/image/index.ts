export { ImageSuperBlock } from './super-block';
export { type ImageEntry, imageTree } from './tree';
