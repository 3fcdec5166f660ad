/**
 * renice(1), ionice(1), taskset(1), chrt(1), choom(1): how a process is scheduled. There is one processor and one policy
 * here, so all but niceness and the OOM score can be looked at and left as they are.
 */
import { type Blocking, isSysError, O_WRONLY, type Sys, strerror } from '../../kernel/sim';
import { readFileOrNull, writeAll } from '../lib/io';
import { execOrFail, Fatal, type Frame, utilLinux } from './common/frame';

const badUsage = (name: string) => `bad usage\nTry '${name} --help' for more information.`;

function pidOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new Fatal(`invalid PID argument: '${text}'`);
  return Number(text);
}

function mustExist(sys: Sys, pid: number, message: string): void {
  try {
    sys.getpriority(pid);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${message}: ${strerror(error.errno)}`);
  }
}

export const renice = utilLinux({
  name: 'renice',
  options: [
    { long: 'priority', short: 'n', value: 'required' },
    { long: 'relative', value: 'required' },
    { long: 'pid', short: 'p' },
    { long: 'pgrp', short: 'g' },
    { long: 'user', short: 'u' },
  ],
  help: '[-n] <priority> [-p|--pid] <pid>...\n renice [-n] <priority>  -g|--pgrp <pgid>...\n renice [-n] <priority>  -u|--user <user>...\n\nAlter the priority of running processes.',
  *run(frame) {
    const { sys, options: given } = frame;
    const operands = [...given.operands];
    const text = given.value('relative') ?? given.value('priority') ?? operands.shift();
    if (text === undefined || operands.length === 0) {
      throw new Fatal("not enough arguments\nTry 'renice --help' for more information.");
    }
    if (!/^[+-]?\d+$/.test(text))
      throw new Fatal(`invalid priority '${text}'\nTry 'renice --help' for more information.`);
    if (given.has('pgrp') || given.has('user'))
      throw new Fatal('only single processes can be given another priority here');
    let status = 0;
    for (const operand of operands) {
      const problem = yield* change(frame, operand, Number(text), given.has('relative'));
      if (problem === null) continue;
      yield* writeAll(sys, 2, `renice: ${problem}\n`);
      status = 1;
    }
    return status;
  },
});

function* change({ sys, out }: Frame, operand: string, value: number, relative: boolean): Blocking<string | null> {
  if (!/^\d+$/.test(operand)) return `bad process ID value: ${operand}`;
  const pid = Number(operand);
  let before: number;
  try {
    before = sys.getpriority(pid);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return `failed to get priority for ${pid} (process ID): ${strerror(error.errno)}`;
  }
  try {
    sys.setpriority(pid, relative ? before + value : value);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return `failed to set priority for ${pid} (process ID): ${strerror(error.errno)}`;
  }
  yield* out.line(`${pid} (process ID) old priority ${before}, new priority ${sys.getpriority(pid)}`);
  return null;
}

export const ionice = utilLinux({
  name: 'ionice',
  options: [
    { long: 'class', short: 'c', value: 'required' },
    { long: 'classdata', short: 'n', value: 'required' },
    { long: 'pid', short: 'p', value: 'required' },
    { long: 'ignore', short: 't' },
  ],
  stopAtOperand: true,
  help: '[options] -p <pid>...\n ionice [options] <command>\n\nShow or change the I/O-scheduling class and priority of a process.',
  *run(frame) {
    const { sys, options: given, out } = frame;
    const kind = given.value('class');
    if (kind !== null && !/^([0-3]|none|realtime|best-effort|idle)$/.test(kind))
      throw new Fatal(`unknown scheduling class: '${kind}'`);
    if (given.operands.length > 0 && !given.has('pid')) return yield* execOrFail(frame, given.operands);
    const pid = given.value('pid');
    if (pid !== null) mustExist(sys, pidOf(pid), 'ioprio_get failed');
    if (kind === null) yield* out.line('none: prio 0');
    return 0;
  },
});

export const taskset = utilLinux({
  name: 'taskset',
  options: [
    { long: 'all-tasks', short: 'a' },
    { long: 'pid', short: 'p' },
    { long: 'cpu-list', short: 'c' },
  ],
  stopAtOperand: true,
  help: '[options] [mask | cpu-list] [pid|cmd [args...]]\n\nShow or change the CPU affinity of a process.',
  *run(frame) {
    const { sys, options: given, out } = frame;
    const operands = [...given.operands];
    const isList = given.has('cpu-list');
    const own = given.has('pid');
    if (operands.length === 0 || (!own && operands.length < 2)) throw new Fatal(badUsage('taskset'));
    const mask = own && operands.length === 1 ? null : (operands.shift() ?? '');
    const target = own ? pidOf(operands[0] ?? '') : sys.getpid();
    if (own) mustExist(sys, target, `failed to get pid ${target}'s affinity`);
    const word = isList ? 'list' : 'mask';
    const all = isList ? '0' : '1';
    if (own) yield* out.line(`pid ${target}'s current affinity ${word}: ${all}`);
    if (mask !== null) {
      if (!includesFirst(mask, isList)) throw new Fatal(`failed to set pid ${target}'s affinity: Invalid argument`);
      if (own) yield* out.line(`pid ${target}'s new affinity ${word}: ${all}`);
      else return yield* execOrFail(frame, operands);
    }
    return 0;
  },
});

/** Whether the only processor is among them. */
function includesFirst(text: string, isList: boolean): boolean {
  if (isList) {
    if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) throw new Fatal(`failed to parse CPU list: ${text}`);
    return text.split(',').some((part) => Number(part.split('-')[0]) === 0);
  }
  if (!/^(0x)?[0-9a-f]+$/i.test(text)) throw new Fatal(`failed to parse CPU mask: ${text}`);
  return (Number.parseInt(text.slice(-1), 16) & 1) === 1;
}

const policies = ['OTHER', 'FIFO', 'RR', 'BATCH', 'IDLE', 'DEADLINE'];

export const chrt = utilLinux({
  name: 'chrt',
  options: [
    ...policies.map((name) => ({
      long: name.toLowerCase(),
      short: name === 'DEADLINE' ? 'd' : name.slice(0, 1).toLowerCase(),
    })),
    { long: 'max', short: 'm' },
    { long: 'pid', short: 'p' },
    { long: 'verbose', short: 'v' },
  ],
  stopAtOperand: true,
  help: '[options] <priority> <command> [<arg>...]\n chrt [options] --pid <priority> <pid>\n\nShow or change the real-time scheduling attributes of a process.',
  *run(frame) {
    const { sys, options: given, out } = frame;
    if (given.has('max')) {
      for (const name of policies) {
        const range = name === 'FIFO' || name === 'RR' ? '1/99' : '0/0';
        yield* out.line(`SCHED_${name} min/max priority\t: ${range}`);
      }
      return 0;
    }
    const operands = [...given.operands];
    if (operands.length === 0) throw new Fatal(badUsage('chrt'));
    if (given.has('pid') && operands.length === 1) {
      const pid = pidOf(operands[0] ?? '');
      mustExist(sys, pid, `failed to get pid ${pid}'s policy`);
      yield* out.line(`pid ${pid}'s current scheduling policy: SCHED_OTHER`);
      yield* out.line(`pid ${pid}'s current scheduling priority: 0`);
      return 0;
    }
    operands.shift();
    if (!given.has('other')) {
      const pid = given.has('pid') ? pidOf(operands[0] ?? '') : 0;
      throw new Fatal(`failed to set pid ${pid}'s policy: Operation not permitted`);
    }
    return given.has('pid') ? 0 : yield* execOrFail(frame, operands);
  },
});

export const choom = utilLinux({
  name: 'choom',
  options: [
    { long: 'adjust', short: 'n', value: 'required' },
    { long: 'pid', short: 'p', value: 'required' },
  ],
  stopAtOperand: true,
  help: '[options] -p <pid>\n choom [options] -n <number> -p <pid>\n choom [options] -n <number> [--] <command> [args...]\n\nDisplay and adjust OOM-killer score.',
  *run(frame) {
    const { sys, options: given, out } = frame;
    const adjust = given.value('adjust');
    const pid = given.value('pid');
    if (pid === null && given.operands.length === 0) throw new Fatal('no PID or COMMAND specified');
    const place = `/proc/${pid ?? 'self'}`;
    const before = (yield* readFileOrNull(sys, `${place}/oom_score_adj`))?.trim();
    if (before === undefined) throw new Fatal(`failed to read OOM score adjust value`);
    if (adjust === null) {
      yield* out.line(`pid ${pid}'s current OOM score: ${(yield* readFileOrNull(sys, `${place}/oom_score`))?.trim()}`);
      yield* out.line(`pid ${pid}'s current OOM score adjust value: ${before}`);
      return 0;
    }
    yield* setScore(sys, `${place}/oom_score_adj`, adjust);
    if (pid === null) return yield* execOrFail(frame, given.operands);
    yield* out.line(`pid ${pid}'s OOM score adjust value changed from ${before} to ${adjust}`);
    return 0;
  },
});

function* setScore(sys: Sys, path: string, value: string): Blocking<void> {
  try {
    const fd = yield* sys.open(path, O_WRONLY);
    yield* writeAll(sys, fd, value);
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`failed to set score adjust value: ${strerror(error.errno)}`);
  }
}
