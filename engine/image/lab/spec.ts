/** How an image of the lab is written down: once, for the real Machines and for the simulated ones. */
import type { Execution } from '../spec/config';

/** A file of a layer. Directories that are only part of a path are made, with 0755. Owner is root. */
export type LabFile = { path: string; mode?: number } & (
  | { is: 'directory' }
  | { is: 'text'; text: string }
  | { is: 'symlink'; target: string }
  /** A second name for a file before it. */
  | { is: 'link'; target: string }
  /** What a Machine has at this path; 0755 unless it is said otherwise. */
  | { is: 'copy'; of: string }
  /** The same for what programs of the real kernel need and those of the simulated one may not: it is left out where it is missing. */
  | { is: 'library'; of: string }
);

export interface LabImage {
  /** As people call it: `hello:v1`. */
  name: string;
  /** Another image, before it, that it lies on. */
  base?: string;
  files: readonly LabFile[];
  /** What made the layer, for the image's history. */
  createdBy: string;
  /** How to run it. */
  execution: Execution;
}

export const directory = (path: string, mode?: number): LabFile => ({
  path,
  is: 'directory',
  ...(mode === undefined ? {} : { mode }),
});
export const text = (path: string, content: string, mode?: number): LabFile => ({
  path,
  is: 'text',
  text: content,
  ...(mode === undefined ? {} : { mode }),
});
