/** iptables-restore(8): all of a table at once. */
import type { InetFamily, NftCommand, Sys } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { builtinTables } from './builtin';
import { readCommand } from './command';
import { applyOr, checkJump, makeChain, plain } from './execute';
import type { IptRule } from './rule';
import { IptTable } from './table';
import { IptablesError, splitWords, Words } from './words';

export interface RestoreOptions {
  noFlush: boolean;
  isTest: boolean;
  counters: boolean;
  only: string | null;
}

/** The error says which line it is about. */
export function restore(sys: Sys, text: string, family: InetFamily, services: Services, options: RestoreOptions): void {
  const lines = text.replace(/\n$/, '').split('\n');
  let table: TableRestore | null = null;
  lines.forEach((line, at) => {
    const number = at + 1;
    if (line.trim() === '' || line.startsWith('#')) return;
    if (!table) table = TableRestore.begin(sys, line, number, family, services, options);
    else if (line.startsWith('COMMIT')) {
      table.commit(number);
      table = null;
    } else table.line(line, number);
  });
  if (table) throw plain(`COMMIT expected at line ${lines.length + 1}`);
}

class TableRestore {
  readonly #commands: NftCommand[] = [];
  readonly #jumps: IptRule[] = [];
  readonly #chains: Set<string>;
  /** Made by now, or before. */
  readonly #made: Set<string>;
  #last = '';

  private constructor(
    private readonly sys: Sys,
    private readonly name: string,
    private readonly family: InetFamily,
    private readonly services: Services,
    private readonly options: RestoreOptions,
  ) {
    const stored = IptTable.load(sys, name, family, services);
    const builtin = (builtinTables[name] ?? []).map((chain) => chain.name);
    this.#chains = new Set(options.noFlush ? stored.chains.map((chain) => chain.name) : builtin);
    this.#made = new Set(
      options.noFlush ? stored.chains.filter((chain) => chain.stored).map((chain) => chain.name) : [],
    );
    if (!options.noFlush && stored.stored) this.#commands.push({ do: 'delete table', ...this.#where });
    this.#commands.push({ do: 'add table', ...this.#where });
  }

  static begin(
    sys: Sys,
    line: string,
    number: number,
    family: InetFamily,
    services: Services,
    options: RestoreOptions,
  ): TableRestore {
    const name = /^\*(\S+)/.exec(line)?.[1];
    if (name === undefined) throw plain(`line ${number} failed`);
    if (!builtinTables[name])
      throw new IptablesError(
        `table '${name}' does not exist\nPerhaps iptables-restore or your kernel needs to be upgraded.`,
        3,
        false,
      );
    return new TableRestore(sys, name, family, services, options);
  }

  get #where(): { family: 'ip' | 'ip6'; table: string } {
    return { family: this.family === 'inet' ? 'ip' : 'ip6', table: this.name };
  }

  line(line: string, number: number): void {
    if (line.startsWith(':')) this.#chain(line, number);
    else this.#rule(line, number);
  }

  #chain(line: string, number: number): void {
    const [, name = '', policy = ''] = /^:(\S+)\s+(\S+)/.exec(line) ?? [];
    if (policy === '') throw new IptablesError(`Policy invalid\nError occurred at line: ${number}`);
    if (builtinTables[this.name]?.some((chain) => chain.name === name)) {
      const verdict = policy === 'DROP' ? 'drop' : 'accept';
      this.#made.add(name);
      this.#commands.push(...makeChain(this.family, this.name, name, verdict), {
        do: 'set policy',
        ...this.#where,
        chain: name,
        policy: verdict,
      });
      return;
    }
    if (this.#chains.has(name)) this.#commands.push({ do: 'flush chain', ...this.#where, chain: name });
    else this.#commands.push({ do: 'add chain', ...this.#where, chain: name, base: null });
    this.#chains.add(name);
  }

  #rule(line: string, number: number): void {
    const [, packets = '0', bytes = '0', rest = ''] = /^(?:\[(\d+):(\d+)\] )?(.*)$/.exec(line) ?? [];
    const command = this.#read(rest, number);
    const chain = command.chain ?? '';
    const isKnown = this.#chains.has(chain);
    if (!isKnown && command.action !== 'N') throw plain(`line ${number} failed: No chain/target/match by that name.`);
    switch (command.action) {
      case 'N':
        this.#chains.add(chain);
        this.#commands.push({ do: 'add chain', ...this.#where, chain, base: null });
        return;
      case 'F':
        this.#commands.push({ do: 'flush chain', ...this.#where, chain });
        return;
      case 'X':
        this.#chains.delete(chain);
        this.#commands.push({ do: 'delete chain', ...this.#where, chain, onlyEmpty: true });
        return;
      case 'A':
      case 'I':
        for (const rule of command.rules) {
          if (this.options.counters) {
            rule.packets = Number(packets);
            rule.bytes = Number(bytes);
          }
          this.#jumps.push(rule);
          this.#commands.push(...this.#makeChain(chain), {
            do: command.action === 'A' ? 'add rule' : 'insert rule',
            ...this.#where,
            chain,
            rule: rule.toNft(),
          });
          this.#last = `\nline ${number}: RULE_${command.action === 'A' ? 'APPEND' : 'INSERT'}:rule in chain ${chain}`;
        }
        return;
      default:
        throw plain(`line ${number} failed`);
    }
  }

  #makeChain(chain: string): NftCommand[] {
    if (this.#made.has(chain)) return [];
    this.#made.add(chain);
    return makeChain(this.family, this.name, chain);
  }

  #read(text: string, number: number): NonNullable<ReturnType<typeof readCommand>> {
    try {
      const command = readCommand(new Words(splitWords(text)), this.family, this.services);
      if (command) return command;
    } catch (error) {
      if (!(error instanceof IptablesError)) throw error;
      throw error.at(number);
    }
    throw plain(`line ${number} failed`);
  }

  commit(number: number): void {
    for (const rule of this.#jumps) {
      try {
        checkJump(rule, (name) => this.#chains.has(name));
      } catch (error) {
        if (!(error instanceof IptablesError)) throw error;
        throw error.at(number);
      }
    }
    if (!this.options.isTest) applyOr(this.sys, this.#commands, this.#last);
  }
}
