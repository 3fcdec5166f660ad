/** Which process has a pid now. */
import { readFileSync } from 'node:fs';
import type { ProcessName } from '../../system';

/** Null for a process that is gone or has ended and waits to be reaped (proc_pid_stat(5): states Z and X). */
export function readProcess(pid: number): ProcessName | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The command's name may hold spaces and parentheses: fields are counted from its last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return startTime === undefined || state === 'Z' || state === 'X' ? null : { pid, startTime };
}
