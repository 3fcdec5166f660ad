/** execve(2): finds the program, changes who the process is, and lets the program take over. */
import { SysError } from '../abi/errno';
import type { SimKernel } from '../kernel';
import type { Blocking } from '../sched/blocking';
import { filtered } from '../seccomp/filtered-sys';
import { checkArguments, environmentOf } from './exec-arguments';
import { credentialsAfterExec } from './exec-credentials';
import { type Executable, findExecutable } from './exec-file';
import type { SimTask } from './sim-task';

/** What loading and linking a program takes. */
const execCostNs = 250_000;
/** Memory a small program has of its own. */
const programBytes = 1 << 20;
const commBytes = 15;

/** Answers with the new program's first breath; does not come back. Errors as execve(2). */
export function* execute(
  kernel: SimKernel,
  task: SimTask,
  file: string,
  argv: readonly string[],
  env: readonly string[],
): Blocking<never> {
  checkArguments(argv, env);
  const found = findExecutable(kernel, task, file, argv.length === 0 ? [''] : argv);
  const cred = credentialsAfterExec(task, found.path);
  task.job.spend(execCostNs);
  takeMemory(kernel, task);
  if (task.cred.effective !== 0n) task.usedPrivilege = true;
  replace(kernel, task, found, env);
  kernel.namespaces.setCredentials(task, cred);
  const sys = filtered(kernel, task, kernel.tasks.sysOf(task));
  yield { queues: [], image: found.program(sys, found.argv, environmentOf(env)) };
  throw new Error('a program went on after it had been replaced');
}

/** The new program's memory is taken before the old one's is given back: when there is too little, nothing has changed. */
function takeMemory(kernel: SimKernel, task: SimTask): void {
  if (programBytes > task.limits.as.soft) throw new SysError('ENOMEM');
  const change = programBytes - task.memory;
  if (change > 0) kernel.cgroups.charge(task, change);
  else if (change < 0) kernel.cgroups.uncharge(task, -change);
  task.memory = programBytes;
}

/** The point of no return: what the process was is gone. */
function replace(kernel: SimKernel, task: SimTask, { path, argv, name }: Executable, env: readonly string[]): void {
  kernel.ipc.executed(task);
  kernel.vfs.closeOnExec(task);
  for (const [signal, action] of task.signals.actions) {
    if (typeof action === 'object') task.signals.actions.delete(signal);
  }
  task.exe = path;
  task.argv = argv;
  // A list of its own: it also tells this program from the one before.
  task.env = [...env];
  task.comm = truncated(name);
  task.hasExecuted = true;
  task.memoryUser = task.cred.user;
  task.dumpable = task.cred.euid === task.cred.uid && task.cred.egid === task.cred.gid;
  kernel.namespaces.taskExecuted(task);
  kernel.touch('processes');
}

/** As many characters as fit into the 15 bytes of a name. */
export function truncated(name: string): string {
  let bytes = 0;
  let end = 0;
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > commBytes) break;
    end += char.length;
  }
  return name.slice(0, end);
}
