/** Runs a packet through a chain and those it jumps to (nf_tables_core.c). */
import type { RuleHit } from '../trace/trace';
import { type CompiledRule, compileRule, runOps } from './compile';
import type { HookContext } from './context';
import { ruleText } from './print';
import type { NftChain, NftTable } from './ruleset';

const maxDepth = 16;

export interface EvaluatedChain {
  table: NftTable;
  chain: NftChain;
}

interface Frame {
  chain: NftChain;
  rules: CompiledRule[];
  at: number;
}

/** Compiled rules of a chain, kept as long as its list of rules is the same. */
const compiledChains = new WeakMap<NftChain['rules'], CompiledRule[]>();

/** The verdict of a base chain with all it leads to. */
export function evaluateChain(context: HookContext, { table, chain }: EvaluatedChain): 'accept' | 'drop' {
  const stack: Frame[] = [frameOf(table, chain)];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const rule = frame.rules[frame.at++];
    if (!rule) {
      stack.pop();
      continue;
    }
    const outcome = runOps(rule.ops, context);
    if (outcome === 'next' || outcome === 'break') continue;
    if (outcome.kind !== 'continue') traceHit(context, table, frame.chain, rule, outcome.kind);
    switch (outcome.kind) {
      case 'accept':
      case 'drop':
        return outcome.kind;
      case 'return':
        stack.pop();
        break;
      case 'jump':
      case 'goto': {
        const target = table.chains.get(outcome.chain);
        if (!target || stack.length >= maxDepth) return 'drop';
        if (outcome.kind === 'goto') stack.pop();
        stack.push(frameOf(table, target));
        break;
      }
      default:
        break;
    }
  }
  return chain.base?.policy ?? 'accept';
}

function frameOf(table: NftTable, chain: NftChain): Frame {
  let rules = compiledChains.get(chain.rules);
  if (!rules) {
    rules = chain.rules.map((rule) => compileRule(rule, table));
    compiledChains.set(chain.rules, rules);
  }
  return { chain, rules, at: 0 };
}

function traceHit(
  context: HookContext,
  table: NftTable,
  chain: NftChain,
  { rule }: CompiledRule,
  verdict: string,
): void {
  const { ns, packet, input, output } = context;
  if (!ns.network.trace.isOn) return;
  const hit: RuleHit = {
    family: table.family,
    table: table.name,
    chain: chain.name,
    handle: rule.handle,
    text: ruleText(rule, { stateless: true }),
  };
  ns.network.trace.hop(packet, ns, output ?? input, stageOf(context), { rule: hit, verdict });
}

function stageOf({ hook, family }: HookContext) {
  if (family === 'bridge') return 'bridge' as const;
  if (hook === 'ingress' || hook === 'egress') return hook;
  return hook;
}
