/** Matches with one thing to say. */
import type { Extension } from './extension';
import { addrtype, iprange } from './matches/address';
import { markSpec } from './matches/mark';
import { comment, owner, specs, ttl } from './matches/packet';
import { defaultLimit, limit, statistic } from './matches/rate';
import { SmallMatch } from './matches/small-match';

/** Null when there is no such match here. */
export function smallMatch(name: string): Extension | null {
  switch (name) {
    case 'mark':
    case 'connmark':
      return new SmallMatch(markSpec(name));
    case 'comment':
      return new SmallMatch(comment);
    case 'limit':
      return new SmallMatch(limit, defaultLimit);
    case 'addrtype':
      return new SmallMatch(addrtype);
    case 'statistic':
      return new SmallMatch(statistic);
    case 'mac':
    case 'pkttype':
    case 'length':
      return new SmallMatch(specs[name]);
    case 'ttl':
      return new SmallMatch(ttl);
    case 'owner':
      return new SmallMatch(owner);
    case 'iprange':
      return new SmallMatch(iprange);
    default:
      return null;
  }
}
