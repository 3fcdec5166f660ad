/** A plan as text, one line a step, for logs and for people. */
import type { CallStep, Condition, Plan, Reference, Step, Value } from './plan';

export function describePlan(plan: Plan): string {
  return [`plan "${plan.name}"`, ...describeSteps(plan.steps, 1)].join('\n');
}

/** What a failure of the step is called: operation and object. */
export function subjectOf(step: CallStep): { operation: string; object: string } {
  const named = step.args?.find((arg) => typeof arg === 'string' && arg !== '');
  return { operation: step.call, object: step.about ?? (typeof named === 'string' ? named : '') };
}

function describeSteps(steps: readonly Step[], depth: number): string[] {
  return steps.flatMap((step) => describeStep(step, depth));
}

function describeStep(step: Step, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const block = (steps: readonly Step[]) => describeSteps(steps, depth + 1);
  if ('call' in step) return [indent + describeCall(step)];
  if ('fork' in step) return [`${indent}${describeCall(step.fork)} child:`, ...block(step.child)];
  if ('loop' in step) return [`${indent}loop:`, ...block(step.loop)];
  if ('if' in step) {
    const otherwise = step.else ? [`${indent}else:`, ...block(step.else)] : [];
    return [`${indent}if ${describeCondition(step.if)}:`, ...block(step.then), ...otherwise];
  }
  if ('leave' in step) return [`${indent}leave the loop`];
  if ('set' in step) return [`${indent}${step.set} = ${describeValue(step.to)}`];
  if ('report' in step) return [`${indent}report ${step.report} = ${describeValue(step.value)}`];
  return [`${indent}exit ${describeValue(step.exit)}`];
}

function describeCall(step: CallStep): string {
  const result = step.as ? `${step.as} = ` : '';
  const allowed = step.except ? ` except ${step.except === 'any' ? 'any' : step.except.join(', ')}` : '';
  const about = step.about ? `  # ${step.about}` : '';
  return `${result}${step.call}(${(step.args ?? []).map(describeValue).join(', ')})${allowed}${about}`;
}

function describeCondition(condition: Condition): string {
  return `${describeValue(condition.when)} ${condition.is} ${describeValue(condition.than)}`;
}

function describeValue(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  if ('names' in value) return value.names;
  if ('ref' in value) return describeReference(value);
  if ('memory' in value) return `&${value.memory}[${value.bytes}]`;
  if ('strings' in value) return `[${value.strings.map((text) => JSON.stringify(text)).join(', ')}]`;
  return `{${value.words.map(describeValue).join(', ')}}`;
}

function describeReference(value: Reference): string {
  const cut = value.bits ? `.bits(${value.bits.from}, ${value.bits.width})` : '';
  const left = value.left ? ` << ${value.left}` : '';
  const or = value.or ? ` | 0x${value.or.toString(16)}` : '';
  return `$${value.ref}${cut}${left}${or}`;
}
