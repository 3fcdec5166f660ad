/** Calls on descriptors (read(2), fcntl(2), ioctl(2), poll(2) ...). */
import * as abi from '../../abi';
import { SysError } from '../../abi/errno';
import type { Blocking } from '../../sched/blocking';
import type { Handler, PlanCall } from '../plan-call';
import { ioctl } from './ioctl';
import { maskAt, timespecAt } from './structures';

const CLOSE_RANGE_CLOEXEC = 4;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const sizeofPollfd = 8;
const nsPerMs = 1_000_000;

export const descriptorCalls = {
  read,
  write: (call) => call.sys.write(call.int(0), call.bytes(1, call.size(2))),
  close: (call) => call.sys.close(call.int(0)),
  close_range: closeRange,
  dup2: (call) => call.sys.dup2(call.int(0), call.int(1)),
  dup3,
  lseek: (call) => call.sys.lseek(call.int(0), Number(call.word(1)), call.int(2)),
  pipe2,
  fcntl,
  ioctl,
  memfd_create: memfdCreate,
  poll,
  ppoll,
} satisfies Record<string, Handler>;

function* read(call: PlanCall): Blocking<number> {
  const bytes = yield* call.sys.read(call.int(0), call.size(2));
  call.memory.store(call.size(1), bytes);
  return bytes.length;
}

function closeRange(call: PlanCall): void {
  const [first, last, flags] = [call.unsigned(0), call.unsigned(1), call.unsigned(2)];
  if (first > last || (flags & ~CLOSE_RANGE_CLOEXEC) !== 0) throw new SysError('EINVAL');
  for (const fd of call.sys.openFds()) {
    if (fd < first || fd > last) continue;
    if (flags === CLOSE_RANGE_CLOEXEC) call.sys.setCloseOnExec(fd, true);
    else call.sys.close(fd);
  }
}

function dup3(call: PlanCall): number {
  const [from, to, flags] = [call.int(0), call.int(1), call.int(2)];
  if ((flags & ~abi.O_CLOEXEC) !== 0 || from === to) throw new SysError('EINVAL');
  return call.sys.dup2(from, to, flags !== 0);
}

function pipe2(call: PlanCall): void {
  const flags = call.int(1);
  if ((flags & ~(abi.O_CLOEXEC | abi.O_NONBLOCK)) !== 0) throw new SysError('EINVAL');
  const closeOnExec = (flags & abi.O_CLOEXEC) !== 0;
  const { readEnd, writeEnd } = call.sys.pipe({ closeOnExec, nonBlock: (flags & abi.O_NONBLOCK) !== 0 });
  call.memory.setInt(call.size(0), readEnd);
  call.memory.setInt(call.size(0) + 4, writeEnd);
}

function fcntl(call: PlanCall): number | void {
  const [fd, command, value] = [call.int(0), call.int(1), call.int(2)];
  const { sys } = call;
  switch (command) {
    case 0: // F_DUPFD
      return sys.dup(fd, value);
    case 1: // F_GETFD
      return sys.getCloseOnExec(fd) ? 1 : 0;
    case 2: // F_SETFD
      return sys.setCloseOnExec(fd, (value & 1) !== 0);
    case 3: // F_GETFL
      return sys.getFlags(fd);
    case 4: // F_SETFL
      return sys.setFlags(fd, value);
    case 1030: {
      // F_DUPFD_CLOEXEC
      const copy = sys.dup(fd, value);
      sys.setCloseOnExec(copy, true);
      return copy;
    }
    default:
      throw new SysError('EINVAL');
  }
}

function memfdCreate(call: PlanCall): number {
  const flags = call.unsigned(1);
  if ((flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING)) !== 0) throw new SysError('EINVAL');
  return call.sys.memfdCreate(call.text(0), (flags & MFD_CLOEXEC) !== 0);
}

function poll(call: PlanCall): Blocking<number> {
  const timeout = call.int(2);
  return pollWithin(call, timeout < 0 ? null : timeout * nsPerMs);
}

function* ppoll(call: PlanCall): Blocking<number> {
  const timeout = timespecAt(call, 2);
  const mask = call.word(3) === 0n ? null : maskAt(call, 3, 4);
  const before = mask === null ? null : call.sys.sigprocmask('set', mask);
  try {
    return yield* pollWithin(call, timeout);
  } finally {
    if (before !== null) call.sys.sigprocmask('set', before);
  }
}

function* pollWithin(call: PlanCall, timeout: number | null): Blocking<number> {
  const { memory } = call;
  const from = call.size(0);
  const requests = Array.from({ length: call.size(1) }, (_, index) => {
    const at = from + sizeofPollfd * index;
    return { fd: memory.int(at) | 0, events: memory.half(at + 4) };
  });
  const { ready, revents } = yield* call.sys.poll(requests, timeout);
  revents.forEach((bits, index) => {
    memory.store(from + sizeofPollfd * index + 6, Uint8Array.of(bits & 0xff, bits >> 8));
  });
  return ready;
}
