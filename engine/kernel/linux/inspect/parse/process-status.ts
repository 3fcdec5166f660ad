/** `/proc/PID/status` (proc_pid_status(5)): identity, capabilities and signal masks. */
import type { Process } from '../../../../state';

export interface ProcessStatus {
  /** The process's number in each pid namespace, from the reader's procfs down to its innermost. */
  nsPids: number[];
  /** Effective. */
  uid: number;
  gid: number;
  capabilities: Process['capabilities'];
  noNewPrivs: boolean;
  signals: Process['signals'];
}

export function parseProcessStatus(text: string): ProcessStatus | null {
  const ids = field(text, 'NSpid');
  const uid = field(text, 'Uid').split('\t')[1];
  if (ids === '' || uid === undefined) return null;
  return {
    nsPids: ids.split('\t').map(Number),
    uid: Number(uid),
    gid: Number(field(text, 'Gid').split('\t')[1]),
    capabilities: {
      inheritable: field(text, 'CapInh'),
      permitted: field(text, 'CapPrm'),
      effective: field(text, 'CapEff'),
      bounding: field(text, 'CapBnd'),
      ambient: field(text, 'CapAmb'),
    },
    noNewPrivs: field(text, 'NoNewPrivs') === '1',
    signals: { ignored: field(text, 'SigIgn'), caught: field(text, 'SigCgt') },
  };
}

function field(text: string, name: string): string {
  const start = text.indexOf(`\n${name}:\t`);
  if (start < 0) return '';
  const from = start + name.length + 3;
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? undefined : end);
}
