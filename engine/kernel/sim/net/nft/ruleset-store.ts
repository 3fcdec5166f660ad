/** The rules of one namespace, and how they are changed: all commands of a batch, or none (nf_tables_api.c). */

import { SysError } from '../../abi/errno';
import type { NetNamespace } from '../types';
import { Change, type State } from './change';
import { checkLoops } from './check';
import type { NftCommand, NftFamily, NftTable } from './ruleset';

export class Ruleset {
  #state: State = { tables: [], nextHandles: new Map(), nextTable: 1 };

  constructor(private readonly ns: NetNamespace) {}

  tables(): readonly NftTable[] {
    return this.#state.tables;
  }

  find(family: NftFamily, name: string): NftTable | undefined {
    return this.#state.tables.find((table) => table.family === family && table.name === name);
  }

  /** The SysError's detail is the index of the command that failed. */
  apply(commands: readonly NftCommand[]): void {
    const change = new Change(copyOf(this.#state));
    const changed = new Set<string>();
    for (const [index, command] of commands.entries()) {
      try {
        change.run(command);
        if ('rule' in command) {
          changed.add(`${command.family} ${command.table}`);
          for (const table of change.state.tables) if (changed.has(`${table.family} ${table.name}`)) checkLoops(table);
        }
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        // Handles are not given again.
        this.#state.nextHandles = change.state.nextHandles;
        throw new SysError(error.errno, String(index));
      }
    }
    this.#state = change.state;
    this.ns.filter.rebuild(this.#state.tables);
    this.ns.network.kernel.touch('rules');
  }
}

/** Chains and sets can be changed apart from the original; rules are the same objects. */
function copyOf({ tables, nextHandles, nextTable }: State): State {
  return {
    tables: tables.map((table) => ({
      ...table,
      chains: new Map(
        [...table.chains].map(([name, chain]) => [name, { ...chain, base: chain.base && { ...chain.base } }]),
      ),
      sets: new Map([...table.sets].map(([name, set]) => [name, { ...set }])),
      counters: new Map(table.counters),
    })),
    nextHandles: new Map(nextHandles),
    nextTable,
  };
}
