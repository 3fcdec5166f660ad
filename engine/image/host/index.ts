/** What of images needs Node: a store in a directory, and a handler behind a socket. */

export { compress, decompress } from './compression';
export { serve } from './http';
export { NodeFiles } from './node-files';
export { lockStore } from './store-lock';
