/** What `ip -d link` adds: limits of the device, and what its kind is made of. */
import type { LinkInfo } from '../../../kernel/sim';
import type { IpContext } from './context';

const segmentation = (tsoMax: number) =>
  `gso_max_size 65536 gso_max_segs 65535 tso_max_size ${tsoMax} tso_max_segs 65535 gro_max_size 65536 `;

export function linkDetails(context: IpContext, link: LinkInfo): string {
  const { newline, sys } = context;
  const isLo = link.linkType === 'loopback';
  const allMulti = link.master === null ? 0 : 1;
  const isUnlimited = isLo || link.kind === 'ifb';
  const limits = ` promiscuity ${link.promiscuity}  allmulti ${allMulti} minmtu ${isUnlimited ? 0 : 68} maxmtu ${isUnlimited ? 0 : link.kind === 'tun' ? 65521 : 65535}`;
  const kind = kindText(context, link);
  const port = link.master === null ? undefined : sys.bridgePorts().find(({ index }) => index === link.index);
  let text = limits;
  if (kind !== null) text += ` ${newline}    ${kind}`;
  if (port) text += ` ${newline}    ${portText(context, link, port)}`;
  const mode = link.hasNoGeneratedAddress ? 'none' : 'eui64';
  // A bridge learns from its first port how much may be left to the device.
  const tsoMax = link.kind === 'bridge' && link.details.hadPort === false ? 65536 : 524280;
  return `${text} addrgenmode ${mode} numtxqueues ${link.txQueues} numrxqueues ${link.rxQueues} ${segmentation(tsoMax)}`;
}

function kindText(context: IpContext, link: LinkInfo): string | null {
  const { details } = link;
  switch (link.kind) {
    case '':
      return null;
    case 'bridge':
      return bridgeText(link);
    case 'vlan':
      return `vlan protocol 802.1Q id ${details.id} <REORDER_HDR>`;
    case 'macvlan':
      return `macvlan mode ${details.mode} bcqueuelen 1000 usedbcqueuelen 1000`;
    case 'ipvlan':
      return `ipvlan  mode ${details.mode} ${details.flag}`;
    case 'vxlan':
      return vxlanText(context, link);
    case 'tun':
      return `tun type ${details.mode} pi off vnet_hdr off persist on`;
    default:
      return link.kind;
  }
}

const onOff = (on: boolean) => (on ? 'on' : 'off');

/** `8000.2:0:0:0:0:2`: the priority, and the address without zeros in front. */
function bridgeId(details: LinkInfo['details'] | undefined): string {
  const bytes = String(details?.id ?? '').split(':');
  const short = bytes.map((byte) => Number.parseInt(byte, 16).toString(16)).join(':');
  return `${Number(details?.priority).toString(16).padStart(4, '0')}.${short}`;
}

function bridgeText({ details }: LinkInfo): string {
  const id = bridgeId(details);
  return (
    `bridge forward_delay ${Number(details.forwardDelay) * 100} hello_time ${Number(details.hello) * 100} ` +
    `max_age ${Number(details.maxAge) * 100} ageing_time ${Number(details.ageing) * 100} stp_state ${details.stp ? 1 : 0} ` +
    `priority ${details.priority} vlan_filtering ${details.vlanFiltering ? 1 : 0} bridge_id ${id} designated_root ${id} ` +
    'root_port 0 root_path_cost 0 topology_change 0 topology_change_detected 0 hello_timer    0.00 tcn_timer    0.00 ' +
    `topology_change_timer    0.00 gc_timer    0.00 group_fwd_mask 0 group_address 01:80:c2:00:00:00 mcast_snooping ${details.mcastSnooping ? 1 : 0} ` +
    'no_linklocal_learn 0 mcast_vlan_snooping 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 ' +
    'mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2 ' +
    'mcast_last_member_interval 100 mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500 ' +
    'mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2 ' +
    'mcast_mld_version 1 nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0'
  );
}

function portText(
  context: IpContext,
  link: LinkInfo,
  port: ReturnType<IpContext['sys']['bridgePorts']>[number],
): string {
  const bridge = link.master === null ? undefined : context.linkByIndex(link.master);
  const id = bridgeId(bridge?.details);
  const portId = (port.priority << 10) | port.number;
  return (
    `bridge_slave state ${port.state} priority ${port.priority} cost ${port.cost} hairpin ${onOff(port.hairpin)} guard off root_block off ` +
    `fastleave off learning ${onOff(port.learning)} flood ${onOff(port.flood)} port_id 0x${portId.toString(16)} port_no 0x${port.number.toString(16)} ` +
    `designated_port ${portId} designated_cost 0 designated_bridge ${id} designated_root ${id} hold_timer    0.00 ` +
    'message_age_timer    0.00 forward_delay_timer    0.00 topology_change_ack 0 config_pending 0 proxy_arp off proxy_arp_wifi off ' +
    `mcast_router 1 mcast_fast_leave off mcast_flood on bcast_flood on mcast_to_unicast off neigh_suppress ${onOff(port.neighSuppress)} ` +
    `group_fwd_mask 0 group_fwd_mask_str 0x0 vlan_tunnel off isolated ${onOff(port.isolated)} locked off`
  );
}

function vxlanText(_context: IpContext, { details }: LinkInfo): string {
  const parts = [`vxlan id ${details.id}`];
  for (const name of ['group', 'remote', 'local', 'dev'])
    if (details[name] !== undefined) parts.push(`${name} ${details[name]}`);
  parts.push(`srcport 0 0 dstport ${details.port}`);
  if (details.learning === false) parts.push('nolearning');
  parts.push('ttl auto', `ageing ${details.ageing}`, 'udpcsum', 'noudp6zerocsumtx', 'noudp6zerocsumrx');
  return parts.join(' ');
}
