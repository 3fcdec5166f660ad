/** swapon(8) and swapoff(8): there is nothing to swap to, and the kernel of a Machine would not allow it. */
import { type Blocking, isSysError, O_RDONLY, type Stat, strerror } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import type { OptionSpec, ParsedOptions } from '../lib/options';
import { canonicalPath } from '../lib/realpath';
import { isDirectory, isRegular } from '../lib/stat';
import { type Frame, utilLinux } from './common/frame';

const named: OptionSpec[] = [
  { long: 'all', short: 'a' },
  { short: 'L', value: 'required' },
  { short: 'U', value: 'required' },
];
const [onFailed, offUsage, offFailed] = [255, 16, 4];
const smallest = 4096;

export const swapon = utilLinux({
  name: 'swapon',
  options: [
    ...named,
    { long: 'discard', short: 'd', value: 'optional' },
    { long: 'ifexists', short: 'e' },
    { long: 'fixpgsz', short: 'f' },
    { long: 'options', short: 'o', value: 'required' },
    { long: 'priority', short: 'p', value: 'required' },
    { long: 'summary', short: 's' },
    { long: 'show', value: 'optional' },
    { long: 'noheadings' },
    { long: 'raw' },
    { long: 'bytes' },
    { long: 'verbose', short: 'v' },
  ],
  help: '[options] [<spec>]\n\nEnable devices and files for paging and swapping.',
  *run(frame) {
    let status = yield* missingDevices(frame, onFailed);
    for (const path of frame.options.operands) {
      if (yield* isMissing(frame, path)) status = onFailed;
      else {
        for (const line of yield* complaintsOf(frame, path)) yield* writeAll(frame.sys, 2, `swapon: ${line}\n`);
        status = onFailed;
      }
    }
    return status;
  },
});

export const swapoff = utilLinux({
  name: 'swapoff',
  options: [...named, { long: 'verbose', short: 'v' }],
  help: '[options] [<spec>]\n\nDisable devices and files for paging and swapping.',
  *run(frame) {
    const { sys, options: given } = frame;
    if (given.operands.length === 0 && !given.has('all') && labels(given).length === 0) {
      yield* writeAll(sys, 2, "swapoff: bad usage\nTry 'swapoff --help' for more information.\n");
      return offUsage;
    }
    let status = yield* missingDevices(frame, offFailed);
    for (const path of given.operands) {
      status = offFailed;
      if (!(yield* isMissing(frame, path)))
        yield* writeAll(sys, 2, `swapoff: ${path}: swapoff failed: ${offReason(frame, path)}\n`);
    }
    return status;
  },
});

function labels(given: ParsedOptions): string[] {
  return [...given.values('L'), ...given.values('U')];
}

function* missingDevices({ sys, name, options: given }: Frame, failure: number): Blocking<number> {
  for (const label of labels(given)) yield* writeAll(sys, 2, `${name}: cannot find the device for ${label}\n`);
  return labels(given).length > 0 ? failure : 0;
}

/** Labels and the like name devices, and there are none. */
function* isMissing({ sys, name }: Frame, path: string): Blocking<boolean> {
  if (!/^(LABEL|UUID|PARTLABEL|PARTUUID)=/.test(path)) return false;
  yield* writeAll(sys, 2, `${name}: cannot find the device for ${path}\n`);
  return true;
}

function offReason({ sys }: Frame, path: string): string {
  if (sys.geteuid() !== 0) return 'Not superuser.';
  try {
    return isDirectory(sys.stat(path)) ? strerror('EISDIR') : strerror('EINVAL');
  } catch (error) {
    if (isSysError(error)) return strerror(error.errno);
    throw error;
  }
}

/** What swapon finds before it asks the kernel. */
function* complaintsOf({ sys }: Frame, path: string): Blocking<string[]> {
  let stat: Stat;
  try {
    sys.close(yield* sys.open(path, O_RDONLY));
    stat = sys.stat(path);
  } catch (error) {
    if (isSysError(error)) return [`cannot open ${path}: ${strerror(error.errno)}`];
    throw error;
  }
  const full = canonicalPath(sys, path, 'all');
  const isFile = isRegular(stat);
  const permissions = stat.mode & 0o7777;
  const insecure = isFile && (permissions & 0o077) !== 0;
  const warnings = insecure
    ? [`${full}: insecure permissions ${permissions.toString(8).padStart(4, '0')}, 0600 suggested.`]
    : [];
  const hasHoles = isFile && stat.size >= smallest && stat.blocks * 512 < stat.size;
  return [...warnings, `${full}: ${hasHoles ? 'skipping - it appears to have holes.' : 'read swap header failed'}`];
}
