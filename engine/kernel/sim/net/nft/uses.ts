/** What a table's rules refer to: connection tracking, sets, chains. */
import type { NftKey, NftRule, NftStatement, NftTable, NftVerdict } from './ruleset';

export function usesConntrack(table: NftTable): boolean {
  for (const chain of table.chains.values()) {
    if (chain.base?.type === 'nat') return true;
    if (chain.rules.some((rule) => flatten(rule.statements).some(isAboutConnections))) return true;
  }
  return false;
}

/** Statements, those within translated ones too. */
export function flatten(statements: readonly NftStatement[]): NftStatement[] {
  return statements.flatMap((statement) => (statement.kind === 'translated' ? flatten(statement.does) : [statement]));
}

function isAboutConnections(statement: NftStatement): boolean {
  if (statement.kind === 'restore') return true;
  if (statement.kind === 'set') return statement.key === 'ct mark';
  return keysOf(statement).some(({ on }) => on === 'ct');
}

function keysOf(statement: NftStatement): readonly NftKey[] {
  return 'keys' in statement ? statement.keys : [];
}

/** Chains a rule may lead to. */
export function targetsOf(rule: NftRule, table: NftTable): string[] {
  return flatten(rule.statements).flatMap((statement) => {
    if (statement.kind === 'verdict') return targetOf(statement.verdict);
    if (statement.kind !== 'vmap') return [];
    if (Array.isArray(statement.map)) return statement.map.flatMap(({ verdict }) => targetOf(verdict));
    return (table.sets.get(statement.map.name)?.elements ?? []).flatMap(({ verdict }) =>
      verdict ? targetOf(verdict) : [],
    );
  });
}

export function targetOf(verdict: NftVerdict): string[] {
  return verdict.kind === 'jump' || verdict.kind === 'goto' ? [verdict.chain] : [];
}

/** Named sets and maps a rule asks. */
export function setsOf(rule: NftRule): string[] {
  return flatten(rule.statements).flatMap((statement) => {
    if (statement.kind === 'match' && statement.value.kind === 'named') return [statement.value.name];
    if (statement.kind === 'vmap' && !Array.isArray(statement.map)) return [statement.map.name];
    if (statement.kind === 'update') return [statement.set];
    if ((statement.kind === 'snat' || statement.kind === 'dnat') && statement.map?.name !== undefined)
      return [statement.map.name];
    return [];
  });
}

/** Sets without a name the kernel makes for a rule: each takes a handle. */
export function anonymousSets(rule: Pick<NftRule, 'statements'>): number {
  // Those of iptables' extensions are theirs.
  return rule.statements.filter((statement) => {
    if (statement.kind === 'match') return statement.value.kind === 'set';
    if (statement.kind === 'vmap') return Array.isArray(statement.map);
    return (
      (statement.kind === 'snat' || statement.kind === 'dnat') &&
      statement.map !== undefined &&
      statement.map.name === undefined
    );
  }).length;
}
