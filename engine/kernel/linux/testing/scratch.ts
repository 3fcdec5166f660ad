/** For tests: a directory of this computer that is gone afterwards, and who we are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function withScratch<T>(action: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'underlay-test-'));
  const clean = () => rmSync(directory, { recursive: true, force: true });
  let result: T;
  try {
    result = action(directory);
  } catch (error) {
    clean();
    throw error;
  }
  if (result instanceof Promise) result.finally(clean).catch(() => undefined);
  else clean();
  return result;
}

/** Prints why and returns true where device nodes and owners cannot be made. */
export function isNotRoot(): boolean {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) console.warn('skipped: device nodes and owners of files need root');
  return !isRoot;
}
