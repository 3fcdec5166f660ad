/** Mounting something at a place, and what libmount says when that fails. */
import * as kernel from '../../../kernel/sim';
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { writeAll } from '../../lib/io';
import { canonicalPath } from '../../lib/realpath';
import { Fatal, type Frame } from '../common/frame';
import type { ReadOptions } from '../common/mount-options';
import { explain, isOnShared } from './explain';

export interface MountRequest {
  source: string | null;
  /** As it was written. */
  place: string;
  /** To be tried one after the other; empty when none was given. */
  types: readonly string[];
  read: ReadOptions;
}

/** Exit status of mount(8) when mounting failed. */
export const failedStatus = 32;
const hint = '       dmesg(1) may have more information after failed mount system call.\n';
const operations = kernel.MS_BIND | kernel.MS_MOVE;

export function* mountAt(frame: Frame, request: MountRequest): Blocking<number> {
  const { sys, options: given } = frame;
  const { source, place, read } = request;
  if (sys.getuid() !== 0) {
    return yield* refuse(frame, `${resolved(sys, place) ?? place}: must be superuser to use mount.`);
  }
  if (given.has('mkdir') || read.makeDirectory) makeDirectories(sys, place);
  mustBeFound(place, request);
  const target = resolved(sys, place) ?? place;
  const from = source === null ? null : read.flags & operations ? (resolved(sys, source) ?? source) : source;
  if (!given.has('fake')) {
    const problem = yield* tryTypes(frame, request, from, target);
    if (problem !== null) return yield* refuse(frame, `${target}: ${problem}`);
  }
  if (given.has('verbose')) yield* frame.out.line(spoken(from, target, read));
  return 0;
}

/** Labels and the like name devices, and there are none. */
function mustBeFound(place: string, { source, read }: MountRequest): void {
  if (source !== null && /^(LABEL|UUID|PARTLABEL|PARTUUID|ID)=/.test(source)) {
    throw new Fatal(`${place}: can't find ${source}.`);
  }
  if (read.loop) throw new Fatal(`${place}: mount failed: Operation not permitted.`);
}

/** Null when one of the types would do; else what is wrong, in words. */
function* tryTypes(frame: Frame, request: MountRequest, from: string | null, target: string): Blocking<string | null> {
  const { sys } = frame;
  const { read, source } = request;
  const types = request.types.length > 0 ? request.types : [null];
  let problem: string | null = null;
  for (const type of types) {
    try {
      perform(sys, from, target, type, read);
      return null;
    } catch (error) {
      if (!isSysError(error)) throw error;
      const sharedAbove = from !== null && (yield* isOnShared(sys, from));
      const text = explain(sys, {
        source,
        from: from ?? '',
        target,
        type,
        flags: read.flags,
        errno: error.errno,
        sharedAbove,
      });
      problem = types.length > 1 ? text.replace(/^(unknown filesystem type) .*$/, '$1.') : text;
    }
  }
  return problem;
}

/** One call for the mount, and one more for each thing mount(2) does not do in the same. */
function perform(sys: Sys, from: string | null, target: string, type: string | null, read: ReadOptions): void {
  const { flags, data, propagation } = read;
  const mountsSomething = from !== null || flags !== 0 || propagation.length === 0;
  if (mountsSomething) {
    const extras = bindExtras(flags);
    const kind = flags & (operations | kernel.MS_REMOUNT) ? null : type;
    sys.mount(from ?? 'none', target, kind, flags & ~extras, data);
    if (extras !== 0) sys.mount(null, target, null, kernel.MS_REMOUNT | kernel.MS_BIND | extras);
  }
  for (const one of propagation) sys.mount('none', target, null, one);
}

/** A bind takes no flags of its own: they are set by remounting it (mount(8), "Bind mount operation"). */
function bindExtras(flags: number): number {
  if (!(flags & kernel.MS_BIND) || flags & kernel.MS_REMOUNT) return 0;
  return flags & ~(kernel.MS_BIND | kernel.MS_REC | kernel.MS_SILENT);
}

function resolved(sys: Sys, path: string): string | null {
  return orNull(() => canonicalPath(sys, path, 'all'));
}

function makeDirectories(sys: Sys, path: string): void {
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const part = end < 0 ? path : path.slice(0, end);
    try {
      sys.mkdir(part, 0o755);
    } catch (error) {
      if (!isSysError(error, 'EEXIST', 'EROFS', 'EACCES')) throw error;
    }
    if (end < 0) return;
  }
}

function spoken(from: string | null, target: string, { flags, propagation }: ReadOptions): string {
  if (propagation.length > 0 && flags === 0) return `mount: ${target} propagation flags changed.`;
  if (flags & kernel.MS_MOVE) return `mount: ${from} moved to ${target}.`;
  if (flags & kernel.MS_BIND) return `mount: ${from} bound on ${target}.`;
  if (flags & kernel.MS_REMOUNT) return `mount: ${target} remounted.`;
  return `mount: ${from} mounted on ${target}.`;
}

function* refuse({ sys }: Frame, text: string): Blocking<number> {
  yield* writeAll(sys, 2, `mount: ${text}\n${hint}`);
  return failedStatus;
}
