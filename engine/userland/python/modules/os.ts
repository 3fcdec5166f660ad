/** os and os.path. */

import type { Blocking, Stat } from '../../../kernel/sim';
import * as abi from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { execByName } from '../../lib/exec';
import { baseName } from '../../lib/paths';
import type { Interpreter } from '../interpreter';
import { collect } from '../iteration';
import { NotThereError } from '../lexer';
import { blockingCall, blockingFn, bytesArg, fn, intArg, kernelCall, namespace, pathArg, textArg } from '../native';
import { type Py, PyBytes, PyDict, PyList, type PyObject, PyTuple, str } from '../values';
import { statusOf, waitFor } from './processes';

const constants: Readonly<Record<string, number>> = {
  O_RDONLY: abi.O_RDONLY,
  O_WRONLY: abi.O_WRONLY,
  O_RDWR: abi.O_RDWR,
  O_CREAT: abi.O_CREAT,
  O_EXCL: abi.O_EXCL,
  O_TRUNC: abi.O_TRUNC,
  O_APPEND: abi.O_APPEND,
  O_NONBLOCK: abi.O_NONBLOCK,
  O_CLOEXEC: abi.O_CLOEXEC,
  O_DIRECTORY: abi.O_DIRECTORY,
  O_NOFOLLOW: abi.O_NOFOLLOW,
  F_OK: abi.F_OK,
  R_OK: abi.R_OK,
  W_OK: abi.W_OK,
  X_OK: abi.X_OK,
  SEEK_SET: abi.SEEK_SET,
  SEEK_CUR: abi.SEEK_CUR,
  SEEK_END: abi.SEEK_END,
};

export function osModule(interpreter: Interpreter): PyObject {
  const { sys, env } = interpreter;
  const path = pathModule(interpreter);
  interpreter.modules.set('os.path', path);
  const environ = new PyDict();
  for (const [name, value] of Object.entries(env)) environ.set(name, value);
  const onPath = (name: string, work: (path: string, args: readonly Py[]) => Py | void) =>
    fn(name, (args) => {
      const path = pathArg(args, 0, name);
      return kernelCall(() => work(path, args), path) ?? null;
    });
  const onPaths = (name: string, work: (path: string, other: string) => void) =>
    fn(name, (args) => {
      const [path, other] = [pathArg(args, 0, name), pathArg(args, 1, name)];
      kernelCall(() => work(path, other), path, other);
      return null;
    });
  const number = (name: string, read: () => number) => fn(name, () => BigInt(read()));
  const members: Record<string, Py> = bare({
    environ,
    sep: '/',
    linesep: '\n',
    name: 'posix',
    path,
    WNOHANG: 1n,
    getpid: number('getpid', () => sys.getpid()),
    getppid: number('getppid', () => sys.getppid()),
    getuid: number('getuid', () => sys.getuid()),
    geteuid: number('geteuid', () => sys.geteuid()),
    getgid: number('getgid', () => sys.getgid()),
    getegid: number('getegid', () => sys.getegid()),
    getpgrp: number('getpgrp', () => sys.getpgid()),
    getsid: fn('getsid', (args) => BigInt(kernelCall(() => sys.getsid(intArg(args, 0, 0))))),
    getgroups: fn('getgroups', () => new PyList(sys.getgroups().map(BigInt))),
    cpu_count: fn('cpu_count', () => 1n),
    setuid: fn('setuid', (args) => done(() => sys.setuid(intArg(args, 0)))),
    setgid: fn('setgid', (args) => done(() => sys.setgid(intArg(args, 0)))),
    setsid: fn('setsid', () => done(() => void sys.setsid())),
    umask: fn('umask', (args) => BigInt(sys.umask(intArg(args, 0)))),
    getcwd: fn('getcwd', () => kernelCall(() => sys.getcwd())),
    getenv: fn('getenv', ([key = null, otherwise = null]) => environ.get(key) ?? otherwise),
    strerror: fn('strerror', (args) => messageOf(intArg(args, 0))),
    kill: fn('kill', (args) => done(() => sys.kill(intArg(args, 0), intArg(args, 1)))),
    listdir: fn('listdir', (args) => {
      const path = args.length === 0 ? '.' : pathArg(args, 0, 'listdir');
      return new PyList(
        kernelCall(() => sys.readdir(path), path)
          .map(({ name }) => name)
          .filter((name) => name !== '.' && name !== '..'),
      );
    }),
    chdir: onPath('chdir', (path) => sys.chdir(path)),
    chroot: onPath('chroot', (path) => sys.chroot(path)),
    mkdir: onPath('mkdir', (path, args) => sys.mkdir(path, intArg(args, 1, 0o777))),
    rmdir: onPath('rmdir', (path) => sys.rmdir(path)),
    unlink: onPath('unlink', (path) => sys.unlink(path)),
    remove: onPath('remove', (path) => sys.unlink(path)),
    readlink: onPath('readlink', (path) => sys.readlink(path)),
    chmod: onPath('chmod', (path, args) => sys.chmod(path, intArg(args, 1))),
    chown: onPath('chown', (path, args) => sys.chown(path, intArg(args, 1), intArg(args, 2))),
    rename: onPaths('rename', (path, other) => sys.rename(path, other)),
    link: onPaths('link', (path, other) => sys.link(path, other)),
    symlink: onPaths('symlink', (path, other) => sys.symlink(path, other)),
    stat: onPath('stat', (path) => statResult(sys.stat(path))),
    lstat: onPath('lstat', (path) => statResult(sys.lstat(path))),
    access: fn('access', (args) => {
      try {
        sys.access(pathArg(args, 0, 'access'), intArg(args, 1));
        return true;
      } catch (error) {
        if (!abi.isSysError(error)) throw error;
        return false;
      }
    }),
    makedirs: onPath('makedirs', (path) => {
      const parts = path.split('/');
      for (let at = 1; at <= parts.length; at++) {
        const front = parts.slice(0, at).join('/');
        if (front === '' || (at < parts.length && exists(interpreter, front))) continue;
        sys.mkdir(front, 0o777);
      }
    }),
    uname: fn('uname', () => {
      const { sysname, nodename, release, version, machine } = sys.uname();
      return new PyTuple([sysname, nodename, release, version, machine], {
        type: 'posix.uname_result',
        fields: ['sysname', 'nodename', 'release', 'version', 'machine'],
      });
    }),
    open: blockingFn('open', function* (args): Blocking<Py> {
      const path = pathArg(args, 0, 'open');
      return BigInt(
        yield* blockingCall(() => sys.open(path, intArg(args, 1) | abi.O_CLOEXEC, intArg(args, 2, 0o777)), path),
      );
    }),
    close: fn('close', (args) => done(() => sys.close(intArg(args, 0)))),
    dup: fn('dup', (args) => BigInt(kernelCall(() => sys.dup(intArg(args, 0))))),
    dup2: fn('dup2', (args) => BigInt(kernelCall(() => sys.dup2(intArg(args, 0), intArg(args, 1))))),
    isatty: fn('isatty', (args) => sys.isatty(intArg(args, 0))),
    read: blockingFn('read', function* (args): Blocking<Py> {
      return new PyBytes(yield* blockingCall(() => sys.read(intArg(args, 0), intArg(args, 1))));
    }),
    write: blockingFn('write', function* (args): Blocking<Py> {
      return BigInt(yield* blockingCall(() => sys.write(intArg(args, 0), bytesArg(args, 1))));
    }),
    pipe: fn('pipe', () => {
      const { readEnd, writeEnd } = kernelCall(() => sys.pipe({ closeOnExec: true }));
      return new PyTuple([BigInt(readEnd), BigInt(writeEnd)]);
    }),
    system: blockingFn('system', function* (args): Blocking<Py> {
      const command = textArg(args, 0, 'system');
      yield* interpreter.output.flush();
      const pid = sys.fork(function* (child) {
        yield* execByName(child, ['/bin/sh', '-c', command], env);
        return 127;
      });
      return BigInt(statusOf(yield* waitFor(sys, pid)) << 8);
    }),
    execvp: blockingFn('execvp', function* (args): Blocking<Py> {
      const file = textArg(args, 0, 'execvp');
      const argv = (yield* collect(args[1] ?? null)).map(str);
      yield* interpreter.output.flush();
      const errno = yield* execByName(
        sys,
        [file, ...argv.slice(1)],
        Object.fromEntries([...environ.entries.values()].map(([key, value]) => [str(key), str(value)])),
      );
      return kernelCall(() => {
        throw new abi.SysError(errno);
      });
    }),
    _exit: fn('_exit', (args) => sys.exit(intArg(args, 0))),
    fork: fn('fork', () => {
      throw new NotThereError('does not know os.fork: a process here cannot go on twice from one place');
    }),
  });
  for (const [name, value] of Object.entries(constants)) members[name] = BigInt(value);
  return namespace('module', "<module 'os' (frozen)>", members);
}

function done(work: () => void): null {
  kernelCall(work);
  return null;
}

function messageOf(number: number): string {
  const errno = abi.errnoByNumber(number);
  if (errno !== undefined) return abi.strerror(errno);
  return number === 0 ? 'Success' : `Unknown error ${number}`;
}

const statFields = [
  'st_mode',
  'st_ino',
  'st_dev',
  'st_nlink',
  'st_uid',
  'st_gid',
  'st_size',
  'st_atime',
  'st_mtime',
  'st_ctime',
];

function statResult(stat: Stat): PyTuple {
  const seconds = (time: number) => Math.floor(time / 1e9);
  const values = [
    stat.mode,
    stat.ino,
    stat.dev.major * 256 + stat.dev.minor,
    stat.nlink,
    stat.uid,
    stat.gid,
    stat.size,
    seconds(stat.atime),
    seconds(stat.mtime),
    seconds(stat.ctime),
  ];
  return new PyTuple(values.map(BigInt), { type: 'os.stat_result', fields: statFields });
}

function statOrNull({ sys }: Interpreter, path: string, follow = true): Stat | null {
  try {
    return follow ? sys.stat(path) : sys.lstat(path);
  } catch (error) {
    if (!abi.isSysError(error)) throw error;
    return null;
  }
}

function exists(interpreter: Interpreter, path: string): boolean {
  return statOrNull(interpreter, path) !== null;
}

export function pathModule(interpreter: Interpreter): PyObject {
  const type = (path: string, follow = true) => (statOrNull(interpreter, path, follow)?.mode ?? 0) & abi.S_IFMT;
  const onText = (name: string, work: (path: string) => Py) => fn(name, (args) => work(pathArg(args, 0, name)));
  const join = (parts: readonly string[]) =>
    parts.reduce(
      (front, part) =>
        part.startsWith('/') || front === '' ? part : front.endsWith('/') ? front + part : `${front}/${part}`,
      '',
    );
  const normal = (path: string) => {
    const out: string[] = [];
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
      else if (part !== '..' || !path.startsWith('/')) out.push(part);
    }
    return `${path.startsWith('/') ? '/' : ''}${out.join('/')}` || '.';
  };
  return namespace('module', "<module 'posixpath' (frozen)>", {
    exists: onText('exists', (path) => exists(interpreter, path)),
    isdir: onText('isdir', (path) => type(path) === abi.S_IFDIR),
    isfile: onText('isfile', (path) => type(path) === abi.S_IFREG),
    islink: onText('islink', (path) => type(path, false) === abi.S_IFLNK),
    getsize: onText('getsize', (path) => BigInt(kernelCall(() => interpreter.sys.stat(path), path).size)),
    basename: onText('basename', (path) => path.slice(path.lastIndexOf('/') + 1)),
    dirname: onText('dirname', (path) => {
      const head = path.slice(0, path.lastIndexOf('/') + 1);
      return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
    }),
    join: fn('join', (args) => join(args.map((_, at) => pathArg(args, at, 'join')))),
    normpath: onText('normpath', normal),
    abspath: onText('abspath', (path) => normal(join([interpreter.sys.getcwd(), path]))),
    isabs: onText('isabs', (path) => path.startsWith('/')),
    splitext: onText('splitext', (path) => {
      const base = baseName(path);
      const dot = base.lastIndexOf('.');
      const cut = dot > 0 ? path.length - (base.length - dot) : path.length;
      return new PyTuple([path.slice(0, cut), path.slice(cut)]);
    }),
  });
}
