export { ImageSuperBlock } from './super-block';
export { type ImageContent, type ImageEntry, imageTree } from './tree';
