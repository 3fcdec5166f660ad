/** Which processes ps shows (ps(1), "PROCESS SELECTION"). */
import type { Sys } from '../../../kernel/sim';
import { ownTerminal } from './parse';
import type { ProcessRecord } from './record';
import type { Request } from './request';

export function selectProcesses(sys: Sys, request: Request, records: readonly ProcessRecord[]): ProcessRecord[] {
  if (request.quick) return request.lists.pids.flatMap((pid) => records.find(({ stat }) => stat.pid === pid) ?? []);
  const simple = simpleTest(sys, request);
  return records.filter((record) => {
    if (request.runningOnly && record.stat.state !== 'R' && record.stat.state !== 'D') return false;
    return (inLists(record, request) || simple(record)) !== request.negate;
  });
}

function inLists({ stat, status, euid, egid }: ProcessRecord, { lists, commands, hasLists }: Request): boolean {
  if (!hasLists) return false;
  const real = (field: string) => Number(status.get(field)?.split('\t')[0] ?? -1);
  return (
    lists.pids.includes(stat.pid) ||
    lists.ppids.includes(stat.ppid) ||
    lists.sessions.includes(stat.session) ||
    lists.groups.includes(stat.pgrp) ||
    lists.egids.includes(egid) ||
    lists.rgids.includes(real('Gid')) ||
    lists.euids.includes(euid) ||
    lists.ruids.includes(real('Uid')) ||
    lists.terminals.includes(stat.tty) ||
    commands.includes(stat.comm)
  );
}

/** What is chosen without lists: by the terminal and the user, as UNIX and BSD have it. */
function simpleTest(sys: Sys, request: Request): (record: ProcessRecord) => boolean {
  if (request.all) return () => true;
  const isLeader = ({ stat }: ProcessRecord) => stat.session === stat.pid;
  if (request.noLeaders) {
    const { withTerminal } = request;
    return (record) => !isLeader(record) && !(withTerminal && record.stat.tty === 0);
  }
  const { everybody, anyTerminal } = request;
  const own = sys.geteuid();
  if (everybody || anyTerminal) {
    return (record) => (everybody || record.euid === own) && (anyTerminal || record.stat.tty !== 0);
  }
  if (request.hasLists) return () => false;
  if (request.bsd) return (record) => record.euid === own && record.stat.tty !== 0;
  const terminal = ownTerminal(sys);
  return (record) => record.euid === own && record.stat.tty === terminal;
}
