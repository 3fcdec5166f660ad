/** Sockets in `/proc/net`: tcp, udp, raw, unix, packet, and how many there are. */
import { bare } from '../../abi/bare';
import { type IpAddress, ipBytes, parseIp } from '../address/ip';
import type { SocketInfo } from '../socket-types';
import type { NetNamespace } from '../types';

const states: Record<string, number> = bare({
  ESTAB: 1,
  'SYN-SENT': 2,
  'SYN-RECV': 3,
  'FIN-WAIT-1': 4,
  'FIN-WAIT-2': 5,
  'TIME-WAIT': 6,
  UNCONN: 7,
  'CLOSE-WAIT': 8,
  'LAST-ACK': 9,
  LISTEN: 10,
  CLOSING: 11,
});
const head4 = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const head6 =
  '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

type Family = 'inet' | 'inet6';

export function tcpFile(ns: NetNamespace, family: Family): string {
  const order = (info: SocketInfo) => (info.state === 'LISTEN' ? 0 : 1);
  const sockets = listed(ns, 'tcp', family).sort((a, b) => order(a) - order(b));
  const lines = sockets.map((info, slot) => `${common(info, slot, 4)} 1 0000000000000000 100 0 0 10 0`);
  return family === 'inet' ? padded([head4, ...lines], 149) : plain([head6, ...lines]);
}

export function udpFile(ns: NetNamespace, family: Family): string {
  const lines = listed(ns, 'udp', family).map((info) => `${common(info, info.localPort, 5)} 2 0000000000000000 0`);
  const tail = ' ref pointer drops';
  return family === 'inet' ? padded([` ${head4}${tail}`, ...lines], 127) : plain([`${head6}${tail}`, ...lines]);
}

export function rawFile(ns: NetNamespace, family: Family): string {
  const lines = listed(ns, 'raw', family).map((info) => `${common(info, info.localPort, 4)} 2 0000000000000000 0`);
  return plain([`${family === 'inet' ? head4 : head6} ref pointer drops`, ...lines]);
}

export function icmpFile(ns: NetNamespace): string {
  const lines = listed(ns, 'icmp', 'inet').map((info) => `${common(info, info.localPort, 5)} 2 0000000000000000 0`);
  return padded([`${head4} ref pointer drops`, ...lines], 127);
}

export function unixFile(ns: NetNamespace): string {
  const types = { stream: '0001', dgram: '0002', raw: '0003', seqpacket: '0005' };
  const lines = ns.sockets.list().flatMap(({ protocol, state, type, inode, local }) => {
    if (protocol !== 'unix') return [];
    const flags = state === 'LISTEN' ? '00010000' : '00000000';
    const number = state === 'ESTAB' ? '03' : '01';
    return [
      `0000000000000000: ${state === 'ESTAB' ? '00000003' : '00000002'} 00000000 ${flags} ${types[type]} ${number} ${String(inode).padStart(5)}${local === '' ? '' : ` ${local}`}`,
    ];
  });
  return plain(['Num       RefCount Protocol Flags    Type St Inode Path', ...lines]);
}

export function packetFile(ns: NetNamespace): string {
  const lines = ns.sockets.list().flatMap(({ protocol, type, local, localPort, recvQueue, uid, inode }) => {
    if (protocol !== 'packet') return [];
    const number = local === '*' ? '0003' : Number(local).toString(16).padStart(4, '0');
    return [
      `0000000000000000 3      ${type === 'raw' ? 3 : 2}    ${number}   ${String(localPort).padEnd(5)} 1 ${String(recvQueue).padEnd(6)} ${String(uid).padEnd(6)} ${inode}`,
    ];
  });
  return plain(['sk               RefCnt Type Proto  Iface R Rmem   User   Inode', ...lines]);
}

export function sockstat(ns: NetNamespace): string {
  const count = (protocol: SocketInfo['protocol']) =>
    listed(ns, protocol, 'inet').filter(({ inode }) => inode !== 0).length;
  const waiting = [...ns.sockets.tcp.orphans].filter(({ state }) => state === 'TIME-WAIT').length;
  const orphans = [...ns.sockets.tcp.orphans].length - waiting;
  return plain([
    `sockets: used ${ns.sockets.open.size}`,
    `TCP: inuse ${count('tcp')} orphan ${orphans} tw ${waiting} alloc ${count('tcp') + listed(ns, 'tcp', 'inet6').length} mem 0`,
    `UDP: inuse ${count('udp')} mem 0`,
    'UDPLITE: inuse 0',
    `RAW: inuse ${count('raw')}`,
    'FRAG: inuse 0 memory 0',
  ]);
}

export function sockstat6(ns: NetNamespace): string {
  const count = (protocol: SocketInfo['protocol']) =>
    listed(ns, protocol, 'inet6').filter(({ inode }) => inode !== 0).length;
  return plain([
    `TCP6: inuse ${count('tcp')}`,
    `UDP6: inuse ${count('udp')}`,
    'UDPLITE6: inuse 0',
    `RAW6: inuse ${count('raw')}`,
    'FRAG6: inuse 0 memory 0',
  ]);
}

function listed(ns: NetNamespace, protocol: SocketInfo['protocol'], family: Family): SocketInfo[] {
  return ns.sockets.list().filter((info) => info.protocol === protocol && info.family === family);
}

function common(info: SocketInfo, slot: number, width: number): string {
  const end = (address: string, port: number) =>
    `${addressHex(parseIp(address) ?? 0)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const queue = (bytes: number) => bytes.toString(16).toUpperCase().padStart(8, '0');
  const state = (states[info.state] ?? 7).toString(16).toUpperCase().padStart(2, '0');
  return `${String(slot).padStart(width)}: ${end(info.local, info.localPort)} ${end(info.remote, info.remotePort)} ${state} ${queue(info.sendQueue)}:${queue(info.recvQueue)} 00:00000000 00000000 ${String(info.uid).padStart(5)}        0 ${info.inode}`;
}

/** Words of four bytes, each as a number of a little-endian machine. */
function addressHex(address: IpAddress): string {
  const bytes = ipBytes(address);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    text += bytes
      .slice(at, at + 4)
      .reverse()
      .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
      .join('');
  }
  return text;
}

function plain(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function padded(lines: readonly string[], width: number): string {
  return `${lines.map((line) => line.padEnd(width)).join('\n')}\n`;
}
