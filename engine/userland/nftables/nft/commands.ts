/** The commands of nft(8): what is to be done, to what, and where in the text that is said. */
import {
  type NftBase,
  type NftCommand,
  type NftFamily,
  type NftHook,
  type NftRule,
  type NftSet,
  priorityNumber,
} from '../../../kernel/sim';
import type { Services } from '../../net/names';
import type { Cursor } from './cursor';
import { NftSyntaxError, type Token } from './lexer';
import { readElements, readSetBody } from './set-body';
import { type RuleContext, readStatements } from './statements';

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
const hooks: readonly NftHook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'];

export class CommandReader {
  readonly planned: Planned[] = [];
  /** In the block of a table, where sets may come after the rules that ask them. */
  #readsBlock = false;
  /** Types of sets, those of this text too. */
  readonly #setTypes = new Map<string, string>();

  constructor(
    private readonly cursor: Cursor,
    private readonly services: Services,
    /** Type of a set that is there already. */
    private readonly knownSet: (family: NftFamily, table: string, set: string) => NftSet | undefined,
  ) {}

  readAll(): Planned[] {
    const { cursor } = this;
    for (;;) {
      cursor.skipSeparators();
      if (cursor.peek.kind === 'end') return this.planned;
      this.#readCommand();
      if (!cursor.isOver || cursor.isSign('}')) throw cursor.unexpected('newline or semicolon');
    }
  }

  #readCommand(): void {
    const { cursor } = this;
    const start = cursor.peek;
    const verb = start.kind === 'word' ? start.text : '';
    switch (verb) {
      case 'add':
      case 'create':
      case 'insert':
      case 'replace':
      case 'delete':
      case 'flush':
      case 'rename':
        cursor.next();
        return this.#readChange(verb, start);
      case 'list':
      case 'reset':
        cursor.next();
        return this.#readList(verb === 'reset', start);
      case 'table':
      case 'chain':
      case 'rule':
      case 'set':
      case 'map':
      case 'element':
      case 'counter':
        return this.#readChange('add', start);
      default:
        // Without a verb it is a rule: `nft ip filter input accept`.
        if (start.kind === 'word') {
          cursor.next();
          throw cursor.unexpected('string');
        }
        throw cursor.unexpected();
    }
  }

  #readChange(verb: string, start: Token): void {
    const { cursor } = this;
    const object = cursor.peek;
    if (object.kind !== 'word') throw cursor.unexpected();
    switch (object.text) {
      case 'table':
        cursor.next();
        return this.#table(verb, start);
      case 'chain':
        cursor.next();
        return this.#chain(verb, start);
      case 'rule':
        cursor.next();
        return this.#rule(verb, start);
      case 'set':
      case 'map':
        cursor.next();
        return this.#set(verb, start, object.text === 'map');
      case 'element':
        cursor.next();
        return this.#element(verb, start);
      case 'counter':
        cursor.next();
        return this.#counter(verb, start);
      case 'ruleset':
        if (verb !== 'flush') throw cursor.unexpected();
        cursor.next();
        return this.#push({ do: 'flush ruleset', ...this.#optionalFamily() }, { whole: this.#span(start) });
      default:
        if (verb === 'add' || verb === 'insert') return this.#rule(verb, start);
        throw cursor.unexpected();
    }
  }

  #push(command: NftCommand, places: Places): void {
    this.planned.push({ kind: 'change', command, places, echo: true });
  }

  #span(start: Token): Span {
    return { start: start.start, end: this.cursor.previous?.end ?? start.end };
  }

  #family(): NftFamily {
    const found = families.find((family) => this.cursor.isWord(family));
    if (found) this.cursor.next();
    return found ?? 'ip';
  }

  #optionalFamily(): { family?: NftFamily } {
    const found = families.find((family) => this.cursor.isWord(family));
    if (!found) return {};
    this.cursor.next();
    return { family: found };
  }

  #handle(): { handle: number; span: Span } {
    if (!this.cursor.takeWord('handle')) throw this.cursor.unexpected('handle');
    const token = this.cursor.word();
    return { handle: Number(token.text), span: token };
  }

  #table(verb: string, start: Token): void {
    const { cursor } = this;
    const family = this.#family();
    const name = cursor.name();
    const where = { family, table: name.text };
    if (verb === 'delete' || verb === 'flush') {
      return this.#push(
        { do: verb === 'delete' ? 'delete table' : 'flush table', ...where },
        { whole: this.#span(start), table: name },
      );
    }
    if (verb !== 'add' && verb !== 'create') throw cursor.unexpected();
    this.#push(
      { do: verb === 'create' ? 'create table' : 'add table', ...where },
      { whole: this.#span(start), table: name },
    );
    if (cursor.takeSign('{')) this.#tableBody(family, name);
  }

  /** Chains first, then counters and sets, then rules: as nft(8) sends them. */
  #tableBody(family: NftFamily, table: Token): void {
    const { cursor } = this;
    const body: Record<'chains' | 'objects' | 'sets' | 'rules', Planned[]> = {
      chains: [],
      objects: [],
      sets: [],
      rules: [],
    };
    const outer = this.planned.length;
    this.#readsBlock = true;
    for (;;) {
      cursor.skipSeparators();
      if (cursor.takeSign('}')) break;
      const begin = this.planned.length;
      const token = cursor.peek;
      if (cursor.takeWord('chain')) this.#chainBlock(family, table, body.rules);
      else if (cursor.takeWord('set')) this.#setBlock(family, table, token, false);
      else if (cursor.takeWord('map')) this.#setBlock(family, table, token, true);
      else if (cursor.takeWord('counter')) this.#counterBlock(family, table, token);
      else if (cursor.takeWord('flags', 'comment')) cursor.next();
      else throw cursor.unexpected();
      const added = this.planned.splice(begin);
      const list = token.text === 'chain' ? body.chains : token.text === 'counter' ? body.objects : body.sets;
      list.push(...added);
      if (!cursor.isOver) throw cursor.unexpected('newline or semicolon');
      if (cursor.isSign('}') && cursor.previous?.text === '}') throw cursor.unexpected('newline or semicolon');
    }
    this.#readsBlock = false;
    this.planned.splice(outer, 0, ...body.chains, ...body.objects, ...body.sets, ...body.rules);
  }

  #chainBlock(family: NftFamily, table: Token, rules: Planned[]): void {
    const { cursor } = this;
    const name = cursor.name();
    const where = { family, table: table.text, chain: name.text };
    const places = { whole: this.#span(name), table, object: name };
    let base: NftBase | null = null;
    let comment: string | undefined;
    cursor.sign('{');
    const context = this.#ruleContext(family, table.text);
    for (;;) {
      cursor.skipSeparators();
      if (cursor.takeSign('}')) break;
      if (
        cursor.isWord('type') &&
        cursor.second?.kind === 'word' &&
        ['filter', 'nat', 'route'].includes(cursor.second.text)
      )
        base = this.#base(family);
      else if (cursor.isWord('policy') && base) this.#policy(base);
      else if (cursor.isWord('comment')) {
        cursor.next();
        comment = cursor.name().text;
      } else {
        const start = cursor.peek;
        const rule = readStatements(cursor, context);
        rules.push({
          kind: 'change',
          command: { do: 'add rule', ...where, rule },
          places: { whole: this.#span(start), table, object: name },
          echo: true,
        });
      }
      if (!cursor.isOver) throw cursor.unexpected('newline or semicolon');
    }
    this.#push({ do: 'add chain', ...where, base, ...(comment === undefined ? {} : { comment }) }, places);
  }

  #chain(verb: string, start: Token): void {
    const { cursor } = this;
    const family = this.#family();
    const table = cursor.name();
    const name = cursor.name();
    const where = { family, table: table.text, chain: name.text };
    if (verb === 'delete' || verb === 'flush') {
      return this.#push(
        { do: verb === 'delete' ? 'delete chain' : 'flush chain', ...where },
        { whole: this.#span(start), table, object: name },
      );
    }
    if (verb === 'rename') {
      const to = cursor.name();
      return this.#push(
        { do: 'rename chain', ...where, to: to.text },
        { whole: this.#span(start), table, object: name },
      );
    }
    const { base, policy, comment } = cursor.isSign('{')
      ? this.#chainBody(family)
      : { base: null, policy: null, comment: undefined };
    const whole = this.#span(start);
    const places = { whole: { start: whole.start, end: whole.end + 1 }, table, object: name };
    if (!base && policy !== null) return this.#push({ do: 'set policy', ...where, policy }, places);
    const add = verb === 'create' ? 'create chain' : 'add chain';
    this.#push({ do: add, ...where, base, ...(comment === undefined ? {} : { comment }) }, places);
  }

  #chainBody(family: NftFamily): {
    base: NftBase | null;
    policy: 'accept' | 'drop' | null;
    comment: string | undefined;
  } {
    const { cursor } = this;
    let base: NftBase | null = null;
    let policy: 'accept' | 'drop' | null = null;
    let comment: string | undefined;
    cursor.sign('{');
    for (;;) {
      cursor.skipSeparators();
      if (cursor.takeSign('}')) break;
      if (cursor.isWord('type')) base = this.#base(family);
      else if (cursor.takeWord('comment')) comment = cursor.name().text;
      else if (cursor.isWord('policy')) policy = this.#policyWord();
      else throw cursor.unexpected();
    }
    if (base && policy !== null) base.policy = policy;
    return { base, policy, comment };
  }

  #policyWord(): 'accept' | 'drop' {
    this.cursor.next();
    const token = this.cursor.word();
    if (token.text !== 'accept' && token.text !== 'drop')
      throw new NftSyntaxError(`syntax error, unexpected string`, token.start, token.end);
    return token.text;
  }

  #policy(base: NftBase): void {
    base.policy = this.#policyWord();
  }

  #base(family: NftFamily): NftBase {
    const { cursor } = this;
    cursor.next();
    const type = cursor.word();
    if (type.text !== 'filter' && type.text !== 'nat' && type.text !== 'route')
      throw new NftSyntaxError('unknown chain type', type.start, type.end);
    if (!cursor.takeWord('hook')) throw cursor.unexpected('hook');
    const hookToken = cursor.word();
    const hook = hooks.find((one) => one === hookToken.text);
    if (!hook) throw new NftSyntaxError('unknown chain hook', hookToken.start, hookToken.end);
    const device = cursor.takeWord('device') ? cursor.name().text : undefined;
    if (!cursor.takeWord('priority')) throw cursor.unexpected('priority');
    const priority = this.#priority(family);
    return { type: type.text, hook, priority, policy: 'accept', ...(device === undefined ? {} : { device }) };
  }

  /** `0`, `-150`, `filter`, `filter + 10`, `raw-5`. */
  #priority(family: NftFamily): number {
    const { cursor } = this;
    const token = cursor.name();
    const joined = /^([a-z]+)([+-]\d+)$/.exec(token.text);
    const name = joined?.[1] ?? token.text;
    if (/^[+-]?\d+$/.test(name)) return Number(name);
    const known = priorityNumber(family, name);
    if (known === null) throw new NftSyntaxError(`'${name}' is invalid priority.`, token.start, token.end);
    if (joined?.[2] !== undefined) return known + Number(joined[2]);
    if (cursor.takeWord('+')) return known + Number(cursor.word().text);
    if (cursor.takeWord('-')) return known - Number(cursor.word().text);
    return known;
  }

  #rule(verb: string, start: Token): void {
    const { cursor } = this;
    const family = this.#family();
    const table = cursor.name();
    const chain = cursor.name();
    const where = { family, table: table.text, chain: chain.text };
    const places: Places = { whole: start, table, object: chain };
    if (verb === 'delete') {
      const { handle, span } = this.#handle();
      return this.#push({ do: 'delete rule', ...where, handle }, { ...places, whole: this.#span(start), handle: span });
    }
    const context = this.#ruleContext(family, table.text);
    if (verb === 'replace') {
      const { handle, span } = this.#handle();
      const rule = readStatements(cursor, context);
      return this.#push(
        { do: 'replace rule', ...where, handle, rule },
        { ...places, whole: this.#span(start), handle: span },
      );
    }
    const place = this.#rulePlace();
    const rule = readStatements(cursor, context);
    const whole = this.#span(start);
    const command: NftCommand = { do: verb === 'insert' ? 'insert rule' : 'add rule', ...where, rule, ...place.where };
    this.#push(command, {
      ...places,
      whole: { start: whole.start, end: whole.end + 1 },
      ...(place.span ? { handle: place.span } : {}),
      ...targetPlace(rule, cursor),
    });
  }

  #ruleContext(family: NftFamily, table: string): RuleContext {
    const isKnown = (name: string) =>
      this.#setTypes.has(`${family} ${table} ${name}`) || this.knownSet(family, table, name) !== undefined;
    return { family, services: this.services, hasSet: (name) => this.#readsBlock || isKnown(name) };
  }

  #rulePlace(): { where: { handle?: number; index?: number }; span: Span | null } {
    const { cursor } = this;
    const word = cursor.peek;
    if (!cursor.takeWord('handle', 'position', 'index')) return { where: {}, span: null };
    const token = cursor.word();
    const number = Number(token.text);
    return {
      where: word.text === 'index' ? { index: number } : { handle: number },
      span: word.text === 'position' ? { start: word.start, end: token.end } : token,
    };
  }

  #set(verb: string, start: Token, isMap: boolean): void {
    const { cursor } = this;
    const family = this.#family();
    const table = cursor.name();
    const name = cursor.name();
    const where = { family, table: table.text };
    if (verb === 'delete' || verb === 'flush') {
      return this.#push(
        { do: verb === 'delete' ? 'delete set' : 'flush set', ...where, set: name.text },
        { whole: this.#span(start), table, object: name },
      );
    }
    const set = readSetBody(cursor, this.services, name.text, isMap);
    this.#remember(family, table.text, set);
    this.#push({ do: 'add set', ...where, set }, { whole: this.#span(start), table, object: name });
  }

  #setBlock(family: NftFamily, table: Token, start: Token, isMap: boolean): void {
    const name = this.cursor.name();
    const set = readSetBody(this.cursor, this.services, name.text, isMap);
    this.#remember(family, table.text, set);
    this.#push({ do: 'add set', family, table: table.text, set }, { whole: this.#span(start), table, object: name });
  }

  #remember(family: NftFamily, table: string, set: Omit<NftSet, 'handle'>): void {
    this.#setTypes.set(`${family} ${table} ${set.name}`, `${set.type}:${set.mapType ?? ''}`);
  }

  #element(verb: string, start: Token): void {
    const { cursor } = this;
    const family = this.#family();
    const table = cursor.name();
    const name = cursor.name();
    const [type, mapType] = this.#typesOf(family, table, name);
    const open = cursor.peek;
    const elements = readElements(cursor, this.services, type, mapType);
    const places = {
      whole: this.#span(start),
      table,
      object: { start: open.end + 1, end: Math.max(open.end + 2, (cursor.previous?.start ?? open.end) - 1) },
    };
    this.#push(
      { do: verb === 'delete' ? 'delete element' : 'add element', family, table: table.text, set: name.text, elements },
      places,
    );
  }

  #typesOf(family: NftFamily, table: Token, name: Token): [type: string, mapType: string | null] {
    const own = this.#setTypes.get(`${family} ${table.text} ${name.text}`)?.split(':');
    if (own) return [own[0] ?? '', own[1] === '' || own[1] === undefined ? null : own[1]];
    const known = this.knownSet(family, table.text, name.text);
    if (!known) throw new NftSyntaxError('No such file or directory', name.start, name.end);
    return [known.type, known.mapType];
  }

  #counter(verb: string, start: Token): void {
    const { cursor } = this;
    const family = this.#family();
    const table = cursor.name();
    const name = cursor.name();
    if (cursor.takeSign('{')) while (!cursor.takeSign('}')) cursor.next();
    const command = {
      do: verb === 'delete' ? 'delete counter' : 'add counter',
      family,
      table: table.text,
      counter: name.text,
    } as const;
    this.#push(command, { whole: this.#span(start), table, object: name });
  }

  #counterBlock(family: NftFamily, table: Token, start: Token): void {
    const { cursor } = this;
    const name = cursor.name();
    cursor.sign('{');
    while (!cursor.takeSign('}')) {
      if (cursor.peek.kind === 'end') throw cursor.unexpected();
      cursor.next();
    }
    this.#push(
      { do: 'add counter', family, table: table.text, counter: name.text },
      { whole: this.#span(start), table, object: name },
    );
  }

  #readList(reset: boolean, start: Token): void {
    const { cursor } = this;
    const what = cursor.peek;
    if (what.kind !== 'word') throw cursor.unexpected();
    cursor.next();
    const many = [
      'ruleset',
      'tables',
      'chains',
      'sets',
      'maps',
      'counters',
      'meters',
      'flowtables',
      'quotas',
      'limits',
    ];
    const single = ['table', 'chain', 'set', 'map', 'counter'];
    if (!many.includes(what.text) && !single.includes(what.text)) throw cursor.unexpected('', what);
    if (reset && !what.text.startsWith('counter'))
      throw cursor.unexpected('counter or counters or quotas or quota', what);
    const family = many.includes(what.text) ? (this.#optionalFamily().family ?? null) : this.#family();
    let table: Token | null = null;
    let name: Token | null = null;
    if (single.includes(what.text)) {
      table = cursor.name();
      if (what.text !== 'table') name = cursor.name();
    } else if (cursor.takeWord('table')) {
      table = cursor.name();
    }
    const places: Places = { whole: this.#span(start), ...(table ? { table } : {}), ...(name ? { object: name } : {}) };
    this.planned.push({
      kind: 'list',
      request: { what: what.text, family, table: table?.text ?? null, name: name?.text ?? null, reset, places },
    });
  }
}

/** Where the name of a jump's target stands. */
function targetPlace(rule: Omit<NftRule, 'handle'>, cursor: Cursor): { target?: Span } {
  const last = rule.statements.at(-1);
  if (last?.kind !== 'verdict' || !('chain' in last.verdict)) return {};
  const token = cursor.previous;
  return token && token.text === last.verdict.chain ? { target: token } : {};
}
