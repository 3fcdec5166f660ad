/** The files a process has open: its directories, its program, its descriptors. */
import {
  type Blocking,
  bare,
  isSysError,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type SocketInfo,
  type Stat,
  type Sys,
} from '../../../kernel/sim';
import { readFileOrNull } from '../../lib/io';
import { descriptorsOf, linkTarget, readStat } from '../../lib/processes';
import { lookUpOrNull } from '../../lib/stat';

export interface OpenFile {
  /** `cwd`, `rtd`, `txt`, or the number of a descriptor. */
  fd: string;
  /** `r`, `w`, `u`; a blank for what is no descriptor. */
  access: string;
  type: string;
  device: string;
  size: string;
  /** Where it is read or written. */
  offset: string;
  node: string;
  name: string;
  /** What it is, to be compared with files that are asked for. */
  stat: Stat | null;
  socket: SocketInfo | null;
}

export interface ProcessFiles {
  pid: number;
  ppid: number;
  pgid: number;
  command: string;
  uid: number;
  files: OpenFile[];
}

export function* readProcess(
  sys: Sys,
  pid: number,
  sockets: ReadonlyMap<number, SocketInfo>,
  names: SocketNames,
): Blocking<ProcessFiles | null> {
  const stat = yield* readStat(sys, pid);
  const owner = lookUpOrNull(sys, `/proc/${pid}`);
  if (!stat || !owner) return null;
  const files: OpenFile[] = [];
  for (const [fd, link] of [
    ['cwd', 'cwd'],
    ['rtd', 'root'],
    ['txt', 'exe'],
  ] as const) {
    const path = `/proc/${pid}/${link}`;
    // A process whose program is no file has none.
    if (fd === 'txt' && isAbsent(sys, path)) continue;
    files.push(describe(sys, { path, fd, access: ' ', position: 0 }, sockets, names));
  }
  for (const fd of descriptorsOf(sys, pid)) {
    // It closes what it was left with before it looks.
    if (pid === sys.getpid() && fd > 2) continue;
    const info = (yield* readFileOrNull(sys, `/proc/${pid}/fdinfo/${fd}`)) ?? '';
    const flags = Number.parseInt(/^flags:\s+(\d+)/m.exec(info)?.[1] ?? '0', 8);
    const position = Number(/^pos:\s+(\d+)/m.exec(info)?.[1] ?? 0);
    const place = { path: `/proc/${pid}/fd/${fd}`, fd: String(fd), access: 'rwu'[flags & 3] ?? 'u', position };
    files.push(describe(sys, place, sockets, names));
  }
  return { pid, ppid: stat.ppid, pgid: stat.pgrp, command: stat.comm, uid: owner.uid, files };
}

export interface SocketNames {
  port(port: number, protocol: string): string;
  host(address: string): string;
}

function isAbsent(sys: Sys, link: string): boolean {
  try {
    sys.readlink(link);
    return false;
  } catch (error) {
    if (isSysError(error)) return error.errno === 'ENOENT';
    throw error;
  }
}

interface Place {
  path: string;
  fd: string;
  access: string;
  position: number;
}

function describe(
  sys: Sys,
  { path, fd, access, position }: Place,
  sockets: ReadonlyMap<number, SocketInfo>,
  names: SocketNames,
): OpenFile {
  const target = linkTarget(sys, path);
  const stat = lookUpOrNull(sys, path);
  const base = { fd, access, stat, socket: null, offset: `0t${position}` };
  if (target === null || !stat) {
    const name = `${path} (readlink: Permission denied)`;
    return { ...base, access: ' ', type: 'unknown', device: '', size: '', node: '', name };
  }
  const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
  if (inode !== undefined) return describeSocket({ ...base, target, inode: Number(inode) }, sockets, names);
  const anonymous = /^(?:anon_inode:)(.*)$/.exec(target)?.[1];
  const device = `${stat.dev.major},${stat.dev.minor}`;
  const node = String(stat.ino);
  if (anonymous !== undefined) return { ...base, type: 'a_inode', device, size: '0', node, name: anonymous };
  if (target.startsWith('pipe:[')) return { ...base, type: 'FIFO', device, size: base.offset, node, name: 'pipe' };
  const kind = stat.mode & S_IFMT;
  const special = kind === S_IFCHR || kind === S_IFBLK;
  return {
    ...base,
    type: typeNames.get(kind) ?? 'unknown',
    device: special ? `${stat.rdev.major},${stat.rdev.minor}` : device,
    size: kind === S_IFREG || kind === S_IFDIR ? String(stat.size) : base.offset,
    node,
    name: target,
  };
}

const typeNames = new Map([
  [S_IFREG, 'REG'],
  [S_IFDIR, 'DIR'],
  [S_IFCHR, 'CHR'],
  [S_IFBLK, 'BLK'],
  [S_IFIFO, 'FIFO'],
  [S_IFLNK, 'LINK'],
  [S_IFSOCK, 'sock'],
]);

function describeSocket(
  {
    target,
    inode,
    ...base
  }: Pick<OpenFile, 'fd' | 'access' | 'stat' | 'socket' | 'offset'> & { target: string; inode: number },
  sockets: ReadonlyMap<number, SocketInfo>,
  names: SocketNames,
): OpenFile {
  const socket = sockets.get(inode) ?? null;
  if (!socket)
    return { ...base, type: 'sock', device: '0,8', size: '0t0', node: String(inode), name: `protocol: ${target}` };
  if (socket.family === 'unix') {
    const where = socket.local === '' ? '' : `${socket.local} `;
    const state = socket.state === 'LISTEN' ? ' (LISTEN)' : socket.state === 'ESTAB' ? ' (CONNECTED)' : '';
    const name = `${where}type=${socket.type.toUpperCase()}${state}`;
    return { ...base, socket, type: 'unix', device: '0x0000000000000000', size: '0t0', node: String(inode), name };
  }
  const type = socket.family === 'inet6' ? 'IPv6' : socket.family === 'inet' ? 'IPv4' : 'pack';
  const node = socket.protocol.toUpperCase();
  return { ...base, socket, type, device: String(inode), size: '0t0', node, name: socketName(socket, names) };
}

/** States as TCP's own names; ss(8) shortens some. */
const states: Readonly<Record<string, string>> = bare({
  ESTAB: 'ESTABLISHED',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'TIME-WAIT': 'TIME_WAIT',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  UNCONN: '',
});

export function stateOf({ state }: SocketInfo): string {
  return states[state] ?? state;
}

function socketName(socket: SocketInfo, names: SocketNames): string {
  const { protocol } = socket;
  const place = (address: string, port: number) => {
    const isAny = address === '0.0.0.0' || address === '::' || address === '*';
    const host = isAny ? '*' : address.includes(':') ? `[${names.host(address)}]` : names.host(address);
    return `${host}:${port === 0 ? '*' : names.port(port, protocol)}`;
  };
  const far = socket.remotePort === 0 ? '' : `->${place(socket.remote, socket.remotePort)}`;
  const state = protocol === 'tcp' ? stateOf(socket) : '';
  return `${place(socket.local, socket.localPort)}${far}${state === '' ? '' : ` (${state})`}`;
}
