/** Files of this computer. The calls are short and of few bytes: without a thread they take a tenth of the time. */
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CniFiles, LeaseFiles } from '../files';

/**
 * Names that begin so are of a writer at work, or of one that was killed: nobody's content, and overwritten by whoever
 * writes the same the next time.
 */
const unfinished = '.unfinished';

export class NodeCniFiles implements CniFiles {
  async read(path: string): Promise<string | null> {
    return unlessMissing(() => readFileSync(path, 'utf8'), null);
  }

  async list(directory: string): Promise<string[]> {
    const entries = unlessMissing(() => readdirSync(directory, { withFileTypes: true }), []);
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith(unfinished));
    return files.map(({ name }) => name).sort();
  }

  async makeDirectory(path: string, mode: number): Promise<void> {
    mkdirSync(path, { recursive: true, mode });
  }

  async write(path: string, content: string): Promise<void> {
    const draft = writeDraft(join(dirname(path), `${unfinished}-${basename(path)}`), content);
    try {
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    rmSync(path, { force: true });
  }
}

export class NodeLeaseFiles extends NodeCniFiles implements LeaseFiles {
  /** `lock` is flock(2), which Node does not have. */
  constructor(readonly lock: LeaseFiles['lock']) {
    super();
  }

  async create(path: string, content: string): Promise<boolean> {
    // One name for all: whoever creates holds the lock of the directory.
    const draft = writeDraft(join(dirname(path), unfinished), content);
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
}

function writeDraft(draft: string, content: string): string {
  // Not written over: whoever was killed between link and unlink left a second name of a file that is in use.
  rmSync(draft, { force: true });
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return draft;
}

function unlessMissing<T>(read: () => T, missing: T): T {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return missing;
    throw error;
  }
}

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;
