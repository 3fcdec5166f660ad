/** What a device's kind adds to it: IFLA_INFO_DATA of bridge, macvlan, ipvlan, vlan and vxlan (linux/if_link.h). */
import { isIP } from 'node:net';
import type { LinkDetails } from '../../network';
import { KernelError } from '../../port';
import { formatIp } from '../inspect/netlink/ip-address';
import type { Attributes } from '../inspect/netlink/message';
import { ip, nameOf, numberFor, u8, u16, u16be, u32 } from './attributes';

const macvlanModes = { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 } as const;
const ipvlanModes = { l2: 0, l3: 1, l3s: 2 } as const;

type Detail = LinkDetails[string];
type Encoder = (value: Detail) => Buffer;

const encoders: Record<string, Record<string, Encoder>> = {
  bridge: {
    vlanFiltering: (value) => u8(7, value ? 1 : 0),
    vlanDefaultPvid: (value) => u16(39, Number(value)),
  },
  macvlan: {
    mode: (value) => u32(1, numberFor(macvlanModes, String(value), 'macvlan mode')),
    bcqueuelen: (value) => u32(7, Number(value)),
  },
  ipvlan: { mode: (value) => u16(1, numberFor(ipvlanModes, String(value), 'ipvlan mode')) },
  vlan: { id: (value) => u16(1, Number(value)) },
  vxlan: {
    id: (value) => u32(1, Number(value)),
    group: (value) => endpoint(2, 16, String(value)),
    remote: (value) => endpoint(2, 16, String(value)),
    local: (value) => endpoint(4, 17, String(value)),
    link: (value) => u32(3, Number(value)),
    learning: (value) => u8(7, value ? 1 : 0),
    port: (value) => u16be(15, Number(value)),
  },
};

function endpoint(type4: number, type6: number, address: string): Buffer {
  return ip(isIP(address) === 6 ? type6 : type4, address);
}

/** Errors: EINVAL for a detail that the kind does not have. */
export function encodeDetails(kind: string, details: LinkDetails): Buffer {
  return Buffer.concat(
    Object.entries(details).map(([name, value]) => {
      const encode = encoders[kind]?.[name];
      if (!encode) throw new KernelError('EINVAL', `link of kind ${kind}`, name, 'not a detail of this kind');
      return encode(value);
    }),
  );
}

export function decodeDetails(kind: string, data: Attributes): LinkDetails {
  if (kind === 'bridge') return { vlanFiltering: data.get(7)?.[0] === 1 };
  if (kind === 'macvlan') return { mode: nameOf(macvlanModes, data.get(1)?.readUInt32LE(0)) ?? 'unknown' };
  if (kind === 'ipvlan') return { mode: nameOf(ipvlanModes, data.get(1)?.readUInt16LE(0)) ?? 'unknown' };
  if (kind === 'vlan') return { id: data.get(1)?.readUInt16LE(0) ?? 0 };
  return kind === 'vxlan' ? decodeVxlan(data) : {};
}

function decodeVxlan(data: Attributes): LinkDetails {
  const details: LinkDetails = { id: data.get(1)?.readUInt32LE(0) ?? 0, port: data.get(15)?.readUInt16BE(0) ?? 0 };
  const remote = data.get(2) ?? data.get(16);
  const local = data.get(4) ?? data.get(17);
  if (remote) details.remote = formatIp(remote);
  if (local) details.local = formatIp(local);
  return { ...details, learning: data.get(7)?.[0] === 1 };
}
