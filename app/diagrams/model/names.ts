/** What things are called in the diagrams, in their text and in the list of changes. */
import type { LabState, Mount, Namespace, NamespaceKind, NsId, Process } from '../../../engine/state';
import { bornNamespaces } from './scene';

/** Each kind of namespace in words, with its manual page. */
export const kindNames: Record<NamespaceKind, string> = {
  mnt: 'mount',
  uts: 'UTS',
  ipc: 'IPC',
  pid: 'PID',
  net: 'network',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
};

export function kindOf(id: NsId): NamespaceKind {
  const kind = id.slice(0, id.indexOf(':'));
  switch (kind) {
    case 'uts':
    case 'ipc':
    case 'pid':
    case 'net':
    case 'user':
    case 'cgroup':
    case 'time':
      return kind;
    default:
      return 'mnt';
  }
}

/** The inode number of a namespace, as lsns(8) prints it. */
export const inodeOf = (id: NsId): string => id.slice(id.indexOf(':') + 1);

/** Who a namespace belongs to: `host`, a Machine's name, the name of its pin, or null when the learner just made it. */
export function nsOwnerName(state: LabState, id: NsId): string | null {
  const ns = state.namespaces[id];
  const born = bornNamespaces(state).get(id);
  if (ns?.initial) return 'host';
  if (born !== undefined) return born;
  return pinName(ns);
}

/** `network namespace red (4026532461)`, `lab's PID namespace`, `the host's user namespace`. */
export function nsTitle(state: LabState, id: NsId): string {
  const kind = `${kindNames[kindOf(id)]} namespace`;
  const ns = state.namespaces[id];
  if (ns?.initial) return `the host’s ${kind}`;
  const born = bornNamespaces(state).get(id);
  if (born !== undefined) return `${born}’s ${kind}`;
  const pin = pinName(ns);
  return pin ? `${kind} ${pin} (${inodeOf(id)})` : `${kind} ${inodeOf(id)}`;
}

function pinName(ns: Namespace | undefined): string | null {
  const path = ns?.pins[0]?.path;
  return path?.slice(path.lastIndexOf('/') + 1) || null;
}

/** The number the learner knows it by: in the Machine's own pid namespace. */
export const learnerPid = (process: Process): number => process.nsPids[0] ?? process.pid;

export const processTitle = (process: Process): string => `${process.command} (${learnerPid(process)})`;

/** The command line as ps(1) prints it; a zombie has none left. */
export function commandLine(process: Process): string {
  return process.args.length > 0 ? process.args.join(' ') : `[${process.command}]`;
}

/** Propagation as findmnt(8) and mountinfo name it. */
export function propagationText({ propagation }: Mount): string {
  const { shared, master, unbindable, propagateFrom } = propagation;
  const parts: string[] = [];
  if (shared !== undefined) parts.push(`shared:${shared}`);
  if (master !== undefined) parts.push(`master:${master}`);
  if (propagateFrom !== undefined) parts.push(`propagate_from:${propagateFrom}`);
  if (unbindable) parts.push('unbindable');
  return parts.join(' ') || 'private';
}

/** A SysV key as ipcs(1) prints it; the kernel's own number is signed. */
export const keyText = (key: number): string => `0x${(key >>> 0).toString(16).padStart(8, '0')}`;

/** `4.0 KiB`, `12 B`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `1 process`, `2,000 processes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** Cuts the middle out of a text that is longer than `length` characters. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.floor((length - 1) / 3);
  return `${text.slice(0, length - 1 - tail)}…${tail > 0 ? text.slice(-tail) : ''}`;
}
