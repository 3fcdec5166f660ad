/** What is planned by a text of nft(8), and where in it the parts of each command stand. */
import type { NftCommand, NftFamily, NftSet } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import type { Cursor } from './cursor';
import { NftSyntaxError, type Token } from './lexer';
import type { RuleContext } from './statements';

export interface Span {
  start: number;
  end: number;
}

/** Where the parts of a command stand, for messages. */
export interface Places {
  whole: Span;
  table?: Span;
  object?: Span;
  handle?: Span;
  /** The chain a verdict leads to. */
  target?: Span;
}

export interface ListRequest {
  what: string;
  family: NftFamily | null;
  table: string | null;
  name: string | null;
  reset: boolean;
  places: Places;
}

export type Planned =
  | { kind: 'change'; command: NftCommand; places: Places; echo: boolean }
  | { kind: 'list'; request: ListRequest };

const families: readonly NftFamily[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];

/** The reading of one text: what has been planned so far, and what is known of its sets. */
export class Reading {
  readonly planned: Planned[] = [];
  /** In the block of a table, where sets may come after the rules that ask them. */
  readsBlock = false;
  /** Types of sets, those of this text too. */
  readonly setTypes = new Map<string, string>();

  constructor(
    readonly cursor: Cursor,
    readonly services: Services,
    /** Type of a set that is there already. */
    readonly knownSet: (family: NftFamily, table: string, set: string) => NftSet | undefined,
  ) {}

  push(command: NftCommand, places: Places): void {
    this.planned.push({ kind: 'change', command, places, echo: true });
  }

  span(start: Token): Span {
    return { start: start.start, end: this.cursor.previous?.end ?? start.end };
  }

  family(): NftFamily {
    const found = families.find((family) => this.cursor.isWord(family));
    if (found) this.cursor.next();
    return found ?? 'ip';
  }

  optionalFamily(): { family?: NftFamily } {
    const found = families.find((family) => this.cursor.isWord(family));
    if (!found) return {};
    this.cursor.next();
    return { family: found };
  }

  handle(): { handle: number; span: Span } {
    if (!this.cursor.takeWord('handle')) throw this.cursor.unexpected('handle');
    const token = this.cursor.word();
    return { handle: Number(token.text), span: token };
  }

  ruleContext(family: NftFamily, table: string): RuleContext {
    const isKnown = (name: string) =>
      this.setTypes.has(`${family} ${table} ${name}`) || this.knownSet(family, table, name) !== undefined;
    return { family, services: this.services, hasSet: (name) => this.readsBlock || isKnown(name) };
  }

  remember(family: NftFamily, table: string, set: Omit<NftSet, 'handle'>): void {
    this.setTypes.set(`${family} ${table} ${set.name}`, `${set.type}:${set.mapType ?? ''}`);
  }

  typesOf(family: NftFamily, table: Token, name: Token): [type: string, mapType: string | null] {
    const own = this.setTypes.get(`${family} ${table.text} ${name.text}`)?.split(':');
    if (own) return [own[0] ?? '', own[1] === '' || own[1] === undefined ? null : own[1]];
    const known = this.knownSet(family, table.text, name.text);
    if (!known) throw new NftSyntaxError('No such file or directory', name.start, name.end);
    return [known.type, known.mapType];
  }
}
