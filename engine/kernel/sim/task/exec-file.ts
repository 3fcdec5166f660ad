/** Which program a file stands for: an image, or a script whose `#!` line names another file (execve(2)). */
import * as abi from '../abi';
import { SysError } from '../abi/errno';
import { decode } from '../bytes';
import { readImage } from '../image';
import type { SimKernel } from '../kernel';
import type { Program } from '../sys/sys';
import type { Path } from '../vfs/path';
import type { SimTask } from './sim-task';

/** BINPRM_BUF_SIZE: what of a file is looked at. */
const headBytes = 256;
/** How many interpreters may lie one behind the other. */
const maxDepth = 5;

export interface Executable {
  program: Program;
  /** The file that is executed in the end: the interpreter of a script. */
  path: Path;
  argv: readonly string[];
  /** The first file's own name, for /proc/PID/comm. */
  name: string;
}

/** Errors: ENOENT, EACCES, ENOEXEC, ELOOP and those of path resolution. */
export function findExecutable(kernel: SimKernel, task: SimTask, file: string, argv: readonly string[]): Executable {
  const name = file.slice(file.lastIndexOf('/') + 1);
  let at = file;
  let args = argv;
  for (let depth = 0; depth <= maxDepth; depth++) {
    const path = openExecutable(kernel, task, at);
    const head = readHead(path);
    if (head[0] !== 0x23 || head[1] !== 0x21) return { ...programOf(kernel, task, head), path, argv: args, name };
    const { interpreter, option } = interpreterLine(head);
    args = [interpreter, ...(option === null ? [] : [option]), at, ...args.slice(1)];
    at = interpreter;
  }
  throw new SysError('ELOOP');
}

function programOf(kernel: SimKernel, task: SimTask, head: Uint8Array): { program: Program } {
  const image = readImage(head);
  if (!image) throw new SysError('ENOEXEC');
  if (image.interpreter !== null) openExecutable(kernel, task, image.interpreter);
  const program = kernel.options.programs(image.program);
  if (!program) throw new SysError('ENOEXEC');
  return { program };
}

/** do_open_execat: only regular files that the caller may execute, on a mount that allows it. */
function openExecutable(kernel: SimKernel, task: SimTask, file: string): Path {
  const path = kernel.vfs.resolve(task, file);
  const { inode } = path.dentry;
  if (inode.isSymlink) throw new SysError('ELOOP');
  kernel.vfs.checkPermission(task.cred, inode, abi.X_OK);
  if (!inode.isFile || (path.mount.flags & abi.MS_NOEXEC) !== 0) throw new SysError('EACCES');
  return path;
}

/** Executing takes no permission to read. */
function readHead({ dentry }: Path): Uint8Array {
  const opened = dentry.inode.open(abi.O_RDONLY, null);
  const head = opened.pread(headBytes, 0);
  opened.release();
  return head;
}

/** `#!`, the interpreter, and the rest of the line as one argument. */
function interpreterLine(head: Uint8Array): { interpreter: string; option: string | null } {
  const end = head.findIndex((byte) => byte === 0x0a || byte === 0);
  const isCut = end < 0 && head.length >= headBytes;
  const line = decode(head.subarray(2, end < 0 ? head.length : end));
  const text = line.replace(/^[ \t]+|[ \t]+$/g, '');
  const interpreter = /^[^ \t]*/.exec(text)?.[0] ?? '';
  // A name that may go on beyond what was looked at is no name.
  if (interpreter === '' || (isCut && !/^[ \t]*[^ \t]+[ \t]/.test(line))) throw new SysError('ENOEXEC');
  const rest = text.slice(interpreter.length).replace(/^[ \t]+/, '');
  return { interpreter, option: rest === '' ? null : rest };
}
