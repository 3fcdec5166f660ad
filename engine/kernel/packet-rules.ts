/**
 * Packet rules as data (nf_tables; nft(8)): the commands of one transaction. Statements and matches have the shapes the
 * simulated kernel has for them (`sim/net/nft/ruleset.ts`), and are those that CNI's plugins write.
 */
export type NftFamily = 'ip' | 'ip6' | 'inet' | 'bridge';
export type NftHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

export interface NftBase {
  type: 'filter' | 'nat';
  hook: NftHook;
  priority: number;
  policy: 'accept' | 'drop';
}

/** What a match compares, as nft(8) writes it. */
export type NftKey =
  | { on: 'meta'; of: 'iifname' | 'oifname' | 'mark' | 'l4proto' | 'nfproto' }
  | { on: 'ip'; of: 'saddr' | 'daddr' }
  | { on: 'ip6'; of: 'saddr' | 'daddr' }
  | { on: 'th'; of: 'sport' | 'dport' }
  | { on: 'ether'; of: 'saddr' }
  | { on: 'ct'; of: 'state' | 'status' }
  | { on: 'fib'; of: 'daddr type' };

/** Addresses, names and numbers as nft(8) prints them: `10.0.0.1`, `eth0`, `tcp`, `80`, `local`. */
export type NftValue = { kind: 'one'; value: string } | { kind: 'prefix'; address: string; length: number };

export type NftVerdict = { kind: 'accept' | 'drop' | 'return' } | { kind: 'jump' | 'goto'; chain: string };

export type NftStatement =
  /** `&`: one of the bits of `value` is set (`ct state established,related`: `['established', 'related']`). */
  | { kind: 'match'; key: NftKey; op: '==' | '!='; value: NftValue; mask?: number }
  | { kind: 'match any'; key: NftKey; bits: string[] }
  /** iptables(8)'s `-m conntrack --ctstate`: iptables-nft can print no other form of it. */
  | { kind: 'xt conntrack'; states: Array<'related' | 'established'> }
  /** iptables(8)'s `-m comment`. */
  | { kind: 'xt comment'; comment: string }
  | { kind: 'verdict'; verdict: NftVerdict }
  | { kind: 'counter' }
  | { kind: 'masquerade' }
  | { kind: 'dnat'; family: 'ip' | 'ip6'; address: string; port: number }
  | { kind: 'set'; key: 'meta mark'; value: number; mask: number };

export interface NftRule {
  statements: NftStatement[];
  comment?: string;
}

export interface NftRuleInfo {
  handle: number;
  comment: string | null;
  /** Target chain of its jump or goto, where it has one. */
  jump: string | null;
  /** The address it compares with, as `10.0.0.1`; null when it does not. */
  source: string | null;
  destination: string | null;
  /** Names of devices. */
  iifname: string | null;
  oifname: string | null;
}

export type NftCommand =
  /** Nothing happens when it is there. */
  | { do: 'add table'; family: NftFamily; table: string }
  /** With `onlyEmpty` here and below: EBUSY while something is in it. */
  | { do: 'delete table'; family: NftFamily; table: string; onlyEmpty?: boolean }
  | { do: 'add chain'; family: NftFamily; table: string; chain: string; base: NftBase | null }
  | { do: 'delete chain'; family: NftFamily; table: string; chain: string; onlyEmpty?: boolean }
  /** `add` puts it at the end, `insert` at the beginning. */
  | { do: 'add rule' | 'insert rule'; family: NftFamily; table: string; chain: string; rule: NftRule }
  | { do: 'delete rule'; family: NftFamily; table: string; chain: string; handle: number };
