/** By itself, so that it is loaded by itself. */
import type { StoredFile } from './index';
import layout from './layout.json';

export const files: readonly StoredFile[] = layout;
