/**
 * All that can be executed in a simulated Machine: the userland, and the engine programs beside it. Of the latter only names
 * are here; a folder of the room is loaded when one of its programs is first executed.
 */
import type { Part, Program } from '../../kernel/sim';
import * as userland from '../../userland';
import { platformDirectories } from '../platform';
import * as cni from './cni';
import * as image from './image';
import { labImageEntries } from './lab-images';
import * as runtime from './runtime';

export { labImageFiles, type StoredFile } from './lab-images';

interface Package {
  programs: Record<string, Program>;
  files: readonly userland.InstalledProgram[];
  parts: readonly Part[];
}

const packages: readonly Package[] = [cni, image, runtime];
const programs = new Map(packages.flatMap((one) => Object.entries(one.programs)));

/** The program a file's image names; undefined when there is none. */
export function program(name: string): Program | undefined {
  return programs.get(name) ?? userland.program(name);
}

/** Loads all programs ahead of time. Rejects when one cannot be had. */
export async function loadPrograms(): Promise<void> {
  await Promise.all([userland.loadPrograms(), userland.loadAll(packages.flatMap(({ parts }) => parts))]);
}

let entries: readonly userland.RootfsEntry[] | null = null;
let withImages: readonly userland.RootfsEntry[] | null = null;

/** The root filesystem of a simulated Machine without the lab's images, which are made of it. */
export function programEntries(): readonly userland.RootfsEntry[] {
  const files = packages.flatMap((one) => one.files);
  entries ??= userland.imageEntries(files, platformDirectories);
  return entries;
}

/** The root filesystem of every simulated Machine; the same list every time. Rejects when a part of it cannot be had. */
export async function imageEntries(): Promise<readonly userland.RootfsEntry[]> {
  withImages ??= [...programEntries(), ...(await labImageEntries())];
  return withImages;
}
