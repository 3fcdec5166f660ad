/** Mistakes in the number of operands, in the words of coreutils. */
import { UsageError } from '../../lib/options';
import type { Tool } from './tool';

/** The operands, when there are at least `least` and at most `most`. */
export function expectOperands(tool: Tool, least: number, most = Number.POSITIVE_INFINITY): readonly string[] {
  const { operands } = tool;
  if (operands.length < least) {
    const last = operands.at(-1);
    throw new UsageError(last === undefined ? 'missing operand' : `missing operand after ${tool.word(last)}`);
  }
  if (operands.length > most) throw extraOperand(tool, operands[most] ?? '');
  return operands;
}

export function extraOperand(tool: Tool, operand: string): UsageError {
  return new UsageError(`extra operand ${tool.word(operand)}`);
}
