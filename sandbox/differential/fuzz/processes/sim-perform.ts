/** What one process of the simulated tree does when it is told to. */

import type { Blocking, Sys, WaitResult } from '../../../../engine/kernel/sim';
import * as kernel from '../../../../engine/kernel/sim';
import type { NamespaceFlag, ProcessOperation } from './operations';

const flagBits: Record<NamespaceFlag, number> = {
  mnt: kernel.CLONE_NEWNS,
  uts: kernel.CLONE_NEWUTS,
  ipc: kernel.CLONE_NEWIPC,
  user: kernel.CLONE_NEWUSER,
  pid: kernel.CLONE_NEWPID,
  net: kernel.CLONE_NEWNET,
};

/** `pidOf`: the number in the sequence's own pid namespace of the process that is named. */
export interface Surroundings {
  pidOf(process: number): number;
  /** Notes a signal that was handled. */
  take(signal: number): void;
}

export function flagsOf(names: readonly NamespaceFlag[]): number {
  return names.reduce((all, name) => all | flagBits[name], 0);
}

/** What is added to `ok`. */
export function* perform(
  sys: Sys,
  o: Exclude<ProcessOperation, { op: 'clone' | 'exit' | 'status' | 'exec' }>,
  { pidOf, take }: Surroundings,
): Blocking<string | number | undefined> {
  switch (o.op) {
    case 'unshare':
      return void sys.unshare(flagsOf(o.flags));
    case 'setns':
      return yield* setns(sys, `/proc/${pidOf(o.of)}/ns/${o.kind}`);
    case 'map':
      return yield* opened(sys, `/proc/${pidOf(o.of)}/${o.file}`, kernel.O_WRONLY, function* (fd) {
        yield* sys.write(fd, kernel.encode(o.text));
        return undefined;
      });
    case 'readMap':
      return yield* opened(sys, `/proc/${pidOf(o.of)}/${o.file}`, kernel.O_RDONLY, function* (fd) {
        return kernel
          .decode(yield* sys.read(fd, 4096))
          .trim()
          .replaceAll(/\s+/g, ' ');
      });
    case 'setresuid':
      return void sys.setresuid(...o.ids);
    case 'setresgid':
      return void sys.setresgid(...o.ids);
    case 'setuid':
      return void sys.setuid(o.id);
    case 'setgid':
      return void sys.setgid(o.id);
    case 'setgroups':
      return void sys.setgroups(o.groups);
    case 'who':
      return who(sys);
    case 'setsid':
      return void sys.setsid();
    case 'hostname':
      return sys.uname().nodename;
    case 'sethostname':
      return void sys.sethostname(o.name);
    case 'mount':
      if (o.type === 'bind') return void sys.mount('/tmp', '/mnt', null, kernel.MS_BIND);
      return void sys.mount(o.type, '/mnt', o.type, 0);
    case 'umount':
      return void sys.umount('/mnt');
    case 'create':
      return yield* opened(sys, o.path, kernel.O_CREAT | kernel.O_EXCL | kernel.O_WRONLY);
    case 'read':
      return yield* opened(sys, o.path, kernel.O_RDONLY);
    case 'stat': {
      const { mode, uid, gid } = sys.stat(o.path);
      return `${mode.toString(8)} ${uid} ${gid}`;
    }
    case 'unlink':
      return void sys.unlink(o.path);
    case 'chown':
      return void sys.chown(o.path, o.uid, o.gid);
    case 'chmod':
      return void sys.chmod(o.path, o.mode);
    case 'kill':
      return void sys.kill(o.to, o.signal);
    case 'action':
      return void sys.sigaction(o.signal, o.how === 'handle' ? { handler: take, restart: true } : o.how);
    case 'mask':
      return void sys.sigprocmask(
        o.how,
        o.signals.reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n),
      );
    case 'wait':
      return yield* wait(sys, o);
    case 'setpgid':
      return void sys.setpgid(o.to, o.group);
    case 'getpgid':
      return sys.getpgid(o.to);
    case 'getsid':
      return sys.getsid(o.to);
    case 'subreaper':
      return void sys.setSubreaper(o.on);
    case 'keepCaps':
      return void sys.setKeepCaps(o.on);
    case 'noNewPrivs':
      return void sys.setNoNewPrivs();
    case 'deathSignal':
      return void sys.setParentDeathSignal(o.signal);
    case 'capset':
      return capset(sys, o);
    case 'bound':
      return void sys.capbsetDrop(o.capability);
    case 'ambient':
      return void sys.setAmbient(o.capability, o.on);
  }
}

function* setns(sys: Sys, path: string): Blocking<undefined> {
  const fd = yield* sys.open(path, kernel.O_RDONLY | kernel.O_CLOEXEC);
  try {
    sys.setns(fd, 0);
    return undefined;
  } finally {
    sys.close(fd);
  }
}

function* opened(
  sys: Sys,
  path: string,
  flags: number,
  then?: (fd: number) => Blocking<string | undefined>,
): Blocking<string | undefined> {
  const fd = yield* sys.open(path, flags | kernel.O_CLOEXEC, 0o644);
  try {
    return then && (yield* then(fd));
  } finally {
    sys.close(fd);
  }
}

/** As Python prints tuples and lists. */
function who(sys: Sys): string {
  const [uids, gids] = [sys.getresuid(), sys.getresgid()];
  const groups = sys.getgroups().sort((a, b) => a - b);
  return `${sys.getpid()} ${sys.getppid()} (${uids.join(', ')}) (${gids.join(', ')}) [${groups.join(', ')}]`;
}

function* wait(sys: Sys, { to, options }: Extract<ProcessOperation, { op: 'wait' }>): Blocking<string> {
  const told = [waited(yield* sys.waitpid(to, options))];
  try {
    while (to <= 0 && told.at(-1) !== 'nothing') told.push(waited(yield* sys.waitpid(to, options)));
  } catch (error) {
    if (!kernel.isSysError(error) || error.errno !== 'ECHILD') throw error;
  }
  return told.sort().join(', ');
}

function waited(result: WaitResult | null): string {
  if (result === null) return 'nothing';
  const { pid, event } = result;
  if (event.kind === 'continued') return `${pid} continued`;
  return `${pid} ${event.kind} ${event.kind === 'exited' ? event.code : event.signal}`;
}

function capset(sys: Sys, { drop, from, inherit }: Extract<ProcessOperation, { op: 'capset' }>): undefined {
  const bits = (numbers: readonly number[]) => numbers.reduce((mask, number) => mask | (1n << BigInt(number)), 0n);
  const { effective, permitted, inheritable } = sys.capget();
  sys.capset({
    effective: effective & ~bits(drop),
    permitted: from === 'permitted' ? permitted & ~bits(drop) : permitted,
    inheritable: inheritable | bits(inherit),
  });
}
