/** All namespaces that the processes in /proc live in, as lsns(8) gathers them. */
import { type Blocking, isSysError, type Sys } from '../../../kernel/sim';
import { readFile } from '../../lib/io';
import { namespaceOptions } from './namespaces';

export interface ProcessFacts {
  pid: number;
  ppid: number;
  uid: number;
  command: string;
  namespaces: ReadonlyMap<string, number>;
}

/** What can be read of every process, by number. */
export function* readProcesses(sys: Sys): Blocking<ProcessFacts[]> {
  const pids = sys.readdir('/proc').flatMap(({ name }) => (/^\d+$/.test(name) ? [Number(name)] : []));
  const found: ProcessFacts[] = [];
  for (const pid of pids.sort((a, b) => a - b)) {
    const process = yield* readProcess(sys, pid);
    if (process) found.push(process);
    yield* sys.checkpoint();
  }
  return found;
}

function* readProcess(sys: Sys, pid: number): Blocking<ProcessFacts | null> {
  try {
    const stat = yield* readFile(sys, `/proc/${pid}/stat`);
    const command = yield* commandOf(sys, pid, stat);
    const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { pid, ppid, uid: sys.stat(`/proc/${pid}`).uid, command, namespaces: namespacesOf(sys, pid) };
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

function* commandOf(sys: Sys, pid: number, stat: string): Blocking<string> {
  const line = (yield* readFile(sys, `/proc/${pid}/cmdline`)).replace(/\0+$/, '').replaceAll('\0', ' ');
  return line === '' ? stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')) : line;
}

function namespacesOf(sys: Sys, pid: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const { file } of namespaceOptions) {
    try {
      const inode = /\[(\d+)\]/.exec(sys.readlink(`/proc/${pid}/ns/${file}`))?.[1];
      if (inode !== undefined) found.set(file, Number(inode));
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return found;
}
