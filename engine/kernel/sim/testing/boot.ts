/**
 * For tests: boots a kernel with a small writable root, runs one program to its end on the virtual clock, and answers what
 * it wrote and how it ended.
 */
import type { Tree } from '../../tree';
import * as abi from '../abi';
import { decode, encode } from '../bytes';
import { registerFilesystems } from '../fs';
import { TmpfsSuperBlock } from '../fs/tmpfs/super-block';
import { CollectedOutput, GivenInput } from '../host/stream-files';
import { SimTree } from '../host/tree/sim-tree';
import { makeImage } from '../image';
import { SimKernel } from '../kernel';
import type { Blocking, Nanoseconds } from '../sched/blocking';
import type { Program, Sys } from '../sys/sys';
import { TaskSys } from '../sys/task-sys';
import type { ExitStatus, Task } from '../task/task';

export interface BootOptions {
  /** `main`, the only argument, when left out. */
  argv?: readonly string[];
  env?: Readonly<Record<string, string>>;
  stdin?: string;
  /** Files by path: a text, or the mode and the text. Their directories are made. */
  files?: Readonly<Record<string, string | [mode: number, text: string]>>;
  seed?: string;
  /** CLONE_NEW* for the program: a container of its own. */
  namespaces?: number;
  /** It must have ended by then; a minute of the lab's time when left out. */
  deadline?: Nanoseconds;
}

export interface BootResult {
  status: ExitStatus;
  /** The exit status as a shell shows it: 128 and the number of the signal that ended it. */
  code: number;
  stdout: string;
  stderr: string;
  /** As it stands afterwards. */
  kernel: SimKernel;
}

/** A directory of a machine of its own as a tree. */
export function bootTree(): Tree {
  // biome-ignore lint/correctness/useYield: nothing here waits.
  const { kernel } = bootTest(function* (sys) {
    sys.mkdir('/tmp/tree');
    return 0;
  });
  if (!kernel.tasks.init) throw new Error('no first process');
  return SimTree.open(kernel, kernel.tasks.init, '/tmp/tree');
}

/** `programs`: the one to run, or several by name, of which `main` is run; each is executable as `/bin/NAME`. */
export function bootTest(programs: Program | Readonly<Record<string, Program>>, options: BootOptions = {}): BootResult {
  const table = typeof programs === 'function' ? { main: programs } : programs;
  const kernel = testKernel(table, options.seed ?? 'test');
  const stdin = encode(options.stdin ?? '');
  let status: ExitStatus | undefined;
  let output = { stdout: () => '', stderr: () => '' };
  kernel.tasks.boot(function* (sys) {
    yield* furnish(sys, Object.keys(table), options.files ?? {});
    const init = kernel.tasks.find(1);
    if (!init) throw new Error('no first process');
    output = start(kernel, init, stdin, options, (ended) => {
      status = ended;
    });
    return yield* reap(sys);
  });
  const deadline = options.deadline ?? 60e9;
  while (status === undefined && kernel.scheduler.step(deadline));
  if (status === undefined) throw new Error(`the program has not ended: ${everybody(kernel)}`);
  const code = status.kind === 'exited' ? status.code : 128 + status.signal;
  return { status, code, stdout: output.stdout(), stderr: output.stderr(), kernel };
}

/** What a program throws that no program may throw comes out of the step. */
function testKernel(programs: Readonly<Record<string, Program>>, seed: string): SimKernel {
  const kernel = new SimKernel({
    seed,
    programs: (name) => programs[name],
    epoch: 1_700_000_000e9,
    memoryBytes: 1 << 30,
    turn: () => Promise.resolve(),
  });
  registerFilesystems(kernel, []);
  kernel.vfs.makeRoots = (userns) =>
    ['', 'mode=755'].map((data) => new TmpfsSuperBlock(kernel, kernel.nextDevice(), userns, data, { uid: 0, gid: 0 }));
  kernel.tasks.onOops = (error) => {
    throw error;
  };
  return kernel;
}

function start(
  kernel: SimKernel,
  init: Task,
  stdin: Uint8Array,
  { argv = ['main'], env = {}, namespaces = 0 }: BootOptions,
  onExit: (status: ExitStatus) => void,
) {
  const { sb } = init.fs.root.mount;
  const [stdout, stderr] = [new CollectedOutput(kernel, sb, 1 << 20), new CollectedOutput(kernel, sb, 1 << 20)];
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const task = kernel.tasks.cloneFrom(init, namespaces, function* (sys) {
    for (const file of [new GivenInput(kernel, sb, stdin), stdout, stderr]) kernel.vfs.install(task, file);
    sys.setsid();
    return yield* sys.execve('/bin/main', argv, variables);
  });
  kernel.tasks.onExit(task, onExit);
  return { stdout: () => decode(stdout.bytes), stderr: () => decode(stderr.bytes) };
}

function* furnish(sys: Sys, programs: readonly string[], files: NonNullable<BootOptions['files']>): Blocking<void> {
  for (const path of ['/dev', '/proc', '/tmp', '/etc', '/bin', '/root', '/mnt', '/sys']) sys.mkdir(path);
  sys.chmod('/tmp', 0o1777);
  sys.mount('proc', '/proc', 'proc', 0);
  sys.mount('sysfs', '/sys', 'sysfs', 0);
  sys.mount('cgroup2', '/sys/fs/cgroup', 'cgroup2', 0);
  for (const [name, minor] of [
    ['null', 3],
    ['zero', 5],
    ['full', 7],
    ['urandom', 9],
  ] as const) {
    sys.mknod(`/dev/${name}`, abi.S_IFCHR | 0o666, { major: 1, minor });
  }
  for (const name of programs) yield* putFile(sys, `/bin/${name}`, 0o755, makeImage(name, null));
  for (const [path, content] of Object.entries(files)) {
    const [mode, text] = typeof content === 'string' ? ([0o644, content] as const) : content;
    makeParents(sys, path);
    yield* putFile(sys, path, mode, encode(text));
  }
}

function* putFile(sys: Sys, path: string, mode: number, bytes: Uint8Array): Blocking<void> {
  const fd = yield* sys.open(path, abi.O_WRONLY | abi.O_CREAT | abi.O_TRUNC, mode);
  yield* sys.write(fd, bytes);
  sys.close(fd);
  sys.chmod(path, mode);
}

function makeParents(sys: Sys, path: string): void {
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
    try {
      sys.mkdir(path.slice(0, end));
    } catch (error) {
      if (!abi.isSysError(error, 'EEXIST')) throw error;
    }
  }
}

function* reap(sys: Sys): Blocking<never> {
  for (;;) {
    try {
      yield* sys.waitpid(-1);
    } catch (error) {
      if (!abi.isSysError(error, 'ECHILD', 'EINTR')) throw error;
      if (error.errno === 'ECHILD') yield* sys.sigtimedwait(1n << BigInt(abi.signalNumbers.SIGCHLD - 1), null);
    }
  }
}

function everybody(kernel: SimKernel): string {
  return [...kernel.tasks.all()].map(({ pid, comm, state }) => `${pid} ${comm} ${state}`).join(', ');
}

/** What the kernel knows of the caller. */
export function taskOf(sys: Sys): Task {
  if (sys instanceof TaskSys) return sys.task;
  throw new TypeError('not a system call interface of the kernel');
}

/** The text of a file. */
export function* readText(sys: Sys, path: string): Blocking<string> {
  const fd = yield* sys.open(path, abi.O_RDONLY);
  let text = '';
  for (let chunk = yield* sys.read(fd, 4096); chunk.length > 0; chunk = yield* sys.read(fd, 4096))
    text += decode(chunk);
  sys.close(fd);
  return text;
}

/** Writes to a file that is there, in one go. */
export function* writeText(sys: Sys, path: string, text: string): Blocking<void> {
  const fd = yield* sys.open(path, abi.O_WRONLY);
  try {
    yield* sys.write(fd, encode(text));
  } finally {
    sys.close(fd);
  }
}

/** Writes a line to standard output. */
export function* say(sys: Sys, ...words: unknown[]): Blocking<void> {
  yield* sys.write(1, encode(`${words.join(' ')}\n`));
}

/** The same for what may wait. */
export function* errnoOfWait(work: () => Blocking<unknown>): Blocking<string> {
  try {
    yield* work();
    return 'ok';
  } catch (error) {
    if (abi.isSysError(error)) return error.errno;
    throw error;
  }
}

/** The errno of what `call` throws; `ok` when it works. */
export function errnoOf(call: () => unknown): string {
  try {
    call();
    return 'ok';
  } catch (error) {
    if (abi.isSysError(error)) return error.errno;
    throw error;
  }
}
