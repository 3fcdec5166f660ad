/** switch_root(8): moves another mount over the root, and goes on there. */
import * as kernel from '../../kernel/sim';
import { type Blocking, isSysError, type Sys, strerror } from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { environmentList } from '../lib/exec';
import { writeAll } from '../lib/io';
import { deviceText } from '../lib/stat';
import { Fatal, type Frame, utilLinux } from './common/frame';

/** Taken along to the new root, or let go. */
const systemMounts = ['/dev', '/proc', '/sys', '/run'];

export const switchRoot = utilLinux({
  name: 'switch_root',
  options: [],
  stopAtOperand: true,
  help: '[options] <newrootdir> <init> <args to init>\n\nSwitch to another filesystem as the root of the mount tree.',
  *run(frame) {
    const [place, program, ...args] = frame.options.operands;
    if (place === undefined || program === undefined)
      throw new Fatal("not enough arguments\nTry 'switch_root --help' for more information.");
    const problem = move(frame, place);
    if (problem !== null) return yield* failed(frame, problem);
    try {
      yield* frame.sys.execve(program, [program, ...args], environmentList(frame.env));
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* failed(frame, `failed to execute ${program}: ${strerror(error.errno)}`);
    }
    return 0;
  },
});

/** Null when all went well; else what did not. */
function move({ sys }: Frame, place: string): string | null {
  const absent = attempt(`stat of ${place} failed`, () => sys.stat(place));
  if (absent !== null) return absent;
  for (const path of systemMounts) takeAlong(sys, path, place);
  return (
    attempt(`failed to change directory to ${place}`, () => sys.chdir(place)) ??
    attempt(`failed to mount moving ${place} to /`, () => sys.mount(place, '/', null, kernel.MS_MOVE)) ??
    attempt('failed to change root', () => sys.chroot('.')) ??
    attempt('cannot change directory to /', () => sys.chdir('/'))
  );
}

function takeAlong(sys: Sys, path: string, place: string): void {
  if (deviceOf(sys, path) === deviceOf(sys, '/')) return;
  const isPlain = deviceOf(sys, `${place}${path}`) === deviceOf(sys, place);
  const moved = isPlain ? attempt('', () => sys.mount(path, `${place}${path}`, null, kernel.MS_MOVE)) : '';
  if (moved !== null) attempt('', () => sys.umount(path, kernel.MNT_DETACH));
}

/** Null when it works. */
function attempt(message: string, work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (isSysError(error)) return `${message}: ${strerror(error.errno)}`;
    throw error;
  }
}

function deviceOf(sys: Sys, path: string): string | null {
  return orNull(() => deviceText(sys.stat(path).dev));
}

function* failed({ sys }: Frame, problem: string): Blocking<number> {
  yield* writeAll(sys, 2, `switch_root: ${problem}\nswitch_root: failed. Sorry.\n`);
  return 1;
}
