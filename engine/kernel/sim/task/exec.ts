/** execve(2): finds the program, changes who the process is, and lets the program take over. */
import * as abi from '../abi';
import { SysError } from '../abi/errno';
import { decode } from '../bytes';
import { readImage } from '../image';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import type { Program } from '../sys/sys';
import type { Path } from '../vfs/path';
import { transformForExec } from './exec-credentials';
import type { SimTask } from './sim-task';

const headBytes = 256;
const maxDepth = 4;
const maxArgumentBytes = 2 * 1024 * 1024;
const maxOneArgument = 131_072;
/** What loading and linking a program takes. */
const execCostNs = 250_000;
/** Memory a small program has of its own. */
const programBytes = 1 << 20;

interface Found {
  program: Program;
  /** The file that is executed in the end: the interpreter of a script. */
  path: Path;
  argv: readonly string[];
  /** The script's own name, for /proc/PID/comm. */
  name: string;
}

/** Answers with the new program's first breath; does not come back. Errors as execve(2). */
export function* execute(
  kernel: SimKernel,
  task: SimTask,
  file: string,
  argv: readonly string[],
  env: readonly string[],
): Blocking<never> {
  checkSize(argv, env);
  const found = find(kernel, task, file, argv, 0);
  task.job.spend(execCostNs);
  kernel.cgroups.charge(task, programBytes - task.memory);
  task.memory = programBytes;
  take(kernel, task, found, env);
  const sys = kernel.tasks.sysOf(task);
  yield { queues: [], image: found.program(sys, found.argv, environmentOf(env)) };
  throw new Error('a program went on after it had been replaced');
}

function find(kernel: SimKernel, task: SimTask, file: string, argv: readonly string[], depth: number): Found {
  const path = kernel.vfs.resolve(task, file);
  const head = readHead(kernel, task, path);
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (head[0] === 0x23 && head[1] === 0x21) return findInterpreter(kernel, task, file, argv, head, depth, name);
  const image = readImage(head);
  const program = image && kernel.options.programs(image.program);
  if (!image || !program) throw new SysError('ENOEXEC');
  if (image.interpreter !== null) kernel.vfs.resolve(task, image.interpreter);
  return { program, path, argv: argv.length === 0 ? [''] : argv, name };
}

/** Reads the beginning of a file that may be executed. Errors: EACCES, ENOENT ... */
function readHead(kernel: SimKernel, task: SimTask, path: Path): Uint8Array {
  const { inode } = path.dentry;
  if (!inode.isFile || (path.mount.flags & abi.MS_NOEXEC) !== 0) throw new SysError('EACCES');
  kernel.vfs.checkPermission(task.cred, inode, abi.X_OK);
  if ((inode.mode & 0o111) === 0) throw new SysError('EACCES');
  const opened = inode.open(abi.O_RDONLY, null);
  const head = opened.pread(headBytes, 0);
  opened.release();
  return head;
}

function findInterpreter(
  kernel: SimKernel,
  task: SimTask,
  file: string,
  argv: readonly string[],
  head: Uint8Array,
  depth: number,
  name: string,
): Found {
  if (depth >= maxDepth) throw new SysError('ELOOP');
  const [line = ''] = decode(head.subarray(2)).split('\n');
  const match = /^[ \t]*([^ \t]+)(?:[ \t]+(.*?))?[ \t]*$/.exec(line.replace(/\0.*$/, ''));
  const interpreter = match?.[1];
  if (interpreter === undefined) throw new SysError('ENOEXEC');
  const option = match?.[2] === undefined || match[2] === '' ? [] : [match[2]];
  const found = find(kernel, task, interpreter, [interpreter, ...option, file, ...argv.slice(1)], depth + 1);
  return { ...found, name };
}

/** The point of no return: what the process was is gone. */
function take(kernel: SimKernel, task: SimTask, { path, argv, name }: Found, env: readonly string[]): void {
  transformForExec(task, path);
  kernel.vfs.closeOnExec(task);
  for (const [signal, action] of task.signals.actions) {
    if (typeof action === 'object') task.signals.actions.delete(signal);
  }
  task.exe = path;
  task.argv = argv;
  task.env = env;
  task.comm = name.slice(0, 15);
  task.hasExecuted = true;
  kernel.namespaces.taskExecuted(task);
  kernel.touch('processes');
}

function checkSize(argv: readonly string[], env: readonly string[]): void {
  let total = 0;
  for (const text of [...argv, ...env]) {
    if (text.length >= maxOneArgument) throw new SysError('E2BIG');
    total += text.length + 9;
  }
  if (total > maxArgumentBytes) throw new SysError('E2BIG');
}

function environmentOf(env: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const entry of env) {
    const equals = entry.indexOf('=');
    if (equals > 0) variables[entry.slice(0, equals)] ??= entry.slice(equals + 1);
  }
  return variables;
}
