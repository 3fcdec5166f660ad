/**
 * A packet filter's rules as data (nf_tables; nft(8)). nft(8) and iptables(8) build these, the stack evaluates them, and
 * `print.ts` writes them as `nft list ruleset` does.
 */
export type NftFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';
export type NftHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress';

export interface NftTable {
  family: NftFamily;
  name: string;
  handle: number;
  chains: Map<string, NftChain>;
  sets: Map<string, NftSet>;
  counters: Map<string, { handle: number; packets: number; bytes: number }>;
  dormant: boolean;
}

export interface NftChain {
  name: string;
  handle: number;
  base: NftBase | null;
  rules: NftRule[];
  comment?: string;
}

export interface NftBase {
  type: 'filter' | 'nat' | 'route';
  hook: NftHook;
  priority: number;
  policy: 'accept' | 'drop';
  device?: string;
}

export interface NftRule {
  handle: number;
  statements: NftStatement[];
  comment?: string;
  /** Made by iptables-nft: it is the form iptables-save prints it back from. */
  iptables?: string[];
}

/** What a match compares. `of` names as nft(8) writes them. */
export type NftKey =
  | {
      on: 'meta';
      of:
        | 'iif'
        | 'oif'
        | 'iifname'
        | 'oifname'
        | 'mark'
        | 'l4proto'
        | 'nfproto'
        | 'protocol'
        | 'pkttype'
        | 'skuid'
        | 'skgid'
        | 'length'
        | 'iiftype'
        | 'oiftype'
        | 'random';
    }
  | { on: 'ip'; of: 'saddr' | 'daddr' | 'protocol' | 'ttl' | 'length' | 'dscp' | 'id' }
  | { on: 'ip6'; of: 'saddr' | 'daddr' | 'nexthdr' | 'hoplimit' }
  | { on: 'tcp'; of: 'sport' | 'dport' | 'flags' }
  | { on: 'udp'; of: 'sport' | 'dport' }
  | { on: 'th'; of: 'sport' | 'dport' }
  | { on: 'icmp'; of: 'type' | 'code' }
  | { on: 'icmpv6'; of: 'type' | 'code' }
  | { on: 'ether'; of: 'saddr' | 'daddr' | 'type' }
  | { on: 'arp'; of: 'operation' | 'saddr' | 'daddr' }
  | {
      on: 'ct';
      of: 'state' | 'status' | 'mark' | 'direction' | 'original saddr' | 'original daddr' | 'original proto-dst';
    }
  | { on: 'fib'; of: 'daddr type' | 'saddr type' | 'saddr . iif oif' }
  | { on: 'numgen'; of: 'random' | 'inc'; mod: number; offset: number }
  | { on: 'jhash'; of: 'ip saddr'; mod: number; seed: number };

/** Addresses, names, numbers and states are kept as nft(8) prints them: `10.0.0.0/24`, `eth0`, `established`, `80`. */
export type NftValue =
  | { kind: 'one'; value: string }
  | { kind: 'prefix'; address: string; length: number }
  | { kind: 'range'; from: string; to: string }
  | { kind: 'set'; values: NftValue[] }
  /** `@name` */
  | { kind: 'named'; name: string }
  | { kind: 'concat'; values: NftValue[] };

export type NftVerdict = { kind: 'accept' | 'drop' | 'return' | 'continue' } | { kind: 'jump' | 'goto'; chain: string };

export type NftStatement =
  | {
      kind: 'match';
      keys: NftKey[];
      op: '==' | '!=' | '<' | '>' | '<=' | '>=' | '&';
      value: NftValue;
      mask?: number;
      invertSet?: boolean;
    }
  | { kind: 'verdict'; verdict: NftVerdict }
  /** `tcp dport vmap { 80 : jump a, 443 : drop }` */
  | { kind: 'vmap'; keys: NftKey[]; map: Array<{ key: NftValue; verdict: NftVerdict }> | { name: string } }
  | { kind: 'counter'; packets: number; bytes: number; name?: string }
  | { kind: 'masquerade'; port?: { from: number; to: number }; flags: string[] }
  | {
      kind: 'snat' | 'dnat';
      family?: 'ip' | 'ip6';
      address: NftValue | null;
      port: { from: number; to: number } | null;
      map?: NftNatMap;
      flags: string[];
    }
  | { kind: 'redirect'; port: { from: number; to: number } | null; flags: string[] }
  | { kind: 'reject'; with: string | null }
  | { kind: 'log'; prefix: string | null; level: string | null }
  | {
      kind: 'set';
      key: 'meta mark' | 'ct mark' | 'meta nftrace';
      value: string;
      mask?: number;
      op?: 'or' | 'and' | 'xor';
    }
  | { kind: 'restore'; from: 'ct mark' | 'meta mark'; to: 'meta mark' | 'ct mark' }
  | {
      kind: 'limit';
      rate: number;
      unit: 'second' | 'minute' | 'hour' | 'day' | 'week';
      burst: number;
      over: boolean;
      bytes: boolean;
    }
  | { kind: 'update'; set: string; operation: 'add' | 'update' | 'delete'; keys: NftKey[]; timeout: number | null }
  | { kind: 'notrack' }
  /** What iptables-nft put there, printed by its translation: does `does`, is written as `text`. */
  | { kind: 'translated'; text: string; does: NftStatement[] };

/** `dnat to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }`, or of a named map. */
export type NftNatMap =
  | { keys: NftKey[]; entries: Array<{ key: NftValue; address: string; port: number | null }>; name?: undefined }
  | { keys: NftKey[]; name: string };

export interface NftSet {
  name: string;
  handle: number;
  /** `ipv4_addr`, `inet_service`, `ipv4_addr . inet_service` ... */
  type: string;
  /** Of a map: the type of its values, or `verdict`. */
  mapType: string | null;
  flags: string[];
  timeoutSeconds: number | null;
  size?: number;
  autoMerge?: boolean;
  comment?: string;
  elements: Array<{ key: NftValue; value?: NftValue; verdict?: NftVerdict; comment?: string; expires?: number }>;
}

export type NftCommand =
  | { do: 'add table' | 'create table'; family: NftFamily; table: string }
  /** With `onlyEmpty` (NLM_F_NONREC) here and below: EBUSY while something is in it, which goes with it otherwise. */
  | { do: 'delete table'; family: NftFamily; table: string; onlyEmpty?: boolean }
  | { do: 'destroy table' | 'flush table'; family: NftFamily; table: string }
  | { do: 'flush ruleset'; family?: NftFamily }
  | {
      do: 'add chain' | 'create chain';
      family: NftFamily;
      table: string;
      chain: string;
      base: NftBase | null;
      comment?: string;
    }
  | { do: 'set policy'; family: NftFamily; table: string; chain: string; policy: 'accept' | 'drop' }
  | { do: 'delete chain'; family: NftFamily; table: string; chain: string; onlyEmpty?: boolean }
  | { do: 'flush chain'; family: NftFamily; table: string; chain: string }
  | { do: 'rename chain'; family: NftFamily; table: string; chain: string; to: string }
  | {
      do: 'add rule' | 'insert rule';
      family: NftFamily;
      table: string;
      chain: string;
      rule: Omit<NftRule, 'handle'>;
      handle?: number;
      index?: number;
    }
  | {
      do: 'replace rule';
      family: NftFamily;
      table: string;
      chain: string;
      rule: Omit<NftRule, 'handle'>;
      handle: number;
    }
  | { do: 'delete rule'; family: NftFamily; table: string; chain: string; handle: number }
  | { do: 'add set'; family: NftFamily; table: string; set: Omit<NftSet, 'handle'> }
  | { do: 'delete set' | 'flush set'; family: NftFamily; table: string; set: string }
  | {
      do: 'add element' | 'delete element';
      family: NftFamily;
      table: string;
      set: string;
      elements: NftSet['elements'];
    }
  | { do: 'add counter'; family: NftFamily; table: string; counter: string }
  | { do: 'delete counter' | 'reset counter'; family: NftFamily; table: string; counter: string };

export interface NftCalls {
  /** All or nothing. ENOENT, EEXIST, EBUSY, EOPNOTSUPP, EPERM as the kernel; `detail` of the error is the index of the failing command. */
  apply(commands: readonly NftCommand[]): void;
  /** In the order they were made. Read only. */
  tables(): readonly NftTable[];
}
