/** `nft -e`: what was added, as the kernel has it. */
import { type NftCommand, type NftTable, ruleText } from '../../../kernel/sim';

export function echoText(
  commands: readonly NftCommand[],
  tables: readonly NftTable[],
  options: { handles: boolean; stateless: boolean },
): string {
  return commands.map((command) => echoOne(command, tables, options)).join('');
}

function echoOne(
  command: NftCommand,
  tables: readonly NftTable[],
  { handles, stateless }: { handles: boolean; stateless: boolean },
): string {
  if (command.do === 'add table') return `add table ${command.family} ${command.table}\n`;
  if (command.do === 'add chain') return `add chain ${command.family} ${command.table} ${command.chain}\n`;
  if (command.do !== 'add rule' && command.do !== 'insert rule') return '';
  const { family, table, chain } = command;
  const rules = tables.find((one) => one.family === family && one.name === table)?.chains.get(chain)?.rules ?? [];
  const newest = rules.reduce((found, rule) => Math.max(rule.handle, found), 0);
  return `${command.do} ${family} ${table} ${chain} ${ruleText(command.rule, { stateless })}${handles ? ` # handle ${newest}` : ''}\n`;
}
