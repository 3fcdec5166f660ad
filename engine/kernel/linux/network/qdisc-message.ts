/** Queueing disciplines and the one filter we use as rtnetlink(7) messages (linux/pkt_sched.h, linux/pkt_cls.h). */
import type { QdiscInfo, TokenBucket } from '../../network';
import { decodeAttributes, textOf } from '../inspect/netlink/message';
import { attribute } from '../link/rtnetlink';
import { nest, string, u32 } from './attributes';

export const RTM_NEWQDISC = 36;
export const RTM_GETQDISC = 38;
export const RTM_NEWTFILTER = 44;

const TC_H_ROOT = 0xffffffff;
const TC_H_INGRESS = 0xfffffff1;
const ingressHandle = 0xffff0000;
const TCA_KIND = 1;
const TCA_OPTIONS = 2;
const TCA_TBF_PARMS = 1;
const TCA_TBF_RATE64 = 4;
const TCA_TBF_BURST = 6;
const TC_LINKLAYER_ETHERNET = 1;
const maxRate32 = 0xffffffff;
/** The kernel tells times in steps of 64 nanoseconds (PSCHED_SHIFT). */
const tickNanoseconds = 64;
const TCA_U32_SEL = 5;
const TCA_U32_ACT = 7;
const TC_U32_TERMINAL = 1;
const TCA_ACT_KIND = 1;
const TCA_ACT_OPTIONS = 2;
const TCA_MIRRED_PARMS = 2;
const TC_ACT_STOLEN = 4;
const TCA_EGRESS_REDIR = 1;
const ETH_P_ALL = 0x0003;

/** struct tcmsg */
function header(index: number, handle: number, parent: number, info = 0): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt32LE(handle, 8);
  bytes.writeUInt32LE(parent, 12);
  bytes.writeUInt32LE(info, 16);
  return bytes;
}

export function qdiscQuestion(index: number): Buffer {
  return header(index, 0, 0);
}

export function encodeTokenBucket(index: number, bucket: TokenBucket): Buffer {
  // struct tc_tbf_qopt: rate and peak rate (struct tc_ratespec, 12 bytes each), limit, buffer, mtu.
  const parameters = Buffer.alloc(36);
  parameters.writeUInt8(TC_LINKLAYER_ETHERNET, 1);
  parameters.writeUInt32LE(Math.min(bucket.bytesPerSecond, maxRate32), 8);
  parameters.writeUInt32LE(bucket.limitBytes, 24);
  const rate = Buffer.alloc(8);
  rate.writeBigUInt64LE(BigInt(bucket.bytesPerSecond));
  return Buffer.concat([
    header(index, 0x00010000, TC_H_ROOT),
    string(TCA_KIND, 'tbf'),
    nest(
      TCA_OPTIONS,
      attribute(TCA_TBF_PARMS, parameters),
      u32(TCA_TBF_BURST, bucket.burstBytes),
      ...(bucket.bytesPerSecond > maxRate32 ? [attribute(TCA_TBF_RATE64, rate)] : []),
    ),
  ]);
}

export function encodeIngress(index: number): Buffer {
  return Buffer.concat([header(index, ingressHandle, TC_H_INGRESS), string(TCA_KIND, 'ingress')]);
}

/** A filter that takes every packet of the ingress discipline and sends it out at `to`. */
export function encodeRedirect(from: number, to: number): Buffer {
  // struct tc_u32_sel with one struct tc_u32_key, whose mask of 0 lets everything match.
  const selector = Buffer.alloc(16 + 16);
  selector.writeUInt8(TC_U32_TERMINAL, 0);
  selector.writeUInt8(1, 2);
  // struct tc_mirred
  const mirred = Buffer.alloc(28);
  mirred.writeInt32LE(TC_ACT_STOLEN, 8);
  mirred.writeInt32LE(TCA_EGRESS_REDIR, 20);
  mirred.writeUInt32LE(to, 24);
  const action = nest(1, string(TCA_ACT_KIND, 'mirred'), nest(TCA_ACT_OPTIONS, attribute(TCA_MIRRED_PARMS, mirred)));
  const bigEndianAll = ETH_P_ALL << 8;
  return Buffer.concat([
    header(from, 0, ingressHandle, (1 << 16) | bigEndianAll),
    string(TCA_KIND, 'u32'),
    nest(TCA_OPTIONS, attribute(TCA_U32_SEL, selector), nest(TCA_U32_ACT, action)),
  ]);
}

export function decodeQdisc(payload: Buffer, index: number): QdiscInfo[] {
  if (payload.readInt32LE(4) !== index) return [];
  const parent = payload.readUInt32LE(12);
  const attributes = decodeAttributes(payload.subarray(20));
  const kind = textOf(attributes, TCA_KIND) ?? '';
  const options = attributes.get(TCA_OPTIONS);
  const place = parent === TC_H_ROOT ? 'root' : parent === TC_H_INGRESS ? 'ingress' : 'other';
  if (kind !== 'tbf' || !options) return [{ index, kind, parent: place }];
  return [{ index, kind, parent: place, tokenBucket: decodeTokenBucket(options) }];
}

function decodeTokenBucket(options: Buffer): TokenBucket {
  const data = decodeAttributes(options);
  const parameters = data.get(TCA_TBF_PARMS) ?? Buffer.alloc(36);
  const large = data.get(TCA_TBF_RATE64);
  const bytesPerSecond = large ? Number(large.readBigUInt64LE(0)) : parameters.readUInt32LE(8);
  return {
    bytesPerSecond,
    burstBytes: Math.round((parameters.readUInt32LE(28) * tickNanoseconds * bytesPerSecond) / 1e9),
    limitBytes: parameters.readUInt32LE(24),
  };
}
