import type { Disposable, FileStat, KernelFiles, LabKernel } from '../../engine/kernel';
import type { LabState } from '../../engine/state';
import type { LabFiles, LabHandle } from '../../lessons';

const maxTextBytes = 64 * 1024;
const maxWatchedPaths = 256;

/**
 * The files one check has asked about: they are watched, so that the check runs again when one changes. A path that a
 * later run no longer asks for is let go.
 */
export class WatchedPaths implements Disposable {
  readonly #watches = new Map<string, Disposable>();
  #asked = new Set<string>();

  constructor(private readonly onChange: () => void) {}

  /** Call before reading, or a change in between is missed. */
  ask(files: KernelFiles, machine: string, path: string): void {
    const key = `${machine}:${path}`;
    this.#asked.add(key);
    if (this.#watches.has(key) || this.#watches.size >= maxWatchedPaths) return;
    this.#watches.set(key, files.watch(path, this.onChange));
  }

  beginRun(): void {
    this.#asked = new Set();
  }

  endRun(): void {
    for (const [key, watch] of this.#watches) {
      if (this.#asked.has(key)) continue;
      watch.dispose();
      this.#watches.delete(key);
    }
  }

  dispose(): void {
    for (const watch of this.#watches.values()) watch.dispose();
    this.#watches.clear();
  }
}

/** What a check may see: one state, and the files as they are now. `watched` is null for hints, which run on request. */
export function createLabHandle(kernel: LabKernel, state: LabState, watched: WatchedPaths | null): LabHandle {
  return {
    state,
    files(machine = firstOf(kernel)) {
      const found = kernel.machines.get(machine);
      if (!found)
        throw new Error(`there is no Machine "${machine}"; this lab has ${[...kernel.machines.keys()].join(', ')}`);
      return createLabFiles(found.files, (path) => watched?.ask(found.files, machine, path));
    },
  };
}

function firstOf(kernel: LabKernel): string {
  const [first] = kernel.machines.keys();
  return first ?? '';
}

function createLabFiles(files: KernelFiles, watch: (path: string) => void): LabFiles {
  return {
    async text(path) {
      watch(path);
      const content = await orNull(files.read(path, maxTextBytes));
      return content && new TextDecoder().decode(content);
    },
    async stat(path) {
      watch(path);
      return withoutDevice(await orNull(files.stat(path)));
    },
    async list(path) {
      watch(path);
      const entries = await orNull(files.list(path));
      return entries?.map(({ name }) => name) ?? null;
    },
  };
}

function withoutDevice(stat: FileStat | null) {
  if (!stat) return null;
  const { kind, size, mode, uid, gid, inode } = stat;
  return { kind, size, mode, uid, gid, inode };
}

/** A file that cannot be read is an answer, not a failure. */
async function orNull<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch {
    return null;
  }
}
