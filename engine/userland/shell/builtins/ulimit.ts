/** ulimit: limits of the processes a shell starts (bash(1), getrlimit(2)). */
import { isSysError, type ResourceName, strerror } from '../../../kernel/sim';
import type { Shell } from '../state/shell';
import { type Builtin, type BuiltinCall, complain, invalidOption } from './support';

interface Limit {
  letter: string;
  text: string;
  resource: ResourceName | null;
  /** Bytes (or whatever) of one unit. */
  unit: number;
  unitText: string;
  /** Where there is no such limit to be set. */
  fixed?: number;
}

/** In the order of `ulimit -a`. */
const limits: readonly Limit[] = [
  { letter: 'R', text: 'real-time non-blocking time', resource: 'rttime', unit: 1, unitText: 'microseconds' },
  { letter: 'c', text: 'core file size', resource: 'core', unit: 1024, unitText: 'blocks' },
  { letter: 'd', text: 'data seg size', resource: 'data', unit: 1024, unitText: 'kbytes' },
  { letter: 'e', text: 'scheduling priority', resource: 'nice', unit: 1, unitText: '' },
  { letter: 'f', text: 'file size', resource: 'fsize', unit: 1024, unitText: 'blocks' },
  { letter: 'i', text: 'pending signals', resource: 'sigpending', unit: 1, unitText: '' },
  { letter: 'l', text: 'max locked memory', resource: 'memlock', unit: 1024, unitText: 'kbytes' },
  { letter: 'm', text: 'max memory size', resource: 'rss', unit: 1024, unitText: 'kbytes' },
  { letter: 'n', text: 'open files', resource: 'nofile', unit: 1, unitText: '' },
  { letter: 'p', text: 'pipe size', resource: null, unit: 512, unitText: '512 bytes', fixed: 8 },
  { letter: 'q', text: 'POSIX message queues', resource: 'msgqueue', unit: 1, unitText: 'bytes' },
  { letter: 'r', text: 'real-time priority', resource: 'rtprio', unit: 1, unitText: '' },
  { letter: 's', text: 'stack size', resource: 'stack', unit: 1024, unitText: 'kbytes' },
  { letter: 't', text: 'cpu time', resource: 'cpu', unit: 1, unitText: 'seconds' },
  { letter: 'u', text: 'max user processes', resource: 'nproc', unit: 1, unitText: '' },
  { letter: 'v', text: 'virtual memory', resource: 'as', unit: 1024, unitText: 'kbytes' },
  { letter: 'x', text: 'file locks', resource: 'locks', unit: 1, unitText: '' },
];

export const ulimit: Builtin = (shell, call) => {
  let [soft, hard, all] = [false, false, false];
  const wanted: Array<{ limit: Limit; value: string | null }> = [];
  for (let at = 0; at < call.args.length; at++) {
    const word = call.args[at] ?? '';
    if (!/^-./.test(word)) {
      const last = wanted.at(-1);
      if (last && last.value === null) last.value = word;
      else wanted.push({ limit: fileSize(), value: word });
      continue;
    }
    for (const letter of word.slice(1)) {
      if (letter === 'S') soft = true;
      else if (letter === 'H') hard = true;
      else if (letter === 'a') all = true;
      else {
        const limit = limits.find((candidate) => candidate.letter === letter);
        if (limit === undefined) return invalidOption(shell, call, `-${letter}`);
        wanted.push({ limit, value: null });
      }
    }
  }
  const which = hard && !soft ? 'hard' : 'soft';
  if (all) {
    for (const limit of limits) shell.print(`${labelOf(limit)}${current(shell, limit, which)}\n`);
    return 0;
  }
  if (wanted.length === 0) wanted.push({ limit: fileSize(), value: null });
  for (const { limit, value } of wanted) {
    if (value === null) {
      shell.print(`${wanted.length > 1 ? labelOf(limit) : ''}${current(shell, limit, which)}\n`);
      continue;
    }
    if (!change(shell, call, limit, value, soft || !hard, hard || !soft)) return 1;
  }
  return 0;
};

function fileSize(): Limit {
  return (
    limits.find(({ letter }) => letter === 'f') ?? {
      letter: 'f',
      text: 'file size',
      resource: 'fsize',
      unit: 1024,
      unitText: 'blocks',
    }
  );
}

function labelOf(limit: Limit): string {
  const unit = limit.unitText === '' ? `(-${limit.letter}) ` : `(${limit.unitText}, -${limit.letter}) `;
  return `${limit.text.padEnd(20)} ${unit.padStart(20)}`;
}

function current(shell: Shell, limit: Limit, which: 'soft' | 'hard'): string {
  if (limit.resource === null) return String(limit.fixed);
  const value = shell.sys.getrlimit(limit.resource)[which];
  return value === Infinity ? 'unlimited' : String(Math.floor(value / limit.unit));
}

function change(shell: Shell, call: BuiltinCall, limit: Limit, text: string, soft: boolean, hard: boolean): boolean {
  if (limit.resource === null) {
    complain(shell, call, `${limit.text}: cannot modify limit: ${strerror('EINVAL')}`);
    return false;
  }
  const now = shell.sys.getrlimit(limit.resource);
  let value: number;
  if (text === 'unlimited') value = Infinity;
  else if (text === 'hard') value = now.hard;
  else if (text === 'soft') value = now.soft;
  else if (/^\d+$/.test(text)) value = Number(text) * limit.unit;
  else {
    complain(shell, call, `${text}: invalid number`);
    return false;
  }
  try {
    shell.sys.setrlimit(limit.resource, { soft: soft ? value : now.soft, hard: hard ? value : now.hard });
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    complain(shell, call, `${limit.text}: cannot modify limit: ${strerror(error.errno)}`);
    return false;
  }
}
