/** `iptables -L` and `-S`. */

import { nftNames as names } from '../../../kernel/sim';
import type { ListOptions as ExtensionListOptions } from './extension';
import { type IptRule, type Prefix, protocolName } from './rule';
import type { IptChain, IptTable } from './table';
import { not } from './words';

export interface ListOptions extends ExtensionListOptions {
  verbose: boolean;
  exact: boolean;
  lineNumbers: boolean;
}

/** `only`: the number of one rule, without a heading then. */
export function listChains(
  table: IptTable,
  chains: readonly IptChain[],
  only: number | null,
  options: ListOptions,
): string {
  if (only !== null)
    return chains
      .map(({ rules }) =>
        rules
          .slice(only - 1, only)
          .map(({ rule }) => row(rule, only, options))
          .join(''),
      )
      .join('');
  return chains
    .map(
      (chain) =>
        `${heading(table, chain, options)}${chain.rules.map(({ rule }, at) => row(rule, at + 1, options)).join('')}`,
    )
    .join('\n');
}

function heading(table: IptTable, { name, policy }: IptChain, { verbose, exact, lineNumbers }: ListOptions): string {
  const about =
    policy === null
      ? `${table.references(name)} references`
      : `policy ${policy}${verbose ? ' 0 packets, 0 bytes' : ''}`;
  const counters = verbose
    ? exact
      ? `${'pkts'.padStart(8)} ${'bytes'.padStart(10)} `
      : `${'pkts'.padStart(5)} ${'bytes'.padStart(5)} `
    : '';
  const devices = verbose ? ` ${'in'.padEnd(6)} ${'out'.padEnd(6)} ` : '';
  return `Chain ${name} (${about})\n${lineNumbers ? 'num  ' : ''}${counters}${'target'.padEnd(9)}  prot opt${devices} ${'source'.padEnd(19)}  ${'destination'.padEnd(19)} \n`;
}

function row(rule: IptRule, number: number, options: ListOptions): string {
  const { verbose, exact, lineNumbers, numeric } = options;
  const address = (prefix: Prefix | null) =>
    `${prefix?.inverted ? '!' : ' '}${addressText(prefix, rule, numeric).padEnd(19)} `;
  const device = (one: IptRule['input']) =>
    (one ? `${one.inverted ? '!' : ''}${one.name}` : numeric ? '*' : 'any').padEnd(6);
  const texts = [...rule.matches.map((one) => one.list(options)), rule.target?.list(options) ?? ''].filter(
    (text) => text !== '',
  );
  return [
    lineNumbers ? `${String(number).padEnd(4)} ` : '',
    verbose ? `${count(rule.packets, exact)}${count(rule.bytes, exact)}` : '',
    `${(rule.jump === 'NOTRACK' ? 'CT' : (rule.jump ?? '')).padEnd(9)} `,
    `${rule.protocol?.inverted ? '!' : ' '}${protocolText(rule, numeric).padEnd(4)} `,
    `${rule.fragment?.inverted ? '!' : '-'}${rule.fragment ? 'f' : '-'} `,
    verbose ? ` ${device(rule.input)} ${device(rule.output)} ` : '',
    address(rule.source),
    address(rule.destination),
    rule.isGoto ? '[goto] ' : '',
    texts.map((text) => ` ${text}`).join(''),
    '\n',
  ].join('');
}

function protocolText({ protocol }: IptRule, numeric: boolean): string {
  if (!protocol) return numeric ? '0' : 'all';
  return numeric ? String(protocol.number) : protocolName(protocol.number);
}

function addressText(prefix: Prefix | null, { family }: IptRule, numeric: boolean): string {
  if (!prefix) return numeric ? (family === 'inet' ? '0.0.0.0/0' : '::/0') : 'anywhere';
  const whole = prefix.length === (family === 'inet' ? 32 : 128);
  if (!numeric && whole && (prefix.address === '127.0.0.1' || prefix.address === '::1')) return 'localhost';
  return whole ? prefix.address : `${prefix.address}/${prefix.length}`;
}

/** Above 99999 in thousands, millions and so on. */
function count(number: number, exact: boolean): string {
  if (exact) return `${String(number).padStart(8)} `;
  if (number <= 99_999) return `${String(number).padStart(5)} `;
  let rest = number;
  for (const unit of ['K', 'M', 'G']) {
    rest = Math.floor((rest + 500) / 1000);
    if (rest <= 9999) return `${String(rest).padStart(4)}${unit} `;
  }
  return `${String(Math.floor((rest + 500) / 1000)).padStart(4)}T `;
}

/** `-S`; rules count from 1, the policy is rule 0. */
export function specifications(chains: readonly IptChain[], only: number | null, verbose: boolean): string {
  const heads =
    only !== null && only > 0
      ? []
      : chains.map(({ name, policy }) =>
          policy === null ? `-N ${name}\n` : `-P ${name} ${policy}${verbose ? ' -c 0 0' : ''}\n`,
        );
  const rules = chains.flatMap(({ name, rules: all }) =>
    all
      .filter((_, at) => only === null || at + 1 === only)
      .map(({ rule }) => `${specification(name, rule, verbose)}\n`),
  );
  return [...heads, ...rules].join('');
}

function specification(chain: string, rule: IptRule, verbose: boolean): string {
  const counters = verbose ? `-c ${rule.packets} ${rule.bytes}` : '';
  return ['-A', chain, rule.saveTests(), counters, rule.saveAction()].filter((part) => part !== '').join(' ');
}

/** What `-v` says of a rule that is added, looked for or removed. */
export function announced(rule: IptRule, services: ListOptions['services']): string {
  const options = { numeric: true, services };
  const device = (one: IptRule['input']) => (one ? `${one.inverted ? '!' : ''}${one.name}` : '*');
  const address = (prefix: Prefix | null) => `${prefix?.inverted ? '!' : ''}${addressText(prefix, rule, true)}`;
  const texts = [...rule.matches.map((one) => one.list(options)), rule.target?.list(options) ?? ''].filter(
    (text) => text !== '',
  );
  const protocol = rule.protocol
    ? `${rule.protocol.inverted ? '!' : ''}${names.protocols.nameOf(rule.protocol.number)}`
    : 'all';
  const jump = rule.jump === null ? '' : `${rule.jump} `;
  return `${jump} ${protocol} opt ${rule.fragment ? `${not(rule.fragment.inverted).trim()}-f` : '--'} in ${device(rule.input)} out ${device(rule.output)}  ${address(rule.source)}  -> ${address(rule.destination)}  ${rule.isGoto ? '[goto] ' : ''}${texts.map((text) => ` ${text}`).join('')}\n`;
}
