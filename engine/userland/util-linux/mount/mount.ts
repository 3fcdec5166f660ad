/** mount(8): filesystems, binds, propagation, and the list of what is mounted. */

import type { Blocking } from '../../../kernel/sim';
import * as kernel from '../../../kernel/sim';
import { orNull, succeeds } from '../../lib/attempt';
import { readFile, writeAll } from '../../lib/io';
import { allOptions, parseMountinfo } from '../../lib/mountinfo';
import type { OptionSpec, ParsedOptions } from '../../lib/options';
import { canonicalPath } from '../../lib/realpath';
import { enterMountNamespace, Fatal, type Frame, utilLinux } from '../common/frame';
import { flagWords, type ReadOptions, readMountOptions } from '../common/mount-options';
import { type FstabEntry, findInFstab, readFstab } from './fstab';
import { failedStatus, type MountRequest, mountAt } from './mount-at';

const propagationOptions = Object.keys(flagWords.propagation).map((word): OptionSpec => ({ long: `make-${word}` }));

const options: OptionSpec[] = [
  { long: 'types', short: 't', value: 'required' },
  { long: 'options', short: 'o', value: 'required' },
  { long: 'test-opts', short: 'O', value: 'required' },
  { long: 'source', value: 'required' },
  { long: 'target', value: 'required' },
  { long: 'label', short: 'L', value: 'required' },
  { long: 'uuid', short: 'U', value: 'required' },
  { long: 'fstab', short: 'T', value: 'required' },
  { long: 'bind', short: 'B' },
  { long: 'rbind', short: 'R' },
  { long: 'move', short: 'M' },
  { long: 'read-only', short: 'r' },
  { long: 'rw', short: 'w', as: 'read-write' },
  { long: 'read-write' },
  { long: 'all', short: 'a' },
  { long: 'fake', short: 'f' },
  { long: 'fork', short: 'F' },
  { long: 'verbose', short: 'v' },
  { long: 'show-labels', short: 'l' },
  { long: 'no-mtab', short: 'n' },
  { long: 'no-canonicalize', short: 'c' },
  { long: 'internal-only', short: 'i' },
  { long: 'namespace', short: 'N', value: 'required' },
  { long: 'mkdir', short: 'm', value: 'optional' },
  { long: 'sloppy', short: 's' },
  ...propagationOptions,
];

const badUsage = "bad usage\nTry 'mount --help' for more information.";

export const mount = utilLinux({
  name: 'mount',
  options,
  help: '[-lhV]\n mount -a [options]\n mount [options] [--source] <source> | [--target] <directory>\n mount [options] <source> <directory>\n mount <operation> <mountpoint> [<target>]\n\nMount a filesystem.',
  version: 'mount from util-linux 2.38.1 (libmount 2.38.1: selinux, smack, btrfs, verity, namespaces, assert, debug)',
  *run(frame) {
    const { options: given } = frame;
    const read = readMountOptions(given.values('options'));
    addOperations(given, read);
    yield* enterMountNamespace(frame);
    if (given.has('all')) return yield* mountAll(frame);
    const operands = operandsOf(given);
    const operates = read.propagation.length > 0 || given.has('bind') || given.has('rbind') || given.has('move');
    if (operands.length === 0 && operates) throw new Fatal(badUsage);
    if (operands.length === 0) return yield* list(frame);
    if (operands.length > 2) throw new Fatal(badUsage);
    const [first = '', second] = operands;
    if (second !== undefined) return yield* mountAt(frame, request(frame, first, second, read));
    const onePlace =
      read.propagation.length > 0 || (read.flags & (kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_MOVE)) !== 0;
    if (onePlace) return yield* mountAt(frame, request(frame, null, first, yield* asBefore(frame, first, read)));
    return yield* mountFromFstab(frame, first, read);
  },
});

function addOperations(given: ParsedOptions, read: ReadOptions): void {
  if (given.has('bind')) read.flags |= kernel.MS_BIND;
  if (given.has('rbind')) read.flags |= kernel.MS_BIND | kernel.MS_REC;
  if (given.has('move')) read.flags |= kernel.MS_MOVE;
  if (given.has('read-only')) read.flags |= kernel.MS_RDONLY;
  if (given.has('read-write')) read.flags &= ~kernel.MS_RDONLY;
  for (const [word, flag] of Object.entries(flagWords.propagation)) {
    if (given.has(`make-${word}`)) read.propagation.push(flag);
  }
}

function operandsOf(given: ParsedOptions): string[] {
  const [label, uuid] = [given.value('label'), given.value('uuid')];
  const named = label === null ? (uuid === null ? null : `UUID="${uuid}"`) : `LABEL="${label}"`;
  const sources = [named, given.value('source')].flatMap((one) => one ?? []).slice(0, 1);
  return [...sources, ...[given.value('target')].flatMap((one) => one ?? []), ...given.operands];
}

function request({ options: given }: Frame, source: string | null, place: string, read: ReadOptions): MountRequest {
  const types = given.value('types');
  return { source, place, types: typesToTry(types), read };
}

/** What `auto`, or all types but the named, leave to be tried is for devices only: nothing is found. */
function typesToTry(types: string | null): string[] {
  return types === null || types === 'auto' || types.startsWith('no') ? [] : types.split(',');
}

function* list({ sys, options: given, out }: Frame): Blocking<number> {
  const fits = typeTest(given.value('types'));
  for (const line of parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'))) {
    if (fits(line.type)) yield* out.line(`${line.source} on ${line.target} type ${line.type} (${allOptions(line)})`);
  }
  return 0;
}

/** `tmpfs,proc`, or `notmpfs,proc`: all but those. */
function typeTest(types: string | null): (type: string) => boolean {
  if (types === null) return () => true;
  const negative = types.startsWith('no');
  const names = (negative ? types.slice(2) : types).split(',');
  return (type) => names.includes(type) !== negative;
}

/** A remount keeps the options that are not mentioned: they are those of /proc/self/mountinfo. */
function* asBefore(frame: Frame, place: string, read: ReadOptions): Blocking<ReadOptions> {
  if (!(read.flags & kernel.MS_REMOUNT)) return read;
  const { sys, options: given } = frame;
  const target = absolute(frame, place);
  const line = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo')).findLast((one) => one.target === target);
  if (!line) return read;
  const merged = readMountOptions([allOptions(line), ...given.values('options')]);
  addOperations(given, merged);
  return merged;
}

function absolute({ sys }: Frame, path: string): string {
  return orNull(() => canonicalPath(sys, path, 'all')) ?? path;
}

function* mountFromFstab(frame: Frame, name: string, read: ReadOptions): Blocking<number> {
  const entries = yield* readFstab(frame.sys, fstabPath(frame));
  const entry = findInFstab(entries, name);
  if (!entry) throw new Fatal(`${name}: can't find in ${fstabPath(frame)}.`);
  return yield* mountEntry(frame, entry, read);
}

function fstabPath({ options: given }: Frame): string {
  return given.value('fstab') ?? '/etc/fstab';
}

function* mountEntry(frame: Frame, entry: FstabEntry, more: ReadOptions | null): Blocking<number> {
  const read = readMountOptions([entry.options, ...frame.options.values('options')]);
  if (more) read.flags |= more.flags;
  return yield* mountAt(frame, {
    source: entry.source,
    place: entry.target,
    types: typesToTry(entry.type),
    read,
  });
}

/** What fstab has, unless it says `noauto` or is there already. */
function* mountAll(frame: Frame): Blocking<number> {
  const { sys, options: given } = frame;
  const path = fstabPath(frame);
  if (given.has('fstab') && !exists(frame, path)) {
    yield* writeAll(sys, 2, `mount: ${path}: failed to parse\n`);
    return 1;
  }
  const fits = typeTest(given.value('types'));
  const mounted = parseMountinfo(yield* readFile(sys, '/proc/self/mountinfo'));
  let status = 0;
  for (const entry of yield* readFstab(sys, path)) {
    const skipped = entry.type === 'swap' || entry.options.split(',').includes('noauto') || !fits(entry.type);
    if (skipped || mounted.some(({ target, source }) => target === entry.target && source === entry.source)) continue;
    if ((yield* mountEntry(frame, entry, null)) !== 0) status = failedStatus;
  }
  return status;
}

function exists({ sys }: Frame, path: string): boolean {
  return succeeds(() => sys.stat(path));
}
