/** What the commands of iptables do, as commands of nf_tables. */
import { type InetFamily, isSysError, type NftCommand, type Sys, strerror } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { builtinTables } from './builtin';
import type { Command } from './command';
import { announced, listChains, specifications } from './list';
import type { IptRule } from './rule';
import { type IptChain, IptTable } from './table';
import { IptablesError } from './words';

const noChain = 'No chain/target/match by that name.';

/** A plain message after the program's name; the command failed in the kernel. */
export function plain(message: string): IptablesError {
  return new IptablesError(message, 1, false, true);
}

/** What is written to standard output. */
export function execute(sys: Sys, command: Command, family: InetFamily, services: Services): string {
  const table = IptTable.load(sys, command.table, family, services);
  return new Execution(sys, command, table, family, services).run();
}

/** Makes the table, and the chain if it is one of iptables' own. */
export function makeChain(
  family: InetFamily,
  table: string,
  chain: string,
  policy: 'accept' | 'drop' = 'accept',
): NftCommand[] {
  const where = { family: family === 'inet' ? 'ip' : 'ip6', table } as const;
  const builtin = builtinTables[table]?.find(({ name }) => name === chain);
  const addTable: NftCommand = { do: 'add table', ...where };
  return builtin ? [addTable, { do: 'add chain', ...where, chain, base: { ...builtin.base, policy } }] : [addTable];
}

/** In iptables' words what the kernel said to the last of some commands. */
export function applyOr(sys: Sys, commands: readonly NftCommand[], what: string): void {
  try {
    sys.nft.apply(commands);
  } catch (error) {
    if (!isSysError(error) || error.errno === 'EPERM') throw error;
    // What compiles for nft(8) only fails in an extension's own check here.
    const text = strerror(error.errno === 'EOPNOTSUPP' ? 'EINVAL' : error.errno);
    const [operation, object] = what.split(':');
    throw new IptablesError(` ${operation} failed (${text}): ${object}`, 4, false);
  }
}

class Execution {
  readonly #where: { family: 'ip' | 'ip6'; table: string };

  constructor(
    private readonly sys: Sys,
    private readonly command: Command,
    private readonly table: IptTable,
    private readonly family: InetFamily,
    private readonly services: Services,
  ) {
    this.#where = { family: family === 'inet' ? 'ip' : 'ip6', table: table.name };
  }

  run(): string {
    const { action } = this.command;
    if (action === 'L' || action === 'S') return this.#list();
    if ('ACDRI'.includes(action)) return this.#change();
    switch (action) {
      case 'F':
        return this.#flush();
      case 'Z':
        return this.#zero();
      case 'N':
        return this.#newChain();
      case 'X':
        return this.#removeChain();
      case 'E':
        return this.#rename();
      default:
        return this.#policy();
    }
  }

  #list(): string {
    const { action, chain: name, number, verbose } = this.command;
    const chains = name === null ? this.table.chains : this.table.chains.filter((chain) => chain.name === name);
    if (name !== null && chains.length === 0)
      throw new IptablesError(
        `chain \`${name}' in table \`${this.table.name}' is incompatible, use 'nft' tool.\n`,
        1,
        false,
      );
    const warning = this.table.isIncompatible
      ? `# Table \`${this.table.name}' contains incompatible base-chains, use 'nft' tool to list them.\n`
      : '';
    const options = { ...this.command, services: this.services };
    return `${warning}${action === 'S' ? specifications(chains, number, verbose) : listChains(this.table, chains, number, options)}`;
  }

  #change(): string {
    const { action, rules, verbose } = this.command;
    if (action === 'D' && this.command.number !== null) {
      this.#deleteNumber(this.command.number);
      return '';
    }
    let output = '';
    for (const rule of rules) {
      if (verbose) output += announced(rule, this.services);
      if (action === 'C') this.#find(rule, this.#stored());
      else if (action === 'D') this.#delete(rule);
      else this.#put(rule);
    }
    return output;
  }

  /** The chain as it is by now: a command may have several rules. */
  #stored(): IptChain | undefined {
    return IptTable.load(this.sys, this.table.name, this.family, this.services).chain(this.#chainName);
  }

  get #chainName(): string {
    return this.command.chain ?? '';
  }

  #find(rule: IptRule, chain: IptChain | undefined): number {
    const spec = rule.save();
    const found = chain?.rules.find((one) => one.rule.save() === spec);
    if (!found) throw plain('Bad rule (does a matching rule exist in that chain?).');
    return found.handle;
  }

  #delete(rule: IptRule): void {
    const handle = this.#find(rule, this.#stored());
    this.sys.nft.apply([{ do: 'delete rule', ...this.#where, chain: this.#chainName, handle }]);
  }

  #deleteNumber(number: number): void {
    const chain = this.#stored();
    if (!chain?.stored) throw plain(noChain);
    const found = chain.rules[number - 1];
    if (!found) throw plain('Index of deletion too big.');
    this.sys.nft.apply([{ do: 'delete rule', ...this.#where, chain: this.#chainName, handle: found.handle }]);
  }

  #put(rule: IptRule): void {
    const { action, number } = this.command;
    const name = this.#chainName;
    const chain = this.#stored();
    if (!chain) throw plain(noChain);
    checkJump(rule, (target) => this.table.chain(target)?.builtin === null);
    const where = { ...this.#where, chain: name };
    if (
      rule.matches.some((one) => one.name === 'owner') &&
      chain.builtin &&
      !['OUTPUT', 'POSTROUTING'].includes(name)
    ) {
      throw new IptablesError(` RULE_APPEND failed (${strerror('EINVAL')}): rule in chain ${name}`, 4, false);
    }
    const made = rule.toNft();
    const commands = chain.stored ? [] : makeChain(this.family, this.table.name, name);
    const object = `rule in chain ${name}`;
    if (action === 'R') {
      const replaced = chain.rules[(number ?? 1) - 1];
      if (!replaced) throw plain('Index of replacement too big.');
      applyOr(
        this.sys,
        [...commands, { do: 'replace rule', ...where, rule: made, handle: replaced.handle }],
        `RULE_REPLACE:${object}`,
      );
      return;
    }
    const at = number ?? 1;
    if (action === 'I' && at > chain.rules.length + 1) throw plain('Index of insertion too big.');
    const next = action === 'I' ? chain.rules[at - 1] : undefined;
    if (next)
      applyOr(
        this.sys,
        [...commands, { do: 'insert rule', ...where, rule: made, handle: next.handle }],
        `RULE_INSERT:${object}`,
      );
    else
      applyOr(
        this.sys,
        [...commands, { do: 'add rule', ...where, rule: made }],
        `${action === 'I' ? 'RULE_INSERT' : 'RULE_APPEND'}:${object}`,
      );
  }

  #flush(): string {
    const { chain: name } = this.command;
    if (name !== null && !this.table.chain(name)) throw plain(noChain);
    const chains = this.table.chains.filter((chain) => chain.stored && (name === null || chain.name === name));
    this.sys.nft.apply(chains.map(({ name: chain }): NftCommand => ({ do: 'flush chain', ...this.#where, chain })));
    return '';
  }

  #zero(): string {
    const { chain: name, number } = this.command;
    const chains = this.table.chains.filter((chain) => name === null || chain.name === name);
    if (name !== null && !chains.some(({ stored }) => stored)) throw plain(noChain);
    const commands = chains.flatMap(({ name: chain, rules }) =>
      rules
        .filter((_, at) => number === null || at + 1 === number)
        .map(({ rule, handle }): NftCommand => {
          rule.packets = 0;
          rule.bytes = 0;
          return { do: 'replace rule', ...this.#where, chain, handle, rule: rule.toNft() };
        }),
    );
    this.sys.nft.apply(commands);
    return '';
  }

  #newChain(): string {
    const name = this.#chainName;
    if (this.table.chain(name)) throw plain('Chain already exists.');
    this.sys.nft.apply([
      ...makeChain(this.family, this.table.name, name),
      { do: 'add chain', ...this.#where, chain: name, base: null },
    ]);
    return '';
  }

  /** Without a name all of the user's, and those of iptables that do nothing. */
  #removeChain(): string {
    const { chain: name } = this.command;
    const named = this.table.chains.filter((chain) => chain.stored && (name === null || chain.name === name));
    if (name !== null && named.length === 0) throw plain(noChain);
    const isIdle = ({ builtin, policy, rules }: IptChain) =>
      builtin === null || (policy === 'ACCEPT' && rules.length === 0);
    for (const chain of named.filter((one) => name !== null || isIdle(one))) {
      const isUsed = chain.rules.length > 0 || this.table.references(chain.name) > 0;
      if (isUsed) throw new IptablesError(` CHAIN_DEL failed (${strerror('EBUSY')}): chain ${chain.name}`, 4, false);
    }
    const removed = named.filter(isIdle);
    this.sys.nft.apply(
      removed.map(({ name: chain }): NftCommand => ({ do: 'delete chain', ...this.#where, chain, onlyEmpty: true })),
    );
    return '';
  }

  #rename(): string {
    const { to } = this.command;
    const chain = this.table.chain(this.#chainName);
    if (!chain || chain.builtin) throw plain(noChain);
    if (this.table.chain(to)) throw plain('File exists.');
    this.sys.nft.apply([{ do: 'rename chain', ...this.#where, chain: chain.name, to }]);
    return '';
  }

  #policy(): string {
    const { to } = this.command;
    const name = this.#chainName;
    if (!this.table.chain(name)?.builtin) throw plain('Bad built-in chain name.');
    if (to !== 'ACCEPT' && to !== 'DROP') throw plain("Bad policy name. Run `dmesg' for more information.");
    const policy = to === 'DROP' ? 'drop' : 'accept';
    this.sys.nft.apply([
      ...makeChain(this.family, this.table.name, name),
      { do: 'set policy', ...this.#where, chain: name, policy },
    ]);
    return '';
  }
}

/** `-j` to what is neither a target nor a chain of the user. */
export function checkJump(rule: IptRule, isChain: (name: string) => boolean): void {
  const { jump } = rule;
  if (jump === null || rule.target || ['ACCEPT', 'DROP', 'RETURN'].includes(jump) || isChain(jump)) return;
  throw new IptablesError(`Chain '${jump}' does not exist`);
}
