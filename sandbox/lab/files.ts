import type { KernelFiles, LabKernel } from '../../engine/kernel';
import type { FileRequest, FileResult } from '../protocol';
import { maxFileBytes } from '../windows';
import { LabError } from './errors';

/** Names given of one directory; a page could not show more. */
const maxEntries = 5000;

/** Does what the editor asks for. Throws `LabError`, or the kernel's own error. */
export async function answerFile(kernel: LabKernel, request: FileRequest): Promise<FileResult> {
  const files = kernel.machines.get(request.machine)?.files;
  if (!files) throw new LabError('unknown-machine', `there is no Machine "${request.machine}" in this lab`);
  if (request.op === 'list') return { op: 'list', entries: await list(files, request.path) };
  if (request.op === 'read') return { op: 'read', content: await files.read(request.path, maxFileBytes) };
  await change(files, request);
  return { op: 'done' };
}

async function list(files: KernelFiles, path: string) {
  const entries = await files.list(path);
  return entries.slice(0, maxEntries).map(({ name, kind, size, mode }) => ({ name, kind, size, mode }));
}

async function change(files: KernelFiles, request: Exclude<FileRequest, { op: 'list' | 'read' }>): Promise<void> {
  switch (request.op) {
    case 'write':
      if (request.content.byteLength > maxFileBytes) {
        throw new LabError('limit', `the editor saves files of at most ${maxFileBytes} bytes`);
      }
      return files.write(request.path, request.content);
    case 'makeDirectory':
      return files.makeDirectory(request.path);
    case 'remove':
      return files.remove(request.path);
    case 'rename':
      return files.rename(request.path, request.to);
  }
}
