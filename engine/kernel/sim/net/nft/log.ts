/** What `log` writes into the kernel's log (nf_log_syslog.c). Linux does so for the initial network namespace only. */
import { formatIp } from '../address/ip';
import { macBytes } from '../address/mac';
import { ACK, FIN, type IpHeader, ipLength, PSH, RST, SYN } from '../packet/packet';
import type { HookContext } from './context';

export function writeLog(context: HookContext, prefix: string): void {
  const { ns, packet, input, output } = context;
  const devices = `IN=${input?.name ?? ''} OUT=${output?.name ?? ''}`;
  const { ethernet, ip } = packet;
  const mac =
    input && context.hook !== 'postrouting'
      ? ` MAC=${[...macText(ethernet.destination), ...macText(ethernet.source), '08', '00'].join(':')}`
      : '';
  ns.network.log(ns, `${prefix}${devices}${mac} ${ip ? ipText(ip) : ''}`);
}

function macText(mac: string): string[] {
  return macBytes(mac).map((byte) => byte.toString(16).padStart(2, '0'));
}

function ipText(ip: IpHeader): string {
  const { transport } = ip;
  const length = ipLength(ip);
  const head = `SRC=${formatIp(ip.source)} DST=${formatIp(ip.destination)} LEN=${length} TOS=0x${(ip.tos & 0x1e).toString(16).padStart(2, '0').toUpperCase()} PREC=0x${(ip.tos & 0xe0).toString(16).padStart(2, '0').toUpperCase()} TTL=${ip.ttl} ID=${ip.id} ${ip.dontFragment ? 'DF ' : ''}`;
  if (transport.kind === 'tcp') {
    const flags = [
      [SYN, 'SYN'],
      [ACK, 'ACK'],
      [PSH, 'PSH'],
      [RST, 'RST'],
      [FIN, 'FIN'],
    ] as const;
    const names = flags.flatMap(([bit, name]) => ((transport.flags & bit) === 0 ? [] : [name]));
    return `${head}PROTO=TCP SPT=${transport.sourcePort} DPT=${transport.destinationPort} WINDOW=${transport.window & 0xffff} RES=0x00 ${names.join(' ')} URGP=0 `;
  }
  if (transport.kind === 'udp')
    return `${head}PROTO=UDP SPT=${transport.sourcePort} DPT=${transport.destinationPort} LEN=${8 + transport.data.length} `;
  if (transport.kind === 'icmp')
    return `${head}PROTO=ICMP TYPE=${transport.type} CODE=${transport.code} ID=${transport.id} SEQ=${transport.seq} `;
  return `${head}PROTO=${ip.protocol} `;
}
