/**
 * The images of a lab in a simulated Machine: an image layout in /usr/share/images. It is written down (`npm run images:record`),
 * and loaded when the first lab is booted.
 */
import { encode } from '../../../kernel/sim';
import type { RootfsEntry } from '../../../userland';

/** `path` is relative to the layout. */
export type StoredFile = { path: string; text: string } | { path: string; base64: string };

const layout = '/usr/share/images';
const root = { uid: 0, gid: 0 };

export async function labImageFiles(): Promise<readonly StoredFile[]> {
  return (await import('./layout')).files;
}

/** Rejects when they cannot be had. */
export async function labImageEntries(): Promise<RootfsEntry[]> {
  const files = await labImageFiles();
  const directories = ['blobs', 'blobs/sha256'].map(
    (path): RootfsEntry => ({ path: `${layout}/${path}`, mode: 0o755, ...root, content: { kind: 'directory' } }),
  );
  return [...directories, ...files.map(entryOf)];
}

function entryOf(file: StoredFile): RootfsEntry {
  const bytes =
    'text' in file ? encode(file.text) : Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0));
  return { path: `${layout}/${file.path}`, mode: 0o644, ...root, content: { kind: 'file', bytes } };
}
