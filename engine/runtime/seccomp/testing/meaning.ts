/** For tests: the conditions of seccomp rules without a program. */

/** What each operator means, as seccomp_rule_add(3) has it. */
export const meaning: Record<string, (argument: bigint, value: bigint, valueTwo: bigint) => boolean> = {
  NE: (argument, value) => argument !== value,
  LT: (argument, value) => argument < value,
  LE: (argument, value) => argument <= value,
  EQ: (argument, value) => argument === value,
  GE: (argument, value) => argument >= value,
  GT: (argument, value) => argument > value,
  MASKED_EQ: (argument, value, valueTwo) => (argument & value) === (valueTwo & value),
};
