/** Turns a plan into the image its interpreter runs. */

import { DataSection, fail, writeWord } from './data';
import { anyError, base, comparison, header, instruction, opcode } from './image';
import type { CallStep, Condition, Plan, Reference, Step, Value } from './plan';
import type { SyscallName } from './syscall-name';

/** Whose names and numbers an image is made for. */
export interface PlanTarget {
  /** Throws for a system call it does not have. */
  syscallNumber(name: SyscallName): number;
  /** Throws for an errno name it does not know. */
  errnoNumber(name: string): number;
  /** UTF-8. */
  encode(text: string): Uint8Array;
}

export interface CompiledPlan {
  image: Uint8Array;
  /** The step that the instruction at an address (as a report names it) belongs to. */
  stepAt(address: number): Step | undefined;
}

interface Instruction {
  opcode: number;
  mask: number;
  number: number | bigint | Label;
  arguments: Array<number | bigint>;
  result: number;
  except: number | bigint;
  step: Step;
}

/** A place in the code, known once everything before it is laid out. */
interface Label {
  index: number;
}

export function compilePlan(plan: Plan, target: PlanTarget): CompiledPlan {
  const count = countInstructions(plan.steps);
  const data = new DataSection(base + header.size + count * instruction.size, target.encode);
  const code = new CodeSection(data, target);
  code.steps(plan.steps, null);
  if (code.instructions.length !== count) {
    throw new Error(`plan "${plan.name}": ${code.instructions.length} instructions instead of ${count}`);
  }
  return {
    image: layOut(code.instructions, data),
    stepAt: (address) => code.instructions[(address - base - header.size) / instruction.size]?.step,
  };
}

function layOut(instructions: readonly Instruction[], data: DataSection): Uint8Array {
  const image = new Uint8Array(data.end - base);
  const view = new DataView(image.buffer);
  instructions.forEach((entry, index) => {
    const at = header.size + index * instruction.size;
    image[at] = entry.opcode;
    image[at + instruction.mask] = entry.mask;
    writeWord(view, at + instruction.number, typeof entry.number === 'object' ? addressOf(entry.number) : entry.number);
    entry.arguments.forEach((argument, i) => {
      writeWord(view, at + instruction.arguments + 8 * i, argument);
    });
    writeWord(view, at + instruction.result, entry.result);
    writeWord(view, at + instruction.except, entry.except);
  });
  data.copyTo(image, view);
  return image;
}

function addressOf(label: Label): number {
  return base + header.size + label.index * instruction.size;
}

/** Instructions a list of steps takes: the data lies behind them, so this must be known first. */
function countInstructions(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + countStep(step), 0);
}

function countStep(step: Step): number {
  if ('call' in step) return countCall(step);
  if ('fork' in step) return countCall(step.fork) + 1 + countInstructions(step.child) + 1;
  if ('loop' in step) return countInstructions(step.loop) + 1;
  if ('if' in step) {
    const cuts = countCuts([step.if.when, step.if.than]);
    return cuts + 1 + countInstructions(step.then) + (step.else ? 1 + countInstructions(step.else) : 0);
  }
  if ('report' in step) return countCuts([step.value]) + 1;
  if ('exit' in step) return countCuts([step.exit]) + 1;
  return 1;
}

function countCall(step: CallStep): number {
  const args = step.args ?? [];
  const words = args.filter(isWords).reduce((sum, arg) => sum + arg.words.filter(isReference).length, 0);
  return words + countCuts(args) + 1;
}

function countCuts(values: readonly Value[]): number {
  return values.filter((value) => isReference(value) && isCut(value)).length;
}

function isWords(value: Value): value is Extract<Value, { words: unknown }> {
  return typeof value === 'object' && value !== null && 'words' in value;
}

function isReference(value: Value): value is Reference {
  return typeof value === 'object' && value !== null && 'ref' in value;
}

/** True when a reference is not simply a stored word, so that it must be computed into one. */
function isCut(value: Reference): boolean {
  return value.bits !== undefined || value.left !== undefined || value.or !== undefined;
}

class CodeSection {
  readonly instructions: Instruction[] = [];
  /** Set for the instruction being made. */
  #step: Step = { exit: 0 };

  constructor(
    readonly data: DataSection,
    readonly target: PlanTarget,
  ) {}

  steps(steps: readonly Step[], loopEnd: Label | null): void {
    for (const step of steps) this.#compile(step, loopEnd);
  }

  #compile(step: Step, loopEnd: Label | null): void {
    this.#step = step;
    if ('call' in step) this.#call(step);
    else if ('fork' in step) this.#fork(step.fork, step.child, step);
    else if ('loop' in step) this.#loop(step.loop);
    else if ('if' in step) this.#if(step.if, step.then, step.else, loopEnd);
    else if ('leave' in step) this.#jump(loopEnd ?? fail('leave outside a loop'));
    else if ('set' in step) this.#set(this.data.slot(step.set), step.to);
    else if ('report' in step) this.#emit(opcode.report, 0, [this.#operand(step.value)]);
    else this.#call({ call: 'exit_group', args: [step.exit] });
  }

  #fork(call: CallStep, child: readonly Step[], step: Step): void {
    const as = call.as ?? `#fork${this.instructions.length}`;
    this.#call({ ...call, as });
    const parent: Label = { index: 0 };
    this.#unless({ when: { ref: as }, is: '==', than: 0 }, parent);
    this.steps(child, null);
    this.#step = step;
    this.#call({ call: 'exit_group', args: [0] });
    parent.index = this.instructions.length;
  }

  #loop(steps: readonly Step[]): void {
    const start: Label = { index: this.instructions.length };
    const end: Label = { index: 0 };
    this.steps(steps, end);
    this.#jump(start);
    end.index = this.instructions.length;
  }

  #if(
    condition: Condition,
    then: readonly Step[],
    otherwise: readonly Step[] | undefined,
    loopEnd: Label | null,
  ): void {
    const unmet: Label = { index: 0 };
    const end: Label = { index: 0 };
    this.#unless(condition, unmet);
    this.steps(then, loopEnd);
    if (otherwise) this.#jump(end);
    unmet.index = this.instructions.length;
    if (otherwise) this.steps(otherwise, loopEnd);
    end.index = this.instructions.length;
  }

  #jump(target: Label): void {
    this.#emit(opcode.unless, target, [
      { value: 0, indirect: false },
      { value: 1, indirect: false },
      { value: comparison['=='], indirect: false },
    ]);
  }

  #unless(condition: Condition, target: Label): void {
    const left = this.#operand(condition.when);
    const right = this.#operand(condition.than);
    this.#emit(opcode.unless, target, [left, right, { value: comparison[condition.is], indirect: false }]);
  }

  #call(step: CallStep): void {
    const args = (step.args ?? []).map((arg) => this.#operand(arg));
    if (args.length > 6) fail(`${step.call} has more than six arguments`);
    const result = step.as ? this.data.slot(step.as) : 0;
    this.#emit(opcode.call, this.target.syscallNumber(step.call), args, result, this.#except(step.except));
  }

  #except(except: CallStep['except']): number | bigint {
    if (except === undefined || except.length === 0) return 0;
    return except === 'any' ? anyError : this.data.words([...except.map((name) => this.target.errnoNumber(name)), 0]);
  }

  #set(address: number, value: number | bigint | Reference): void {
    const plain = typeof value !== 'object';
    const source = plain ? { value, indirect: false } : { value: this.data.known(value.ref), indirect: true };
    const bits = plain ? undefined : value.bits;
    const mask = bits && bits.width < 64 ? (1n << BigInt(bits.width)) - 1n : anyError;
    const rest = [bits?.from ?? 0, mask, plain ? 0 : (value.left ?? 0), plain ? 0 : (value.or ?? 0)];
    this.#emit(opcode.set, 0, [source, ...rest.map((word) => ({ value: word, indirect: false }))], address);
  }

  #operand(value: Value): { value: number | bigint; indirect: boolean } {
    if (isReference(value)) {
      if (!isCut(value)) return { value: this.data.known(value.ref), indirect: true };
      const slot = this.data.words([0]);
      this.#set(slot, value);
      return { value: slot, indirect: true };
    }
    return { value: this.#constant(value), indirect: false };
  }

  /** A number, or the address of something in the data section. */
  #constant(value: Exclude<Value, Reference>): number | bigint {
    if (value === null) return 0;
    if (typeof value === 'number' || typeof value === 'bigint') return value;
    if (typeof value === 'string') return this.data.string(value);
    if (value instanceof Uint8Array) return this.data.bytes(value);
    if ('names' in value) return value.value;
    if ('memory' in value) return this.data.memory(value.memory, value.bytes);
    if ('strings' in value) return this.data.words([...value.strings.map((text) => this.data.string(text)), 0]);
    const words = value.words.map((word) => (isReference(word) ? 0 : this.#constant(word)));
    const address = this.data.words(words);
    value.words.forEach((word, i) => {
      if (isReference(word)) this.#set(address + 8 * i, word);
    });
    return address;
  }

  #emit(
    code: number,
    number: number | bigint | Label,
    args: ReadonlyArray<{ value: number | bigint; indirect: boolean }>,
    result = 0,
    except: number | bigint = 0,
  ): void {
    this.instructions.push({
      opcode: code,
      mask: args.reduce((mask, arg, i) => mask | (arg.indirect ? 1 << i : 0), 0),
      number,
      arguments: args.map((arg) => arg.value),
      result,
      except,
      step: this.#step,
    });
  }
}
