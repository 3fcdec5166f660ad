/** What is played at random: sequences of operations, and the two programs that do them, one a kernel. */
import fc from 'fast-check';
import type { Program } from '../../../engine/kernel/sim';

export interface Sequence {
  /** For whoever reads of a difference. */
  readonly operations: readonly unknown[];
  /** What the real kernel's driver reads: one line of JSON. */
  readonly line: string;
  /** The same for the simulated kernel. */
  readonly program: Program;
  /** All but the one at that place. */
  without(place: number): Sequence;
}

export interface Subject {
  name: string;
  /**
   * A program for the Machine's Python: reads lines from standard input and answers each with any number of lines, of
   * which the last is `--`.
   */
  driver: string;
  /** How many are played in one go, and by the test that runs with every suite. */
  batch: number;
  /** `count` sequences from `seed` on. */
  sequences(count: number, seed: number): Sequence[];
}

export interface SubjectParts<Operation> extends Pick<Subject, 'name' | 'driver' | 'batch'> {
  operations: fc.Arbitrary<Operation[]>;
  line(operations: readonly Operation[]): unknown;
  program(operations: readonly Operation[]): Program;
}

export function defineSubject<Operation>(parts: SubjectParts<Operation>): Subject {
  const { name, driver, batch } = parts;
  return {
    name,
    driver,
    batch,
    sequences: (count, seed) =>
      fc.sample(parts.operations, { numRuns: count, seed }).map((operations) => sequence(parts, operations)),
  };
}

function sequence<Operation>(parts: SubjectParts<Operation>, operations: readonly Operation[]): Sequence {
  return {
    operations,
    line: `${JSON.stringify(parts.line(operations))}\n`,
    program: parts.program(operations),
    without: (place) =>
      sequence(
        parts,
        operations.filter((_, at) => at !== place),
      ),
  };
}
