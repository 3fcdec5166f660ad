/** Forgetting tracked connections (ctnetlink; linux/netfilter/nfnetlink_conntrack.h). */
import { decodeAttributes } from '../inspect/netlink/message';
import { attribute } from '../link/rtnetlink';
import type { Conversation } from './conversation';

const NFNL_SUBSYS_CTNETLINK = 1;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_PROTO = 2;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_DST_PORT = 3;
const IPPROTO_UDP = 17;

/** Forgets all UDP flows that came to `port`: they would go on to where it led before (conntrack(8) -D). */
export function forgetUdpFlows(conversation: Conversation, port: number): void {
  for (const family of [2, 10]) {
    const header = Buffer.of(family, 0, 0, 0);
    const list = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET;
    for (const payload of conversation.dump(list, header, 'conntrack')) {
      const tuple = decodeAttributes(payload.subarray(4)).get(CTA_TUPLE_ORIG);
      if (!tuple || payload[0] !== family || !isUdpTo(tuple, port)) continue;
      const remove = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE;
      conversation.tell(remove, Buffer.concat([header, attribute(CTA_TUPLE_ORIG | 0x8000, tuple)]));
    }
  }
}

function isUdpTo(tuple: Buffer, port: number): boolean {
  const protocol = decodeAttributes(decodeAttributes(tuple).get(CTA_TUPLE_PROTO) ?? Buffer.alloc(0));
  return protocol.get(CTA_PROTO_NUM)?.[0] === IPPROTO_UDP && protocol.get(CTA_PROTO_DST_PORT)?.readUInt16BE(0) === port;
}
