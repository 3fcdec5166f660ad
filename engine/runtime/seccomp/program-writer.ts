/**
 * Writes a program from its end to its beginning: jumps go forward only, so all that a jump can go to is there already,
 * and what is equal is written once.
 */
import { BPF_AND, BPF_JUMP, BPF_LOAD, BPF_RETURN, type BpfInstruction } from '../../kernel';

/** A place to go to: how many instructions there are from it to the end. */
export type Label = number;

/** Jumps that compare have 8 bits. Beyond this distance something is written again rather than jumped to. */
const farthest = 255;
const worthJumping = 200;

export class ProgramWriter {
  readonly #reversed: BpfInstruction[] = [];
  readonly #written = new Map<string, Label>();

  /** From its first instruction on. */
  get program(): BpfInstruction[] {
    return this.#reversed.toReversed();
  }

  return(answer: number): Label {
    return this.once(`return ${answer}`, () => this.#write(BPF_RETURN, answer));
  }

  /** What `write` writes, or the place where the same is, not far from here. */
  once(key: string, write: () => Label): Label {
    const before = this.#written.get(key);
    if (before !== undefined && this.#reversed.length - before <= worthJumping) return before;
    const label = write();
    this.#written.set(key, label);
    return label;
  }

  load(offset: number, next: Label): Label {
    this.#fallTo(next);
    return this.#write(BPF_LOAD, offset);
  }

  and(mask: number, next: Label): Label {
    this.#fallTo(next);
    return this.#write(BPF_AND, mask);
  }

  /** `code` is BPF_JEQ, BPF_JGT, BPF_JGE or BPF_JSET. */
  branch(code: number, k: number, yes: Label, no: Label): Label {
    if (yes === no) return yes;
    const nearNo = this.#near(no);
    const nearYes = this.#near(yes);
    const here = this.#reversed.length;
    return this.#write(code, k, here - nearYes, here - nearNo);
  }

  /** A second such step may come between. */
  #near(label: Label): Label {
    return this.#reversed.length - label < farthest - 1 ? label : this.#jump(label);
  }

  #fallTo(label: Label): void {
    if (label !== this.#reversed.length) this.#jump(label);
  }

  #jump(label: Label): Label {
    return this.#write(BPF_JUMP, this.#reversed.length - label);
  }

  #write(code: number, k: number, jumpTrue = 0, jumpFalse = 0): Label {
    return this.#reversed.push({ code, jumpTrue, jumpFalse, k });
  }
}
