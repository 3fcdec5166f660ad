/** unshare(1): runs a program in new namespaces, and pins them to files where asked. */
import * as kernel from '../../kernel/sim';
import { type Blocking, isSysError, type Sys, signalNumbers } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import type { OptionSpec, ParsedOptions } from '../lib/options';
import { Accounts } from '../lib/users';
import { Fatal, type Frame, failed, guarded, orFail, utilLinux } from './common/frame';
import { mapAuto } from './common/map-auto';
import { namespaceOptions } from './common/namespaces';
import { endsInTurn, inChild, runOperands } from './common/run';

const options: OptionSpec[] = [
  ...namespaceOptions.flatMap(({ long, short }): OptionSpec[] => [
    { short, as: long },
    { long, value: 'optional' },
  ]),
  { long: 'fork', short: 'f' },
  { long: 'map-user', value: 'required' },
  { long: 'map-group', value: 'required' },
  { long: 'map-root-user', short: 'r' },
  { long: 'map-current-user', short: 'c' },
  { long: 'map-auto' },
  { long: 'map-users', value: 'required' },
  { long: 'map-groups', value: 'required' },
  { long: 'kill-child', value: 'optional' },
  { long: 'mount-proc', value: 'optional' },
  { long: 'propagation', value: 'required' },
  { long: 'setgroups', value: 'required' },
  { long: 'keep-caps' },
  { long: 'root', short: 'R', value: 'required' },
  { long: 'wd', short: 'w', value: 'required' },
  { long: 'setuid', short: 'S', value: 'required' },
  { long: 'setgid', short: 'G', value: 'required' },
  { long: 'monotonic', value: 'required' },
  { long: 'boottime', value: 'required' },
];

const propagations = new Map([
  ['slave', kernel.MS_REC | kernel.MS_SLAVE],
  ['private', kernel.MS_REC | kernel.MS_PRIVATE],
  ['shared', kernel.MS_REC | kernel.MS_SHARED],
  ['unchanged', 0],
]);

/** The caller does not enter these itself. */
const forChildren = new Map([
  [kernel.CLONE_NEWPID, 'pid_for_children'],
  [kernel.CLONE_NEWTIME, 'time_for_children'],
]);

interface Wanted {
  flags: number;
  /** Files to pin namespaces at. */
  pins: Array<{ file: string; target: string; flag: number }>;
  mapUid: number | null;
  mapGid: number | null;
  propagation: number;
  setgroups: string | null;
}

export const unshare = utilLinux({
  name: 'unshare',
  options,
  stopAtOperand: true,
  help: '[options] [<program> [<argument>...]]\n\nRun a program with some namespaces unshared from the parent.',
  *run(frame) {
    const wanted = read(frame, yield* Accounts.load(frame.sys));
    const { sys, options: given } = frame;
    const real = { uid: sys.geteuid(), gid: sys.getegid() };
    const rest = (child: Sys) => guarded(child, frame.name, () => finish({ ...frame, sys: child }, wanted, real));
    const mountPin = wanted.pins.some(({ flag }) => flag === kernel.CLONE_NEWNS);
    const ready = sys.pipe({ closeOnExec: true });
    const binder = mountPin ? forkBinder(sys, wanted, ready) : null;
    const mapper = yield* mapAuto(frame, { uid: wanted.mapUid, gid: wanted.mapGid }, real);
    orFail('unshare failed', () => sys.unshare(wanted.flags));
    yield* setClocks(frame);
    if (mapper) yield* mapper();
    if (binder !== null) {
      sys.close(ready.writeEnd);
      yield* sys.waitpid(binder);
      if (given.has('fork')) return yield* inChild(sys, rest, endsInTurn);
    } else if (given.has('fork')) {
      return yield* inChild(sys, rest, endsInTurn, () => bindAll(sys, wanted, 'self'));
    } else bindAll(sys, wanted, 'self');
    return yield* rest(sys);
  },
});

function read({ options: given, sys }: Frame, accounts: Accounts): Wanted {
  const pins: Wanted['pins'] = [];
  let flags = 0;
  for (const { long, flag, file } of namespaceOptions) {
    if (!given.has(long)) continue;
    flags |= flag;
    const target = given.value(long);
    if (target !== null) pins.push({ file: forChildren.get(flag) ?? file, target, flag });
  }
  if (given.has('mount-proc')) flags |= kernel.CLONE_NEWNS;
  const maps = ['map-user', 'map-group', 'map-root-user', 'map-current-user', 'map-auto', 'map-users', 'map-groups'];
  if (maps.some((name) => given.has(name))) flags |= kernel.CLONE_NEWUSER;
  if (given.has('monotonic') || given.has('boottime')) {
    if (!(flags & kernel.CLONE_NEWTIME))
      throw new Fatal('options --monotonic and --boottime require unsharing of a time namespace (-t)');
  }
  const propagation = given.value('propagation') ?? 'private';
  const mode = propagations.get(propagation);
  if (mode === undefined) throw new Fatal(`unsupported propagation mode: ${propagation}`);
  return { flags, pins, ...readMaps(given, sys, accounts), propagation: mode, setgroups: readSetgroups(given) };
}

function readMaps(
  given: ParsedOptions,
  sys: Sys,
  accounts: Accounts,
): { mapUid: number | null; mapGid: number | null } {
  let [mapUid, mapGid]: Array<number | null> = [null, null];
  for (const { name, value } of given.given) {
    if (name === 'map-root-user') [mapUid, mapGid] = [0, 0];
    else if (name === 'map-current-user') [mapUid, mapGid] = [sys.geteuid(), sys.getegid()];
    else if (name === 'map-user') mapUid = accounts.user(value ?? '')?.uid ?? idOf(value ?? '', 'uid');
    else if (name === 'map-group') mapGid = accounts.group(value ?? '')?.gid ?? idOf(value ?? '', 'gid');
  }
  return { mapUid: mapUid ?? null, mapGid: mapGid ?? null };
}

function idOf(text: string, kind: 'uid' | 'gid'): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Fatal(`failed to parse ${kind}: '${text}'`);
}

function readSetgroups(given: ParsedOptions): string | null {
  const value = given.value('setgroups');
  if (value === null || value === 'allow' || value === 'deny') return value;
  throw new Fatal(`unsupported --setgroups argument '${value}'`);
}

/** Pins from outside the new mount namespace: a mount made inside would stay there. */
function forkBinder(sys: Sys, wanted: Wanted, ready: { readEnd: number; writeEnd: number }): number {
  const parent = sys.getpid();
  return sys.fork(function* (child) {
    child.close(ready.writeEnd);
    yield* child.read(ready.readEnd, 1);
    bindAll(child, wanted, String(parent));
    return 0;
  });
}

function bindAll(sys: Sys, { pins }: Wanted, process: string): void {
  for (const { file, target } of pins) {
    orFail(`mount /proc/${process === 'self' ? sys.getpid() : process}/ns/${file} on ${target} failed`, () =>
      sys.mount(`/proc/${process}/ns/${file}`, target, null, kernel.MS_BIND),
    );
  }
}

function* setClocks({ sys, options: given }: Frame): Blocking<void> {
  for (const [name, clock] of [
    ['monotonic', 1],
    ['boottime', 7],
  ] as const) {
    const value = given.value(name);
    if (value === null) continue;
    try {
      yield* writeThrough(sys, '/proc/self/timens_offsets', `${clock} ${Number(value)} 0`);
    } catch (error) {
      throw isSysError(error) ? failed('failed to write to /proc/self/timens_offsets', error) : error;
    }
  }
}

/** Everything that is done inside, up to the program. */
function* finish(frame: Frame, wanted: Wanted, real: { uid: number; gid: number }): Blocking<number> {
  const { sys, options: given } = frame;
  if (given.has('kill-child')) sys.setParentDeathSignal(killSignal(given.value('kill-child')));
  yield* mapOwn(frame, wanted, real);
  if (wanted.flags & kernel.CLONE_NEWNS && wanted.propagation !== 0) {
    orFail('cannot change root filesystem propagation', () => sys.mount('none', '/', null, wanted.propagation));
  }
  changeRoot(frame);
  mountProc(frame, wanted.propagation);
  yield* changeIds(frame);
  if (given.has('keep-caps')) keepCapabilities(sys);
  return yield* runOperands(frame, given.operands);
}

/** The single ids; where ranges were asked for, newuidmap and newgidmap have written these too. */
function* mapOwn(
  { sys, options: given }: Frame,
  { mapUid, mapGid, setgroups }: Wanted,
  real: { uid: number; gid: number },
): Blocking<void> {
  const hasRanges = (name: string) => given.has('map-auto') || given.has(name);
  if (mapUid !== null && !hasRanges('map-users')) yield* writeMap(sys, '/proc/self/uid_map', `${mapUid} ${real.uid} 1`);
  if (mapGid !== null && !hasRanges('map-groups')) {
    if (setgroups === 'allow') {
      throw new Fatal('options --setgroups=allow and --map-group are mutually exclusive');
    }
    yield* writeFile(sys, '/proc/self/setgroups', 'deny');
    yield* writeMap(sys, '/proc/self/gid_map', `${mapGid} ${real.gid} 1`);
  } else if (setgroups !== null) yield* writeFile(sys, '/proc/self/setgroups', setgroups);
}

function changeRoot({ sys, options: given }: Frame): void {
  const root = given.value('root');
  if (root !== null) {
    orFail(`cannot change root directory to '${root}'`, () => sys.chroot(root));
    orFail(`cannot chdir to '${root}'`, () => sys.chdir('/'));
  }
  const directory = given.value('wd');
  if (directory !== null) orFail(`cannot chdir to '${directory}'`, () => sys.chdir(directory));
}

function mountProc({ sys, options: given }: Frame, propagation: number): void {
  if (!given.has('mount-proc')) return;
  const target = given.value('mount-proc') ?? '/proc';
  if (given.value('root') === null && propagation !== (kernel.MS_REC | kernel.MS_PRIVATE)) makePrivate(sys, target);
  const quiet = kernel.MS_NOSUID | kernel.MS_NOEXEC | kernel.MS_NODEV;
  orFail(`mount ${target} failed`, () => sys.mount('proc', target, 'proc', quiet));
}

/** It need not be a mount point yet: then there is nothing to make private. */
function makePrivate(sys: Sys, target: string): void {
  try {
    sys.mount('none', target, null, kernel.MS_PRIVATE | kernel.MS_REC);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno !== 'EINVAL') throw failed(`cannot change ${target} filesystem propagation`, error);
  }
}

function* changeIds({ sys, options: given }: Frame): Blocking<void> {
  const [gid, uid] = [given.value('setgid'), given.value('setuid')];
  if (gid !== null) {
    orFail('setgroups failed', () => sys.setgroups([]));
    orFail('setgid failed', () => sys.setgid(idOf(gid, 'gid')));
  }
  if (uid === null) return;
  const number = /^\d+$/.test(uid) ? Number(uid) : (yield* Accounts.load(sys)).user(uid)?.uid;
  if (number === undefined) throw new Fatal(`failed to parse uid: '${uid}'`);
  orFail('setuid failed', () => sys.setuid(number));
}

function keepCapabilities(sys: Sys): void {
  const { effective, permitted } = sys.capget();
  sys.capset({ effective, permitted, inheritable: permitted });
  for (let number = 0; number < kernel.capabilityNames.length; number++) {
    if (permitted & (1n << BigInt(number))) sys.setAmbient(number, true);
  }
}

function killSignal(name: string | null): number {
  if (name === null) return signalNumbers.SIGKILL;
  if (/^\d+$/.test(name)) return Number(name);
  const found = Object.entries(signalNumbers).find(([known]) => known === name || known === `SIG${name}`);
  if (!found) throw new Fatal(`unknown signal: ${name}`);
  return found[1];
}

function* writeMap(sys: Sys, path: string, text: string): Blocking<void> {
  try {
    yield* writeThrough(sys, path, text);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw failed(`write failed ${path}`, error);
  }
}

function* writeFile(sys: Sys, path: string, text: string): Blocking<void> {
  try {
    yield* writeThrough(sys, path, text);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw failed(`cannot open ${path}`, error);
  }
}

function* writeThrough(sys: Sys, path: string, text: string): Blocking<void> {
  const fd = yield* sys.open(path, kernel.O_WRONLY);
  try {
    yield* writeAll(sys, fd, text);
  } finally {
    sys.close(fd);
  }
}
