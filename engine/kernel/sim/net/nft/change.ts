/** A batch of commands on the rules of a namespace, one after the other (nf_tables_api.c). */

import { SysError } from '../../abi/errno';
import { checkBase, updateBase } from './base-chain';
import { checkRule } from './check';
import type { NftChain, NftCommand, NftFamily, NftRule, NftSet, NftStatement, NftTable, NftVerdict } from './ruleset';
import { anonymousSets, setsOf, targetOf, targetsOf } from './uses';

/** Handles are given table by table; the kernel never gives one twice. */
export interface State {
  tables: NftTable[];
  nextHandles: Map<string, number>;
  nextTable: number;
}

export class Change {
  constructor(readonly state: State) {}

  run(command: NftCommand): void {
    switch (command.do) {
      case 'add table':
      case 'create table':
        return this.#addTable(command.family, command.table, command.do === 'create table');
      case 'delete table': {
        const { chains, sets, counters } = this.#table(command);
        if (command.onlyEmpty && chains.size + sets.size + counters.size > 0) throw new SysError('EBUSY');
        return this.#deleteTable(command);
      }
      case 'destroy table':
        return this.#deleteTable(command);
      case 'flush table': {
        for (const chain of this.#table(command).chains.values()) chain.rules = [];
        return;
      }
      case 'flush ruleset':
        this.state.tables = this.state.tables.filter(
          ({ family }) => command.family !== undefined && family !== command.family,
        );
        return;
      case 'add chain':
      case 'create chain':
        return this.#addChain(command);
      case 'set policy': {
        const { base } = this.#chain(command);
        if (!base) throw new SysError('EOPNOTSUPP');
        base.policy = command.policy;
        return;
      }
      case 'flush chain':
        this.#chain(command).rules = [];
        return;
      case 'delete chain':
        return this.#deleteChain(command);
      case 'rename chain':
        return this.#renameChain(command);
      default:
        return this.#runOnRules(command);
    }
  }

  #runOnRules(command: NftCommand): void {
    switch (command.do) {
      case 'add rule':
      case 'insert rule':
        return this.#addRule(command);
      case 'replace rule': {
        const chain = this.#chain(command);
        const at = positionOf(chain, command.handle);
        chain.rules = chain.rules.with(at, this.#newRule(this.#table(command), chain, command.rule));
        return;
      }
      case 'delete rule': {
        const chain = this.#chain(command);
        const at = positionOf(chain, command.handle);
        chain.rules = chain.rules.filter((_, position) => position !== at);
        return;
      }
      default:
        return this.#runOnObjects(command);
    }
  }

  #runOnObjects(command: NftCommand): void {
    switch (command.do) {
      case 'add set':
        return this.#addSet(command);
      case 'delete set': {
        const table = this.#table(command);
        this.#set(command);
        const isUsed = [...table.chains.values()].some((chain) =>
          chain.rules.some((rule) => setsOf(rule).includes(command.set)),
        );
        if (isUsed) throw new SysError('EBUSY');
        table.sets.delete(command.set);
        return;
      }
      case 'flush set':
        this.#set(command).elements = [];
        return;
      case 'add element':
        return this.#addElements(command);
      case 'delete element': {
        const set = this.#set(command);
        for (const { key } of command.elements) {
          const text = JSON.stringify(key);
          if (!set.elements.some((element) => JSON.stringify(element.key) === text)) throw new SysError('ENOENT');
          set.elements = set.elements.filter((element) => JSON.stringify(element.key) !== text);
        }
        return;
      }
      case 'add counter': {
        const table = this.#table(command);
        if (!table.counters.has(command.counter))
          table.counters.set(command.counter, { handle: this.#nextHandle(table), packets: 0, bytes: 0 });
        return;
      }
      case 'delete counter':
        if (!this.#table(command).counters.delete(command.counter)) throw new SysError('ENOENT');
        return;
      case 'reset counter': {
        const counter = this.#table(command).counters.get(command.counter);
        if (!counter) throw new SysError('ENOENT');
        counter.packets = 0;
        counter.bytes = 0;
        return;
      }
      default:
        throw new SysError('EOPNOTSUPP');
    }
  }

  #table({ family, table }: { family: NftFamily; table: string }): NftTable {
    return found(this.state.tables.find((one) => one.family === family && one.name === table));
  }

  #chain(where: { family: NftFamily; table: string; chain: string }): NftChain {
    return found(this.#table(where).chains.get(where.chain));
  }

  #set(where: { family: NftFamily; table: string; set: string }): NftSet {
    return found(this.#table(where).sets.get(where.set));
  }

  #nextHandle({ family, name }: NftTable): number {
    const key = `${family} ${name}`;
    const handle = this.state.nextHandles.get(key) ?? 1;
    this.state.nextHandles.set(key, handle + 1);
    return handle;
  }

  #addTable(family: NftFamily, name: string, isNew: boolean): void {
    if (this.state.tables.some((table) => table.family === family && table.name === name)) {
      if (isNew) throw new SysError('EEXIST');
      return;
    }
    const handle = this.state.nextTable++;
    this.state.tables.push({
      family,
      name,
      handle,
      chains: new Map(),
      sets: new Map(),
      counters: new Map(),
      dormant: false,
    });
    this.state.nextHandles.delete(`${family} ${name}`);
  }

  #deleteTable(which: { family: NftFamily; table: string }): void {
    this.state.tables = this.state.tables.filter(({ family, name }) => family !== which.family || name !== which.table);
  }

  #addChain(command: Extract<NftCommand, { do: 'add chain' | 'create chain' }>): void {
    const table = this.#table(command);
    const there = table.chains.get(command.chain);
    if (there) {
      if (command.do === 'create chain') throw new SysError('EEXIST');
      if (command.base) updateBase(there, command.base);
      return;
    }
    if (command.base) checkBase(table.family, command.base);
    table.chains.set(command.chain, {
      name: command.chain,
      handle: this.#nextHandle(table),
      base: command.base && { ...command.base },
      rules: [],
      ...(command.comment === undefined ? {} : { comment: command.comment }),
    });
  }

  #deleteChain(command: Extract<NftCommand, { do: 'delete chain' }>): void {
    const table = this.#table(command);
    const chain = this.#chain(command);
    const isTarget = [...table.chains.values()].some(
      (other) => other !== chain && other.rules.some((rule) => targetsOf(rule, table).includes(chain.name)),
    );
    const isInMap = [...table.sets.values()].some((set) =>
      set.elements.some(({ verdict }) => verdict && targetOf(verdict).includes(chain.name)),
    );
    if ((command.onlyEmpty && chain.rules.length > 0) || isTarget || isInMap) throw new SysError('EBUSY');
    table.chains.delete(chain.name);
  }

  #renameChain(command: Extract<NftCommand, { do: 'rename chain' }>): void {
    const table = this.#table(command);
    const chain = this.#chain(command);
    if (table.chains.has(command.to)) throw new SysError('EEXIST');
    const renamed = [...table.chains].map(([name, one]): [string, NftChain] =>
      one === chain ? [command.to, { ...one, name: command.to }] : [name, one],
    );
    table.chains = new Map(renamed);
    // Rules lead to the chain itself, whatever it is called.
    const follow = (verdict: NftVerdict): NftVerdict =>
      'chain' in verdict && verdict.chain === chain.name ? { ...verdict, chain: command.to } : verdict;
    for (const one of table.chains.values()) {
      one.rules = one.rules.map((rule) => ({ ...rule, statements: withVerdicts(rule.statements, follow) }));
    }
    for (const set of table.sets.values()) {
      set.elements = set.elements.map((element) =>
        element.verdict ? { ...element, verdict: follow(element.verdict) } : element,
      );
    }
  }

  #addRule(command: Extract<NftCommand, { do: 'add rule' | 'insert rule' }>): void {
    const table = this.#table(command);
    const chain = this.#chain(command);
    const isInsert = command.do === 'insert rule';
    let at = isInsert ? 0 : chain.rules.length;
    if (command.handle !== undefined) at = positionOf(chain, command.handle) + (isInsert ? 0 : 1);
    else if (command.index !== undefined) {
      if (command.index >= chain.rules.length) throw new SysError('ENOENT');
      at = command.index + (isInsert ? 0 : 1);
    }
    chain.rules = chain.rules.toSpliced(at, 0, this.#newRule(table, chain, command.rule));
  }

  #newRule(table: NftTable, chain: NftChain, rule: Omit<NftRule, 'handle'>): NftRule {
    checkRule(table, chain, rule);
    for (let count = anonymousSets(rule); count > 0; count--) this.#nextHandle(table);
    return { ...rule, handle: this.#nextHandle(table) };
  }

  #addSet(command: Extract<NftCommand, { do: 'add set' }>): void {
    const table = this.#table(command);
    const there = table.sets.get(command.set.name);
    if (there) {
      if (there.type !== command.set.type || there.mapType !== command.set.mapType) throw new SysError('EEXIST');
      there.elements = merged(there, command.set.elements, false);
      return;
    }
    const set = { ...command.set, handle: this.#nextHandle(table), elements: [...command.set.elements] };
    table.sets.set(set.name, set);
    this.#checkElements(table, set.elements);
  }

  #addElements(command: Extract<NftCommand, { do: 'add element' | 'delete element' }>): void {
    const set = this.#set(command);
    this.#checkElements(this.#table(command), command.elements);
    set.elements = merged(set, command.elements, true);
  }

  #checkElements(table: NftTable, elements: NftSet['elements']): void {
    for (const { verdict } of elements) {
      if (verdict && targetOf(verdict).some((name) => !table.chains.has(name))) throw new SysError('ENOENT');
    }
  }
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new SysError('ENOENT');
  return value;
}

function withVerdicts(
  statements: readonly NftStatement[],
  change: (verdict: NftVerdict) => NftVerdict,
): NftStatement[] {
  return statements.map((statement): NftStatement => {
    if (statement.kind === 'verdict') return { ...statement, verdict: change(statement.verdict) };
    if (statement.kind === 'translated') return { ...statement, does: withVerdicts(statement.does, change) };
    if (statement.kind !== 'vmap' || !Array.isArray(statement.map)) return statement;
    return { ...statement, map: statement.map.map((entry) => ({ ...entry, verdict: change(entry.verdict) })) };
  });
}

function positionOf(chain: NftChain, handle: number): number {
  const at = chain.rules.findIndex((rule) => rule.handle === handle);
  if (at < 0) throw new SysError('ENOENT');
  return at;
}

/** One that is there already is left; a map may not say something else for it. */
function merged(set: NftSet, elements: NftSet['elements'], isStrict: boolean): NftSet['elements'] {
  const all = [...set.elements];
  for (const element of elements) {
    const text = JSON.stringify(element.key);
    const there = all.find((one) => JSON.stringify(one.key) === text);
    if (!there) all.push(element);
    else if (
      isStrict &&
      JSON.stringify([there.value, there.verdict]) !== JSON.stringify([element.value, element.verdict])
    )
      throw new SysError('EEXIST');
  }
  return all;
}
