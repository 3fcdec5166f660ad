/** What matches and targets of iptables have in common. */
import type { InetFamily, NftKey, NftStatement, NftValue } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import type { Words } from './words';

export interface ListOptions {
  numeric: boolean;
  services: Services;
}

/** One part of the rule in nft(8)'s words, and what it does. */
export interface Translation {
  text: string;
  does: NftStatement[];
}

export interface Extension {
  readonly name: string;
  /** True when the option is one of its; its values have been taken then. */
  option(option: string, words: Words): boolean;
  /** What has to be said was said. */
  complete(): void;
  /** Options as iptables-save writes them, without the name. */
  save(): string;
  /** As `iptables -L` shows it; empty for nothing. */
  list(options: ListOptions): string;
  translate(): Translation[];
}

export interface ExtensionContext {
  family: InetFamily;
  services: Services;
  /** Number of `-p`; null without one. */
  protocol: number | null;
}

export function match(key: NftKey, value: NftValue, inverted = false, mask?: number): NftStatement {
  return { kind: 'match', keys: [key], op: inverted ? '!=' : '==', value, ...(mask === undefined ? {} : { mask }) };
}

export function one(value: string | number): NftValue {
  return { kind: 'one', value: String(value) };
}

export function range(from: string | number, to: string | number): NftValue {
  return from === to ? one(from) : { kind: 'range', from: String(from), to: String(to) };
}

export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

export function mark(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
