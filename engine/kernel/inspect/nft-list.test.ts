import { describe, expect, it } from 'vitest';
import { parseNftList } from './nft-list';

// The form of `nft --handle --stateless list ruleset` of nftables 1.0.6, wrapped lines and all.
const ruleset = `table inet filter { # handle 1
	set blocked { # handle 3
		type ipv4_addr
		elements = { 192.0.2.1, 192.0.2.2,
			     192.0.2.3 }
	}

	chain input { # handle 1
		type filter hook input priority filter; policy accept;
		ip saddr @blocked drop # handle 4
		ct state vmap { invalid : drop, established : accept } # handle 5
		tcp dport 22 jump ssh # handle 6
		iifname "drop" counter # handle 7
	}

	chain ssh { # handle 2
		limit rate 10/minute accept comment "not drop" # handle 8
	}
}
# Warning: table ip nat is managed by iptables-nft, do not touch!
table ip nat { # handle 2
	chain POSTROUTING { # handle 1
		type nat hook postrouting priority srcnat; policy accept;
		oifname "eth0" ip saddr 10.0.0.0/24 counter masquerade # handle 2
		tcp dport 80 dnat to 10.0.0.2:8080 # handle 3
		ip protocol tcp counter xt target "REDIRECT" # handle 4
	}
}
`;
const rules = parseNftList(ruleset, 'net:1');

describe('parseNftList', () => {
  it('reads a rule with its table, chain and hook', () => {
    expect(rules.find(({ verdict }) => verdict === 'masquerade')).toEqual({
      ns: 'net:1',
      family: 'ip',
      table: 'nat',
      chain: 'POSTROUTING',
      hook: 'postrouting',
      type: 'nat',
      handle: 2,
      text: 'oifname "eth0" ip saddr 10.0.0.0/24 counter masquerade',
      verdict: 'masquerade',
    });
  });

  it('knows what decides in each rule', () => {
    expect(rules.map(({ handle, verdict }) => [handle, verdict])).toEqual([
      [4, 'drop'],
      [5, 'vmap'],
      [6, 'jump'],
      [7, null],
      [8, 'accept'],
      [2, 'masquerade'],
      [3, 'dnat'],
      [4, 'redirect'],
    ]);
  });

  it('gives no hook to a regular chain, and no rules for an empty ruleset', () => {
    expect(rules.find(({ chain }) => chain === 'ssh')).toMatchObject({ hook: null, type: null });
    expect(parseNftList('', 'net:1')).toEqual([]);
  });
});
