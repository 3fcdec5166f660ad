/** Topologies that work, with faults: an operation left out here, a wrong one put in there. */
import fc from 'fast-check';
import type { NetworkOperation, NftRules } from './operations';

type Family = 4 | 6;
/** Host `host` of network `network`. */
const address = (family: Family, network: number, host: number) =>
  family === 4 ? `10.0.${network}.${host}` : `fd00:${network}::${host}`;
const prefix = (family: Family) => (family === 4 ? 24 : 64);
const network = (family: Family, number: number) =>
  `${family === 4 ? `10.0.${number}.0` : `fd00:${number}::`}/${prefix(family)}`;
const families: readonly Family[] = [4, 6];

/** Nodes 0 to `last` in a row; cable N leads from node N-1 to node N and is network N. */
function chain(last: number): NetworkOperation[] {
  const operations: NetworkOperation[] = [];
  for (let at = 1; at <= last; at++) {
    operations.push({ op: 'cable', ends: [at - 1, at], name: `v${at}` });
    for (const family of families) {
      operations.push(give(at - 1, `v${at}`, family, at, 1), give(at, `v${at}`, family, at, 2));
    }
  }
  for (let node = 0; node <= last; node++) {
    for (const family of families) {
      if (node > 0 && node < last) operations.push({ op: 'forward', node, family });
      for (let other = 1; other <= last; other++) {
        if (other < node) operations.push(route(node, network(family, other), address(family, node, 1)));
        if (other > node + 1) operations.push(route(node, network(family, other), address(family, node + 1, 2)));
      }
    }
  }
  return operations;
}

/** Node 0 is a router with a bridge (network 1) to nodes 1 to `leaves`; with `uplink` node 4 lies behind it in network 2. */
function star(leaves: number, uplink: boolean): NetworkOperation[] {
  const operations: NetworkOperation[] = [];
  const names = Array.from({ length: leaves }, (_, at) => `v${at + 1}`);
  names.forEach((name, at) => {
    operations.push({ op: 'cable', ends: [0, at + 1], name });
  });
  operations.push({ op: 'bridge', node: 0, ports: names });
  if (uplink) operations.push({ op: 'cable', ends: [0, 4], name: 'u4' });
  for (const family of families) {
    operations.push(give(0, 'sw', family, 1, 254), { op: 'forward', node: 0, family });
    names.forEach((name, at) => {
      operations.push(give(at + 1, name, family, 1, at + 1), route(at + 1, 'default', address(family, 1, 254)));
    });
    if (!uplink) continue;
    operations.push(give(0, 'u4', family, 2, 1), give(4, 'u4', family, 2, 2));
    operations.push(route(4, network(family, 1), address(family, 2, 1)));
  }
  return operations;
}

function give(node: number, device: string, family: Family, number: number, host: number): NetworkOperation {
  return { op: 'address', node, device, address: `${address(family, number, host)}/${prefix(family)}` };
}

function route(node: number, to: string, via: string): NetworkOperation {
  return { op: 'route', node, route: `${to} via ${via}` };
}

const base: fc.Arbitrary<NetworkOperation[]> = fc.oneof(
  fc.integer({ min: 1, max: 3 }).map(chain),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([leaves, uplink]) => star(leaves, uplink)),
);

const node = fc.constantFrom(0, 0, 1, 1, 2, 3, 4);
const device = fc.constantFrom('v1', 'v1', 'v2', 'v3', 'sw', 'u4', 'lo');
const cabled = device.filter((name) => name !== 'lo');
const family = fc.constantFrom<Family>(4, 4, 6);
const number = fc.constantFrom(1, 1, 2, 3, 7);
const host = fc.constantFrom(1, 2, 2, 3, 77, 254);
const anyAddress = fc.tuple(family, number, host).map((parts) => address(...parts));
const addressOf = (of: Family) => fc.tuple(number, host).map((parts) => address(of, ...parts));
const networkOf = (of: Family) =>
  fc.oneof(
    fc.constant('default'),
    number.map((n) => network(of, n)),
    fc.tuple(number, host).map((parts) => address(of, ...parts)),
  );

const wrongRoute = family.chain((of) =>
  fc
    .tuple(
      networkOf(of),
      fc.oneof(
        addressOf(of).map((via) => `via ${via}`),
        cabled.map((name) => `dev ${name}`),
        fc.constant('refused'),
      ),
      fc.constantFrom('blackhole', 'unreachable', 'prohibit'),
      fc.constantFrom('', '', ' metric 10', ' metric 5000'),
    )
    .map(([to, way, kind, metric]) => {
      const text = to === 'default' && of === 6 ? '::/0' : to;
      return (way === 'refused' ? `${kind} ${text}` : `${text} ${way}`) + metric;
    }),
);

// Not by an IPv6 source: Linux asks again for the way of the error it sends, the simulated kernel does not yet.
const wrongRule = family.chain((of) =>
  fc
    .tuple(
      of === 4 ? fc.constantFrom('from', 'to') : fc.constant('to'),
      number,
      fc.constantFrom('blackhole', 'unreachable', 'prohibit', 'lookup 100', 'lookup main'),
      fc.constantFrom(100, 200),
    )
    .map(([which, n, action, priority]) => `${which} ${network(of, n)} ${action} priority ${priority}`),
);

const match = fc.constantFrom('tcp dport 80', 'tcp dport 81', 'udp dport 53', 'udp dport 54', 'meta l4proto tcp');
const scope = fc.oneof(
  fc.constant(''),
  device.map((name) => `oifname ${name} `),
  fc.tuple(fc.constantFrom('saddr', 'daddr'), anyAddress).map(([which, at]) => `${ipWord(at)} ${which} ${at} `),
);

function ipWord(text: string): string {
  return text.includes(':') ? 'ip6' : 'ip';
}

const verdict = fc.constantFrom(
  'accept',
  'drop',
  'reject',
  'reject with icmpx type admin-prohibited',
  'reject with icmpx type host-unreachable',
  'reject with icmpx type no-route',
);
const filterRule = fc.oneof(
  fc.tuple(scope, match, verdict).map(([where, what, then]) => `${where}${what} ${then}`),
  fc.tuple(fc.constantFrom('tcp dport 80', 'meta l4proto tcp')).map(([what]) => `${what} reject with tcp reset`),
  fc.constantFrom(
    'ct state established,related accept',
    'ct state established accept',
    'ct state new drop',
    'ct state invalid drop',
    'icmp type echo-request drop',
    'icmp type echo-request accept',
    'icmpv6 type echo-request reject',
    'ct status dnat accept',
    'meta mark set 7',
    'meta mark 7 drop',
    'counter',
    'iifname v1 drop',
    'iifname sw accept',
    'ip saddr 10.0.1.0/24 accept',
    'ip6 daddr fd00:1::/64 reject',
  ),
);
/** A host that drops what neighbours say of themselves learns of them by chance: who was asked first, and by whom. */
const neighbours = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept';
const filter: fc.Arbitrary<NftRules> = fc
  .record({
    table: fc.constant('filter' as const),
    chain: fc.constantFrom('forward' as const, 'forward' as const, 'input' as const, 'output' as const),
    policy: fc.constantFrom('accept' as const, 'accept' as const, 'drop' as const),
    rules: fc.array(filterRule, { minLength: 1, maxLength: 3 }),
  })
  .map((all) => (all.chain === 'forward' ? all : { ...all, rules: [neighbours, ...all.rules] }));

const bracketed = (at: string) => (at.includes(':') ? `[${at}]` : at);
const sourceNat = family.chain(
  (of): fc.Arbitrary<NftRules> =>
    fc.record({
      table: fc.constant(of === 4 ? ('nat' as const) : ('nat6' as const)),
      chain: fc.constant('postrouting' as const),
      policy: fc.constant('accept' as const),
      rules: fc.array(
        fc
          .tuple(
            fc.constantFrom(
              '',
              'oifname v1 ',
              'oifname v2 ',
              'oifname u4 ',
              'oifname sw ',
              'oifname != lo ',
              'tcp dport 80 ',
            ),
            fc.oneof(
              fc.constant('masquerade'),
              addressOf(of).map((at) => `snat to ${at}`),
            ),
          )
          .map((parts) => parts.join('')),
        { minLength: 1, maxLength: 2 },
      ),
    }),
);
const destinationNat = family.chain(
  (of): fc.Arbitrary<NftRules> =>
    fc.record({
      table: fc.constant(of === 4 ? ('nat' as const) : ('nat6' as const)),
      chain: fc.constantFrom('prerouting' as const, 'prerouting' as const, 'output' as const),
      policy: fc.constant('accept' as const),
      rules: fc.array(
        fc
          .tuple(
            fc.oneof(
              fc.constant(''),
              addressOf(of).map((at) => `${ipWord(at)} daddr ${at} `),
            ),
            fc.oneof(
              fc
                .tuple(fc.constantFrom('tcp dport 80', 'tcp dport 81', 'udp dport 53', 'udp dport 54'), addressOf(of))
                .map(([what, at]) => `${what} dnat to ${at}`),
              fc
                .tuple(fc.constantFrom('tcp dport 80', 'tcp dport 81'), addressOf(of), fc.constantFrom(80, 8080))
                .map(([what, at, port]) => `${what} dnat to ${bracketed(at)}:${port}`),
              fc.constantFrom('tcp dport 81 redirect to :80', 'udp dport 54 redirect to :53', 'tcp dport 80 redirect'),
            ),
          )
          .map((parts) => parts.join('')),
        { minLength: 1, maxLength: 2 },
      ),
    }),
);

const extra: fc.Arbitrary<NetworkOperation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('nft' as const), node, rules: filter }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('nft' as const), node, rules: sourceNat }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('nft' as const), node, rules: destinationNat }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('route' as const), node, route: wrongRoute }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('rule' as const), node, rule: wrongRule }) },
  {
    weight: 1,
    // Not on lo: all of the network is the host's own then, and two answer for one address.
    arbitrary: fc.tuple(node, cabled, family, number, host).map(([n, name, ...rest]) => give(n, name, ...rest)),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('forward' as const), node, family }) },
  // Without lo Linux finds no IPv6 source where the simulated kernel has no address to use: another errno.
  { weight: 1, arbitrary: fc.record({ op: fc.constant('down' as const), node, device: cabled }) },
);

/** One operation in twelve is left out; up to six others follow. */
export const networkOperations: fc.Arbitrary<NetworkOperation[]> = fc
  .tuple(base, fc.infiniteStream(fc.nat(11)), fc.array(extra, { maxLength: 6 }))
  .map(([right, chances, wrong]) => [
    ...right.filter((operation) => operation.op === 'cable' || chances.next().value !== 0),
    ...wrong,
  ]);
