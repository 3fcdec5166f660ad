/** Comparisons of arguments, 64 bits wide, with instructions that have 32 (seccomp_rule_add(3)). */
import { BPF_JEQ, BPF_JGE, BPF_JGT, seccompData } from '../../kernel';
import type { SeccompArgument } from '../config';
import type { Label, ProgramWriter } from './program-writer';

interface Halves {
  high: number;
  low: number;
}

const allOnes = (1n << 64n) - 1n;

/** Goes to `yes` when the condition holds, else to `no`. `isNarrow`: the upper half is nothing's. */
export function writeCondition(
  writer: ProgramWriter,
  { index, op, value, valueTwo = 0 }: SeccompArgument,
  isNarrow: boolean,
  [yes, no]: [Label, Label],
): Label {
  const [operand, second] = [BigInt(value), BigInt(valueTwo)];
  const same = (mask: bigint, wanted: bigint, then: Label, otherwise: Label) =>
    writeEqual(writer, index, halves(mask, isNarrow), halves(wanted & mask, isNarrow), [then, otherwise]);
  const order = (code: number, then: Label, otherwise: Label) =>
    writeOrder(writer, index, code, halves(operand, isNarrow), isNarrow, [then, otherwise]);
  switch (op) {
    case 'SCMP_CMP_EQ':
      return same(allOnes, operand, yes, no);
    case 'SCMP_CMP_NE':
      return same(allOnes, operand, no, yes);
    case 'SCMP_CMP_MASKED_EQ':
      return same(operand, second, yes, no);
    case 'SCMP_CMP_GE':
      return order(BPF_JGE, yes, no);
    case 'SCMP_CMP_GT':
      return order(BPF_JGT, yes, no);
    case 'SCMP_CMP_LT':
      return order(BPF_JGE, no, yes);
    case 'SCMP_CMP_LE':
      return order(BPF_JGT, no, yes);
  }
}

/** What a condition is known by: two with the same key are the same condition. */
export function keyOf({ index, op, value, valueTwo = 0 }: SeccompArgument): string {
  return `${index} ${op} ${value} ${op === 'SCMP_CMP_MASKED_EQ' ? valueTwo : ''}`;
}

function halves(value: bigint, isNarrow: boolean): Halves {
  return { high: isNarrow ? 0 : Number(value >> 32n), low: Number(value & 0xffffffffn) };
}

function writeEqual(
  writer: ProgramWriter,
  index: number,
  mask: Halves,
  wanted: Halves,
  [yes, no]: [Label, Label],
): Label {
  const half = (offset: number, bits: number, value: number, then: Label): Label => {
    if (bits === 0) return then;
    const compared = writer.branch(BPF_JEQ, value, then, no);
    return writer.load(offset, bits === 0xffffffff ? compared : writer.and(bits, compared));
  };
  const low = half(seccompData.low(index), mask.low, wanted.low, yes);
  return half(seccompData.high(index), mask.high, wanted.high, low);
}

/** `code` compares the lower halves where the upper ones are equal. */
function writeOrder(
  writer: ProgramWriter,
  index: number,
  code: number,
  { high, low }: Halves,
  isNarrow: boolean,
  [yes, no]: [Label, Label],
): Label {
  const lower = writer.load(seccompData.low(index), writer.branch(code, low, yes, no));
  if (isNarrow) return lower;
  if (high === 0) return writer.load(seccompData.high(index), writer.branch(BPF_JEQ, 0, lower, yes));
  const equal = writer.branch(BPF_JEQ, high, lower, no);
  return writer.load(seccompData.high(index), writer.branch(BPF_JGT, high, yes, equal));
}
