/** Devices in the port's terms: what of them `ip link` shows is more, and kinds have more details. */
import { checkedDeviceName } from '../../../device-name';
import type { LinkDetails, LinkInfo, NetworkNamespace, NewLink, QdiscInfo } from '../../../network';
import { SysError } from '../../abi';
import type { NetDevice } from '../../net/device/device';
import { linkInfo } from '../../net/requests/links';
import { shapingOf } from '../../net/requests/shaping';
import type { LinkInfo as SimLinkInfo, NewLink as SimNewLink } from '../../net/route-types';

/** In the order of their bits (linux/if.h). */
const flagNames = [
  'UP',
  'BROADCAST',
  'LOOPBACK',
  'POINTOPOINT',
  'NOARP',
  'PROMISC',
  'ALLMULTI',
  'MULTICAST',
  'LOWER_UP',
];
const linkTypes = ['loopback', 'ether', 'none'] as const;

/** By kind: which details there are, as the port has them. */
const knownDetails: Readonly<Record<string, readonly string[]>> = {
  bridge: ['vlanFiltering'],
  macvlan: ['mode', 'bcqueuelen'],
  ipvlan: ['mode'],
  vlan: ['id'],
  vxlan: ['id', 'local', 'remote', 'group', 'link', 'port', 'learning'],
};

export function qdiscsOf(device: NetDevice): QdiscInfo[] {
  const { index } = device;
  const { tokenBucket, ingressRedirect } = shapingOf(device);
  const root: QdiscInfo = { index, kind: linkInfo(device).qdisc, parent: 'root', ...(tokenBucket && { tokenBucket }) };
  const ingress: QdiscInfo = { index, kind: 'ingress', parent: 'ingress' };
  return [...(device.activated || device.qdisc ? [root] : []), ...(ingressRedirect ? [ingress] : [])];
}

export function toLinkInfo(info: SimLinkInfo): LinkInfo {
  const { index, name, kind, address, mtu, queueLength, group, operState, master, alias, promiscuity } = info;
  return {
    index,
    name,
    kind,
    linkType: linkTypes.find((type) => type === info.linkType) ?? 'other',
    address,
    mtu,
    queueLength,
    group,
    flags: flagNames.filter((flag) => info.flags.includes(flag)),
    operState,
    master,
    link: info.link,
    linkNetnsId: info.linkNetnsId,
    alias,
    details: toDetails(kind, info.details),
    promiscuity,
  };
}

function toDetails(kind: string, { group, ...details }: LinkDetails): LinkDetails {
  const known = knownDetails[kind] ?? [];
  const all = group === undefined ? details : { ...details, remote: group };
  return Object.fromEntries(Object.entries(all).filter(([name]) => known.includes(name)));
}

/** Errors: EINVAL for a detail that the kind does not have. */
export function toNewLink({ details = {}, ...link }: NewLink): SimNewLink<NetworkNamespace> {
  for (const { name } of [link, link.peer ?? {}]) if (name !== undefined) checkedDeviceName(name);
  const known = knownDetails[link.kind] ?? [];
  const unknown = Object.keys(details).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new SysError('EINVAL', `${unknown} is not a detail of ${link.kind}`);
  const { link: lower, ...rest } = details;
  return { ...link, ...(lower === undefined ? {} : { link: Number(lower) }), details: rest };
}
