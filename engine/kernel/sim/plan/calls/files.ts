/** Calls on names and attributes of files (open(2), openat2(2), mkdir(2) ...). */
import * as abi from '../../abi';
import { SysError } from '../../abi/errno';
import type { Blocking } from '../../sched/blocking';
import type { Handler, PlanCall } from '../plan-call';

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EACCESS = 0x200;
const AT_REMOVEDIR = 0x200;
const AT_SYMLINK_FOLLOW = 0x400;
const AT_EMPTY_PATH = 0x1000;
/** struct open_how: flags, mode, resolve. */
const sizeofOpenHow = 24;

export const fileCalls = {
  openat: (call) => call.sys.open(call.text(1), call.int(2), call.unsigned(3), call.directory(0)),
  openat2,
  faccessat2,
  mkdirat: (call) => call.sys.mkdir(call.text(1), call.unsigned(2), call.directory(0)),
  mknodat,
  symlinkat: (call) => call.sys.symlink(call.text(0), call.text(2), call.directory(1)),
  linkat,
  unlinkat,
  fchmod: (call) => call.sys.fchmod(call.int(0), call.unsigned(1)),
  fchmodat: (call) => call.sys.chmod(call.text(1), call.unsigned(2), call.directory(0)),
  fchown: (call) => call.sys.fchown(call.int(0), call.int(1), call.int(2)),
  fchownat,
  chdir: (call) => call.sys.chdir(call.text(0)),
  fchdir: (call) => call.sys.fchdir(call.int(0)),
  umask: (call) => call.sys.umask(call.unsigned(0)),
} satisfies Record<string, Handler>;

function openat2(call: PlanCall): Blocking<number> {
  const size = call.size(3);
  if (size < sizeofOpenHow) throw new SysError('EINVAL');
  const at = call.size(2);
  const [flags, mode, resolve] = [0, 8, 16].map((offset) => Number(call.memory.unsigned(at + offset)));
  if (
    call.memory
      .bytes(at, size)
      .subarray(sizeofOpenHow)
      .some((byte) => byte !== 0)
  )
    throw new SysError('E2BIG');
  const creates = ((flags ?? 0) & abi.O_CREAT) !== 0;
  if (((mode ?? 0) & ~0o7777) !== 0 || (!creates && mode !== 0)) throw new SysError('EINVAL');
  const from = { ...call.directory(0), resolve: resolve ?? 0 };
  return call.sys.open(call.text(1), flags ?? 0, mode ?? 0, from);
}

function faccessat2(call: PlanCall): void {
  const flags = call.int(3);
  if ((flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) !== 0) throw new SysError('EINVAL');
  call.sys.access(call.text(1), call.int(2), { ...from(call, flags), effective: (flags & AT_EACCESS) !== 0 });
}

function mknodat(call: PlanCall): void {
  const device = call.unsigned(3);
  const numbers = { major: (device >>> 8) & 0xfff, minor: (device & 0xff) | ((device >>> 12) & 0xfff00) };
  call.sys.mknod(call.text(1), call.unsigned(2), numbers, call.directory(0));
}

function linkat(call: PlanCall): void {
  const flags = call.int(4);
  if ((flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) !== 0) throw new SysError('EINVAL');
  call.sys.link(call.text(1), call.text(3), {
    follow: (flags & AT_SYMLINK_FOLLOW) !== 0,
    from: { ...call.directory(0), emptyPath: (flags & AT_EMPTY_PATH) !== 0 },
    to: call.directory(2),
  });
}

function unlinkat(call: PlanCall): void {
  const flags = call.int(2);
  if ((flags & ~AT_REMOVEDIR) !== 0) throw new SysError('EINVAL');
  if (flags === AT_REMOVEDIR) call.sys.rmdir(call.text(1), call.directory(0));
  else call.sys.unlink(call.text(1), call.directory(0));
}

function fchownat(call: PlanCall): void {
  const flags = call.int(4);
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) !== 0) throw new SysError('EINVAL');
  call.sys.chown(call.text(1), call.int(2), call.int(3), from(call, flags));
}

function from(call: PlanCall, flags: number) {
  return {
    ...call.directory(0),
    noFollow: (flags & AT_SYMLINK_NOFOLLOW) !== 0,
    emptyPath: (flags & AT_EMPTY_PATH) !== 0,
  };
}
