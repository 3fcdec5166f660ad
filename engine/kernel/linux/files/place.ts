/** Files a lesson hands out, put into a Machine before anybody can look. */
import { fchmodSync, fchownSync, writeSync } from 'node:fs';
import { posix } from 'node:path';
import { checkExcept, nativeFunction, O_CREAT, O_DIRECTORY, O_RDONLY, O_TRUNC, O_WRONLY } from '../syscall';
import { withFile, withParent } from './resolve';

const mkdirat = nativeFunction('int mkdirat(int fd, const char *path, unsigned int mode)');

export interface PlacedFile {
  content: string | Uint8Array;
  mode: number;
  uid: number;
  gid: number;
}

/** Writes a file below `root`, with the directories it needs, all owned by its owner where they are new. */
export function placeFile(root: string, path: string, file: PlacedFile): void {
  makeParents(root, posix.dirname(path), file);
  withFile(
    root,
    path,
    O_WRONLY | O_CREAT | O_TRUNC,
    (fd) => {
      const bytes = Buffer.from(file.content);
      for (let written = 0; written < bytes.byteLength; ) written += writeSync(fd, bytes, written);
      fchownSync(fd, file.uid, file.gid);
      fchmodSync(fd, file.mode);
    },
    file.mode,
  );
}

function makeParents(root: string, directory: string, owner: { uid: number; gid: number }): void {
  if (directory === '/') return;
  makeParents(root, posix.dirname(directory), owner);
  const made = withParent(root, directory, (parent, name) =>
    checkExcept(['EEXIST'], mkdirat(parent, name, 0o755), 'mkdir', directory),
  );
  if (made !== null) withFile(root, directory, O_RDONLY | O_DIRECTORY, (fd) => fchownSync(fd, owner.uid, owner.gid));
}
