/** `findmnt --verify`: what is wrong with /etc/fstab (findmnt(8), fstab(5)). */
import { type Blocking, isSysError, S_IFBLK, S_IFDIR, S_IFMT, S_IFREG, strerror } from '../../../kernel/sim';
import { readFile, writeAll } from '../../lib/io';
import { type Frame, failed } from '../common/frame';
import { type Fstab, type FstabEntry, parseFstab } from '../mount/fstab';

type Verdict = ' ' | 'W' | 'E';

interface Finding {
  verdict: Verdict;
  text: string;
}

const ofTheKernel = new Set(
  'ro rw suid nosuid dev nodev exec noexec sync async dirsync remount bind rbind atime noatime diratime nodiratime relatime norelatime strictatime nostrictatime lazytime nolazytime mand nomand silent loud unbindable runbindable private rprivate slave rslave shared rshared'.split(
    ' ',
  ),
);
const ofMount =
  /^(auto|noauto|user|nouser|users|nousers|owner|noowner|group|nogroup|_netdev|nofail|loop)$|^(comment|uhelper|helper|offset|sizelimit|encryption|loop)=|^[xX]-/;
const withoutDisk =
  /^(none|proc|sysfs|cgroup2?|devpts|mqueue|devtmpfs|nsfs|tmpfs|ramfs|overlay|debugfs|tracefs|securityfs|bpf|hugetlbfs|nfs4?|cifs|smbfs|9p|fuse\..*)$/;

export function* verify(frame: Frame): Blocking<number> {
  const { out, options } = frame;
  const path = options.value('tab-file') ?? '/etc/fstab';
  const table = yield* readFstabStrictly(frame, path);
  for (const line of table.wrongLines) yield* writeAll(frame.sys, 2, wrongLine(path, line));
  const counts = { E: 0, W: 0, ' ': 0 };
  for (const [at, entry] of table.entries.entries()) {
    const later = table.entries.slice(at + 1);
    const findings = findingsOf(frame, entry, later);
    for (const { verdict } of findings) counts[verdict]++;
    const shown = findings.filter(({ verdict }) => verdict !== ' ' || options.has('verbose'));
    if (shown.length === 0) continue;
    yield* out.line(entry.target);
    for (const { verdict, text } of shown) yield* out.line(`   [${verdict}] ${text}`);
  }
  if (table.wrongLines.length + counts.E + counts.W === 0) yield* out.line('Success, no errors or warnings detected');
  else {
    yield* writeAll(
      frame.sys,
      2,
      `\n${count(table.wrongLines.length, 'parse error')}, ${count(counts.E, 'error')}, ${count(counts.W, 'warning')}\n`,
    );
  }
  return table.wrongLines.length + counts.E > 0 ? 1 : 0;
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

export function wrongLine(path: string, line: number): string {
  return `findmnt: ${path}: parse error at line ${line} -- ignored\n`;
}

/** Ends the program where the file cannot be read. */
export function* readFstabStrictly(frame: Frame, path: string): Blocking<Fstab> {
  try {
    return parseFstab(yield* readFile(frame.sys, path));
  } catch (error) {
    if (isSysError(error)) throw failed(`can't read ${path}`, error);
    throw error;
  }
}

function findingsOf(frame: Frame, entry: FstabEntry, later: readonly FstabEntry[]): Finding[] {
  const twice = later.filter(({ target, type }) => target === entry.target && type !== 'swap');
  return [
    ...twice.map((): Finding => ({ verdict: 'W', text: 'target specified more than once' })),
    ...targetOf(frame, entry),
    ...optionsOf(entry),
    ...sourceOf(frame, entry),
  ];
}

function targetOf(frame: Frame, { target, type, options }: FstabEntry): Finding[] {
  if (type === 'swap') return [];
  const found = kindOf(frame, target);
  if ('error' in found) {
    return options.split(',').includes('noauto')
      ? [{ verdict: 'W', text: `unreachable target: ${found.error}` }]
      : [{ verdict: 'E', text: `unreachable on boot required target: ${found.error}` }];
  }
  if (found.kind !== S_IFDIR) return [{ verdict: 'E', text: 'target is not a directory' }];
  return [{ verdict: ' ', text: 'target exists' }];
}

function optionsOf({ options }: FstabEntry): Finding[] {
  const all = options.split(',').filter((option) => option !== 'defaults' && option !== '');
  const kernel = all.filter((option) => ofTheKernel.has(option));
  const user = all.filter((option) => ofMount.test(option));
  const rest = all.filter((option) => !ofTheKernel.has(option) && !ofMount.test(option));
  const line = (name: string, some: readonly string[]): Finding[] =>
    some.length === 0 ? [] : [{ verdict: ' ', text: `${name} options: ${some.join(',')}` }];
  return [...line('VFS', kernel), ...line('FS', rest), ...line('userspace', user)];
}

/** The source, and what filesystem is on it. */
function sourceOf(frame: Frame, { source, type }: FstabEntry): Finding[] {
  if (withoutDisk.test(type))
    return ['source', 'FS type'].map((what) => ({ verdict: ' ', text: `do not check ${source} ${what} (pseudo/net)` }));
  if (/^(UUID|LABEL|PARTUUID|PARTLABEL)=/.test(source))
    return [{ verdict: 'E', text: `unreachable on boot required source: ${source}` }];
  const unknown = (reason: string): Finding => ({
    verdict: type === 'auto' ? 'E' : 'W',
    text: `cannot detect on-disk filesystem type (${reason})`,
  });
  const found = kindOf(frame, source);
  if ('error' in found)
    return [{ verdict: 'W', text: `unreachable source: ${source}: ${found.error}` }, unknown(found.error)];
  if (found.kind === S_IFDIR || found.kind === S_IFREG)
    return [
      { verdict: 'W', text: `non-bind mount source ${source} is a directory or regular file` },
      unknown('reason unknown'),
    ];
  if (found.kind === S_IFBLK) return [{ verdict: ' ', text: `source ${source} exists` }, unknown('reason unknown')];
  return [{ verdict: 'W', text: `source ${source} is not a block device` }, unknown(strerror('EINVAL'))];
}

function kindOf({ sys }: Frame, path: string): { kind: number } | { error: string } {
  try {
    return { kind: sys.stat(path).mode & S_IFMT };
  } catch (error) {
    if (isSysError(error)) return { error: strerror(error.errno) };
    throw error;
  }
}
