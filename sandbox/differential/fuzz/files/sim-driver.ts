/** Does operations on the simulated kernel: the twin of `real-driver.ts`, a program of the simulated Machine. */
import * as kernel from '../../../../engine/kernel/sim';
import { type Blocking, isSysError, type Program, type Sys } from '../../../../engine/kernel/sim';
import { say } from '../say';
import type { Operation } from './operations';

const kinds = {
  shared: kernel.MS_SHARED,
  private: kernel.MS_PRIVATE,
  slave: kernel.MS_SLAVE,
  unbindable: kernel.MS_UNBINDABLE,
};

/** The answers go to standard output as the real driver's do. */
export function simDriver(prepare: string, operations: readonly Operation[], finish: string): Program {
  return function* (sys) {
    yield* shell(sys, prepare);
    for (const operation of operations) yield* say(sys, yield* answer(sys, operation));
    yield* shell(sys, finish);
    return 0;
  };
}

function* answer(sys: Sys, operation: Operation): Blocking<string> {
  try {
    const result = yield* perform(sys, operation);
    return result === undefined ? 'ok' : `ok ${result}`;
  } catch (error) {
    if (isSysError(error)) return error.errno;
    throw error;
  }
}

function* perform(sys: Sys, o: Operation): Blocking<string | undefined> {
  switch (o.op) {
    case 'mkdir':
      return void sys.mkdir(o.path, 0o777);
    case 'rmdir':
      return void sys.rmdir(o.path);
    case 'unlink':
      return void sys.unlink(o.path);
    case 'readdir':
      return sys
        .readdir(o.path)
        .flatMap(({ name }) => (name === '.' || name === '..' ? [] : [name]))
        .sort()
        .join(' ');
    case 'read':
      return yield* read(sys, o.path);
    case 'stat':
      return describe(sys, o.path);
    case 'readlink':
      return sys.readlink(o.path);
    case 'create':
      return yield* create(sys, o);
    case 'write':
      return yield* write(sys, o);
    case 'truncate':
      return void sys.truncate(o.path, o.size);
    case 'chmod':
      return void sys.chmod(o.path, o.mode);
    case 'chown':
      return void sys.chown(o.path, o.uid, o.gid, { noFollow: true });
    case 'rename':
      return void sys.rename(o.path, o.to);
    case 'link':
      return void sys.link(o.path, o.to);
    case 'symlink':
      return void sys.symlink(o.to, o.path);
    case 'mknod':
      return mknod(sys, o.path, o.kind);
    case 'setxattr':
      return void sys.setxattr(o.path, o.name, kernel.encode(o.value), 0, { noFollow: true });
    case 'getxattr':
      return kernel.decode(sys.getxattr(o.path, o.name, { noFollow: true }));
    case 'removexattr':
      return void sys.removexattr(o.path, o.name, { noFollow: true });
    case 'bind':
      return void sys.mount(o.path, o.to, null, kernel.MS_BIND);
    case 'rbind':
      return void sys.mount(o.path, o.to, null, kernel.MS_BIND | kernel.MS_REC);
    case 'move':
      return void sys.mount(o.path, o.to, null, kernel.MS_MOVE);
    case 'tmpfs':
      return void sys.mount(o.source, o.path, 'tmpfs', 0);
    case 'umount':
      return void sys.umount(o.path, 0);
    case 'umountLazy':
      return void sys.umount(o.path, kernel.MNT_DETACH);
    case 'propagation':
      return void sys.mount('none', o.path, null, kinds[o.kind] | (o.recursive ? kernel.MS_REC : 0));
  }
}

function* read(sys: Sys, path: string): Blocking<string> {
  const fd = yield* sys.open(path, kernel.O_RDONLY | kernel.O_NONBLOCK | kernel.O_CLOEXEC);
  try {
    const data = yield* sys.read(fd, 20_000);
    return `${data.length} ${data.reduce((sum, byte) => sum + byte, 0)}`;
  } finally {
    sys.close(fd);
  }
}

function* create(sys: Sys, { path, mode, exclusive }: Extract<Operation, { op: 'create' }>): Blocking<undefined> {
  const flags = kernel.O_CREAT | kernel.O_WRONLY | kernel.O_NONBLOCK | (exclusive ? kernel.O_EXCL : 0);
  sys.close(yield* sys.open(path, flags, mode));
  return undefined;
}

function* write(sys: Sys, o: Extract<Operation, { op: 'write' }>): Blocking<string> {
  const extra = (o.append ? kernel.O_APPEND : 0) | (o.truncate ? kernel.O_TRUNC : 0);
  const fd = yield* sys.open(o.path, kernel.O_WRONLY | kernel.O_NONBLOCK | kernel.O_NOFOLLOW | extra);
  try {
    const data = Uint8Array.from({ length: o.size }, (_, i) => (i * 7 + o.size) & 255);
    return String(o.append ? yield* sys.write(fd, data) : sys.pwrite(fd, data, o.offset));
  } finally {
    sys.close(fd);
  }
}

function describe(sys: Sys, path: string): string {
  const { mode, size, nlink, uid, gid, rdev } = sys.lstat(path);
  const isDirectory = (mode & kernel.S_IFMT) === kernel.S_IFDIR;
  return `${mode.toString(8)} ${isDirectory ? '-' : size} ${nlink} ${uid} ${gid} ${rdev.major}:${rdev.minor}`;
}

function mknod(sys: Sys, path: string, kind: 'fifo' | 'whiteout' | 'null'): undefined {
  if (kind === 'fifo') sys.mknod(path, kernel.S_IFIFO | 0o644);
  else if (kind === 'whiteout') sys.mknod(path, kernel.S_IFCHR, { major: 0, minor: 0 });
  else sys.mknod(path, kernel.S_IFCHR | 0o666, { major: 1, minor: 3 });
  return undefined;
}

function* shell(sys: Sys, script: string): Blocking<void> {
  const env = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'];
  const pid = sys.fork(function* (child) {
    return yield* child.execve('/usr/bin/bash', ['bash', '-c', script], env);
  });
  yield* sys.waitpid(pid);
}
