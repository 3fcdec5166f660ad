/** prlimit(1): shows and sets limits of processes. */
import { isSysError, type ResourceName, strerror } from '../../kernel/sim';
import { execOrFail, Fatal, type Frame, utilLinux } from './common/frame';
import { type Column, printTable } from './common/table';

interface Resource {
  /** Long option and the kernel's name. */
  option: string;
  short: string;
  name: ResourceName;
  description: string;
  unit: string;
}

const resources: readonly Resource[] = [
  { option: 'as', short: 'v', name: 'as', description: 'address space limit', unit: 'bytes' },
  { option: 'core', short: 'c', name: 'core', description: 'max core file size', unit: 'bytes' },
  { option: 'cpu', short: 't', name: 'cpu', description: 'CPU time', unit: 'seconds' },
  { option: 'data', short: 'd', name: 'data', description: 'max data size', unit: 'bytes' },
  { option: 'fsize', short: 'f', name: 'fsize', description: 'max file size', unit: 'bytes' },
  { option: 'locks', short: 'x', name: 'locks', description: 'max number of file locks held', unit: 'locks' },
  { option: 'memlock', short: 'l', name: 'memlock', description: 'max locked-in-memory address space', unit: 'bytes' },
  { option: 'msgqueue', short: 'q', name: 'msgqueue', description: 'max bytes in POSIX mqueues', unit: 'bytes' },
  { option: 'nice', short: 'e', name: 'nice', description: 'max nice prio allowed to raise', unit: '' },
  { option: 'nofile', short: 'n', name: 'nofile', description: 'max number of open files', unit: 'files' },
  { option: 'nproc', short: 'u', name: 'nproc', description: 'max number of processes', unit: 'processes' },
  { option: 'rss', short: 'm', name: 'rss', description: 'max resident set size', unit: 'bytes' },
  { option: 'rtprio', short: 'r', name: 'rtprio', description: 'max real-time priority', unit: '' },
  { option: 'rttime', short: 'y', name: 'rttime', description: 'timeout for real-time tasks', unit: 'microsecs' },
  {
    option: 'sigpending',
    short: 'i',
    name: 'sigpending',
    description: 'max number of pending signals',
    unit: 'signals',
  },
  { option: 'stack', short: 's', name: 'stack', description: 'max stack size', unit: 'bytes' },
];

interface Row {
  resource: Resource;
  soft: number;
  hard: number;
}

const columns: ReadonlyArray<Column<Row>> = [
  { name: 'RESOURCE', cell: ({ resource }) => resource.option.toUpperCase() },
  { name: 'DESCRIPTION', cell: ({ resource }) => resource.description },
  { name: 'SOFT', right: true, cell: ({ soft }) => text(soft) },
  { name: 'HARD', right: true, cell: ({ hard }) => text(hard) },
  { name: 'UNITS', cell: ({ resource }) => resource.unit },
];

export const prlimit = utilLinux({
  name: 'prlimit',
  options: [
    { long: 'pid', short: 'p', value: 'required' },
    { long: 'output', short: 'o', value: 'required' },
    { long: 'noheadings' },
    { long: 'raw' },
    { long: 'verbose' },
    ...resources.map(({ option, short }) => ({ long: option, short, value: 'optional' as const })),
  ],
  stopAtOperand: true,
  help: '[options] [--<resource>=<limit>] [-p PID]\n prlimit [options] [--<resource>=<limit>] COMMAND\n\nShow or change the resource limits of a process.',
  *run(frame) {
    const { options: given, out } = frame;
    const pid = given.value('pid');
    if (pid !== null && !/^\d+$/.test(pid)) throw new Fatal('failed to parse pid');
    const target = pid === null ? undefined : Number(pid);
    const shown: Row[] = [];
    const asked = resources.filter(({ option }) => given.has(option));
    for (const resource of asked.length > 0 ? asked : resources) {
      const value = given.value(resource.option);
      if (value !== null) set(frame, resource, value, target);
      else shown.push(read(frame, resource, target));
    }
    if (given.operands.length > 0) return yield* execOrFail(frame, given.operands);
    const options = { noHeadings: given.has('noheadings'), raw: given.has('raw') };
    if (shown.length > 0) yield* out.write(printTable(chosen(frame), shown, options));
    return 0;
  },
});

function chosen({ options: given }: Frame): Array<Column<Row>> {
  const output = given.value('output');
  if (output === null) return [...columns];
  return output.split(',').map((name) => {
    const found = columns.find((column) => column.name === name.toUpperCase());
    if (!found) throw new Fatal(`unknown column: ${name}`);
    return found;
  });
}

function text(limit: number): string {
  return Number.isFinite(limit) ? String(limit) : 'unlimited';
}

function read({ sys }: Frame, resource: Resource, pid: number | undefined): Row {
  try {
    const { soft, hard } = sys.getrlimit(resource.name, pid);
    return { resource, soft, hard };
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`failed to get the ${resource.option.toUpperCase()} resource limit: ${strerror(error.errno)}`);
  }
}

/** `SOFT:HARD`, either of which may be left out; one number is both. */
function set(frame: Frame, resource: Resource, value: string, pid: number | undefined): void {
  const name = resource.option.toUpperCase();
  const match = /^(\d+|unlimited)?(:(\d+|unlimited)?)?$/.exec(value);
  if (!match || value === ':' || value === '') throw new Fatal(`failed to parse ${name} limit`);
  const before = read(frame, resource, pid);
  const [, first, colon, second] = match;
  const soft = first === undefined ? before.soft : numberOf(first);
  const hard = colon === undefined ? numberOf(first ?? '') : second === undefined ? before.hard : numberOf(second);
  if (soft > hard) throw new Fatal(`the soft limit ${name} cannot exceed the hard limit`);
  try {
    frame.sys.setrlimit(resource.name, { soft, hard }, pid);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`failed to set the ${name} resource limit: ${strerror(error.errno)}`);
  }
}

function numberOf(word: string): number {
  return word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word);
}
