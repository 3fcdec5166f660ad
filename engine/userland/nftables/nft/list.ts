/** `nft list ...`. */
import {
  chainText,
  counterText,
  type NftFamily,
  type NftTable,
  printRuleset,
  setText,
  tableText,
} from '../../../kernel/sim';
import { NftSyntaxError } from './lexer';
import type { ListRequest } from './reading';

export interface ListOptions {
  handles: boolean;
  stateless: boolean;
  numeric: boolean;
  now: number;
}

/** Parts of iptables' rules nf_tables has no words for. */
function isForeign(spec: string): boolean {
  return /(^| )-m (?!(tcp|udp|limit) )/.test(spec) || /(^| )-j (?!ACCEPT|DROP|RETURN)[A-Z]{2,}( |$)/.test(spec);
}

/** What nft(8) says of tables it only reads, on standard error. */
export function warningText({ what, family, table }: ListRequest, tables: readonly NftTable[]): string {
  if (!['ruleset', 'table', 'chain'].includes(what)) return '';
  return tables
    .filter((one) => (family === null || one.family === family) && (table === null || one.name === table))
    .filter(({ chains }) =>
      [...chains.values()].some(({ rules }) => rules.some(({ iptables }) => iptables?.some(isForeign))),
    )
    .map(({ family: kind, name }) => `# Warning: table ${kind} ${name} is managed by iptables-nft, do not touch!\n`)
    .join('');
}

export function listText(request: ListRequest, tables: readonly NftTable[], options: ListOptions): string {
  const { what, family, table, name, places } = request;
  const inFamily = tables.filter((one) => family === null || one.family === family);
  switch (what) {
    case 'ruleset':
      return printRuleset(inFamily, options);
    case 'tables':
      return inFamily
        .map((one) => `table ${one.family} ${one.name}${options.handles ? ` # handle ${one.handle}` : ''}\n`)
        .join('');
    case 'table':
      return tableText(find(tables, family ?? 'ip', table, places.table), options);
    case 'chains':
      return inFamily
        .map((one) =>
          wrap(
            one,
            [...one.chains.values()].map((chain) => chainText(one.family, chain, options, false)),
          ),
        )
        .join('');
    case 'sets':
      return inFamily.map((one) => wrap(one, setsOf(one, false, options))).join('');
    case 'maps':
      return inFamily.map((one) => wrap(one, setsOf(one, true, options))).join('');
    case 'counters':
      return inFamily
        .filter((one) => one.counters.size > 0)
        .map((one) =>
          wrap(
            one,
            [...one.counters].map(([counter, value]) => counterText(counter, value, options)),
          ),
        )
        .join('');
    default:
      return objectText(request, find(tables, family ?? 'ip', table, places.table), name ?? '', options);
  }
}

function objectText({ what, places }: ListRequest, table: NftTable, name: string, options: ListOptions): string {
  const chain = table.chains.get(name);
  if (what === 'chain' && chain) return wrap(table, [chainText(table.family, chain, options)]);
  const set = table.sets.get(name);
  if ((what === 'set' || what === 'map') && set) return wrap(table, [setText(set, options)]);
  const counter = table.counters.get(name);
  if (what === 'counter' && counter) return wrap(table, [counterText(name, counter, options)]);
  throw missing(places.object);
}

function wrap({ family, name }: NftTable, parts: readonly string[]): string {
  return `table ${family} ${name} {\n${parts.join('')}}\n`;
}

function setsOf(table: NftTable, isMap: boolean, options: ListOptions): string[] {
  return [...table.sets.values()].filter((set) => (set.mapType !== null) === isMap).map((set) => setText(set, options));
}

function find(
  tables: readonly NftTable[],
  family: NftFamily,
  name: string | null,
  span: { start: number; end: number } | undefined,
): NftTable {
  const found = tables.find((table) => table.family === family && table.name === name);
  if (!found) throw missing(span);
  return found;
}

function missing(span: { start: number; end: number } | undefined): NftSyntaxError {
  return new NftSyntaxError('No such file or directory', span?.start ?? 0, span?.end ?? 1);
}
