/** Reading a rule of nf_tables back, as far as one rule is told from another by it. */
import type { NftRuleInfo } from '../../packet-rules';
import { formatIp } from '../inspect/netlink/ip-address';
import { type Attributes, decodeAttributes, textOf } from '../inspect/netlink/message';

const NFTA_EXPR_NAME = 1;
const NFTA_EXPR_DATA = 2;
const NFT_PAYLOAD_NETWORK_HEADER = 1;
const NFT_META = { iifname: 6, oifname: 7 } as const;
/** The first of what a rule's user data may hold (libnftnl: type, length, text). */
export const userdataComment = 0;

type Facts = Omit<NftRuleInfo, 'handle'>;
/** What the register holds that the next comparison is about. */
type Loaded = 'source' | 'destination' | 'iifname' | 'oifname' | null;

const empty = Buffer.alloc(0);

export function decodeRule(expressions: Buffer | undefined, userdata: Buffer | undefined): Facts {
  const facts: Facts = {
    comment: commentIn(userdata),
    jump: null,
    source: null,
    destination: null,
    iifname: null,
    oifname: null,
  };
  let loaded: Loaded = null;
  for (const { name, data } of elements(expressions ?? empty)) {
    if (name === 'match' && textOf(data, 1) === 'comment') facts.comment ??= cString(data.get(3) ?? empty);
    if (name === 'immediate') facts.jump = jumpIn(data.get(2)) ?? facts.jump;
    if (name === 'payload') loaded = addressLoaded(data);
    if (name === 'meta') loaded = deviceLoaded(data);
    if (name === 'cmp' && loaded) {
      const value = decodeAttributes(data.get(3) ?? empty).get(1) ?? empty;
      facts[loaded] = loaded === 'iifname' || loaded === 'oifname' ? cString(value) : formatIp(value);
    }
  }
  return facts;
}

function* elements(list: Buffer): Generator<{ name: string | null; data: Attributes }> {
  for (let at = 0; at + 4 <= list.length; ) {
    const length = list.readUInt16LE(at);
    if (length < 4) return;
    const element = decodeAttributes(list.subarray(at + 4, at + length));
    yield { name: textOf(element, NFTA_EXPR_NAME), data: decodeAttributes(element.get(NFTA_EXPR_DATA) ?? empty) };
    at += (length + 3) & ~3;
  }
}

/** Whole addresses only: of an address that is compared in part nothing is told. */
function addressLoaded(data: Attributes): Loaded {
  const [base, offset, length] = [2, 3, 4].map((type) => data.get(type)?.readUInt32BE(0));
  if (base !== NFT_PAYLOAD_NETWORK_HEADER) return null;
  if (length === 4) return offset === 12 ? 'source' : offset === 16 ? 'destination' : null;
  return length === 16 ? (offset === 8 ? 'source' : 'destination') : null;
}

function deviceLoaded(data: Attributes): Loaded {
  const key = data.get(2)?.readUInt32BE(0);
  return key === NFT_META.iifname ? 'iifname' : key === NFT_META.oifname ? 'oifname' : null;
}

function commentIn(userdata: Buffer | undefined): string | null {
  if (!userdata || userdata.length < 2 || userdata[0] !== userdataComment) return null;
  return cString(userdata.subarray(2, 2 + (userdata[1] ?? 0)));
}

function jumpIn(data: Buffer | undefined): string | null {
  const verdict = data && decodeAttributes(data).get(2);
  return verdict ? textOf(decodeAttributes(verdict), 2) : null;
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
