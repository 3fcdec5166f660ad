/**
 * Finds the leftmost of the longest matches. It tries every way through the program, but goes to no place twice (an
 * instruction at a position): that makes the work at most the length of the program times the length of the text. With
 * back-references that shortcut would be wrong; there a budget of steps ends what would take for ever.
 */
import { type Assertion, inClass, RegexBudgetError } from './ast';
import { fold, type Instruction, type Program } from './program';

const budget = 2_000_000;
/** On the stack: an instruction and a position, or (negative) a slot to restore and its value. */
const restore = -1;

export interface Scope {
  /** The beginning of the text is no beginning of a line. */
  notBol?: boolean;
  notEol?: boolean;
}

export class Matcher {
  #visited = new Uint32Array(0);
  #stamp = 0;
  readonly #first: ReadonlyArray<boolean> | null;
  readonly #isAnchored: boolean;

  constructor(private readonly program: Program) {
    this.#first = firstCodes(program);
    const [first] = program.code;
    this.#isAnchored = first?.op === 'assert' && first.what === 'lineStart' && !program.multiline;
  }

  /** Slots of the match, or null. With `anyMatch` the first found is taken: enough to know that there is one. */
  exec(text: string, from: number, scope: Scope, anyMatch = false): Int32Array | null {
    this.#prepare(text);
    for (let start = from; start <= text.length; start++) {
      if (this.#isAnchored && start > 0) return null;
      const code = start < text.length ? text.charCodeAt(start) : -1;
      if (this.#first !== null && (code < 0 || (code < 128 && !this.#first[code]))) continue;
      // Not in the middle of a pair of surrogates.
      if (code >= 0xdc00 && code <= 0xdfff && start > 0 && isHigh(text.charCodeAt(start - 1))) continue;
      const slots = this.#run(text, start, scope, anyMatch);
      if (slots !== null) return slots;
    }
    return null;
  }

  #prepare(text: string): void {
    const size = this.program.code.length * (text.length + 1);
    if (this.program.hasBackReferences) return;
    if (size > this.#visited.length || this.#stamp > 0xfffffff0) {
      this.#visited = new Uint32Array(Math.max(size, 1024));
      this.#stamp = 0;
    }
    // One stamp for all starts: where an earlier start found nothing, a later one will not either.
    this.#stamp++;
  }

  #run(text: string, start: number, scope: Scope, anyMatch: boolean): Int32Array | null {
    const { code, slots: slotCount, hasBackReferences } = this.program;
    const slots = new Int32Array(slotCount).fill(-1);
    const stack: number[] = [0, start];
    const width = text.length + 1;
    let best: Int32Array | null = null;
    let bestEnd = -1;
    let steps = 0;
    while (stack.length > 0) {
      let at = stack.pop() ?? 0;
      let pc = stack.pop() ?? 0;
      if (pc < 0) {
        slots[restore - pc] = at;
        continue;
      }
      for (;;) {
        if (hasBackReferences) {
          if (++steps > budget) throw new RegexBudgetError('the regular expression takes too many steps');
        } else {
          const place = pc * width + at;
          if (this.#visited[place] === this.#stamp) break;
          this.#visited[place] = this.#stamp;
        }
        const instruction = code[pc];
        if (instruction === undefined) break;
        if (instruction.op === 'code') {
          const size = codeAt(text, at) === instruction.code ? (instruction.code > 0xffff ? 2 : 1) : 0;
          if (size === 0) break;
          at += size;
          pc++;
        } else if (instruction.op === 'char') {
          const found = codeAt(text, at);
          if (found < 0 || !instruction.test(found)) break;
          at += found > 0xffff ? 2 : 1;
          pc++;
        } else if (instruction.op === 'split') {
          stack.push(instruction.second, at);
          pc = instruction.first;
        } else if (instruction.op === 'jump') pc = instruction.to;
        else if (instruction.op === 'save') {
          stack.push(restore - instruction.slot, slots[instruction.slot] ?? -1);
          slots[instruction.slot] = at;
          pc++;
        } else if (instruction.op === 'match') {
          if (at > bestEnd) {
            bestEnd = at;
            best = slots.slice();
            best[0] = start;
            best[1] = at;
          }
          if (anyMatch || at === text.length) return best;
          break;
        } else {
          const next = this.#other(instruction, text, at, slots, scope);
          if (next < 0) break;
          at = next;
          pc++;
        }
      }
    }
    return best;
  }

  /** The rarer instructions: where to go on, or -1. */
  #other(instruction: Instruction, text: string, at: number, slots: Int32Array, scope: Scope): number {
    if (instruction.op === 'assert') return this.#holds(instruction.what, text, at, scope) ? at : -1;
    if (instruction.op === 'progress') return slots[instruction.slot] === at ? -1 : at;
    if (instruction.op !== 'backReference') return -1;
    const first = slots[instruction.number * 2] ?? -1;
    const end = slots[instruction.number * 2 + 1] ?? -1;
    if (first < 0 || end < 0) return -1;
    const wanted = text.slice(first, end);
    const here = text.slice(at, at + wanted.length);
    const isSame = here === wanted || (this.program.ignoreCase && sameFolded(here, wanted));
    return isSame ? at + wanted.length : -1;
  }

  #holds(what: Assertion, text: string, at: number, scope: Scope): boolean {
    switch (what) {
      case 'lineStart':
        if (at === 0) return scope.notBol !== true;
        return this.program.multiline && text.charCodeAt(at - 1) === 10;
      case 'lineEnd':
        if (at === text.length) return scope.notEol !== true;
        return this.program.multiline && text.charCodeAt(at) === 10;
      case 'bufferStart':
        return at === 0;
      case 'bufferEnd':
        return at === text.length;
      case 'wordStart':
        return !isWordBefore(text, at) && isWordAt(text, at);
      case 'wordEnd':
        return isWordBefore(text, at) && !isWordAt(text, at);
      case 'wordEdge':
        return isWordBefore(text, at) !== isWordAt(text, at);
      case 'notWordEdge':
        return isWordBefore(text, at) === isWordAt(text, at);
    }
  }
}

function sameFolded(a: string, b: string): boolean {
  return (
    a.length === b.length &&
    [...a].every((char, at) => fold(char.codePointAt(0) ?? 0) === fold([...b][at]?.codePointAt(0) ?? 0))
  );
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function codeAt(text: string, at: number): number {
  if (at >= text.length) return -1;
  const unit = text.charCodeAt(at);
  return isHigh(unit) ? (text.codePointAt(at) ?? unit) : unit;
}

export function isWordAt(text: string, at: number): boolean {
  const code = codeAt(text, at);
  return code >= 0 && inClass('word', code);
}

export function isWordBefore(text: string, at: number): boolean {
  if (at <= 0) return false;
  const unit = text.charCodeAt(at - 1);
  const isLow = unit >= 0xdc00 && unit <= 0xdfff && at > 1 && isHigh(text.charCodeAt(at - 2));
  return isWordAt(text, isLow ? at - 2 : at - 1);
}

/** Which ASCII characters a match can begin with; null when it can begin with nothing (an empty match, an assertion). */
function firstCodes(program: Program): ReadonlyArray<boolean> | null {
  const first = new Array<boolean>(128).fill(false);
  const seen = new Set<number>();
  const waiting = [0];
  for (let pc = waiting.pop(); pc !== undefined; pc = waiting.pop()) {
    if (seen.has(pc)) continue;
    seen.add(pc);
    const instruction = program.code[pc];
    if (instruction === undefined) return null;
    if (instruction.op === 'code') {
      if (instruction.code < 128) first[instruction.code] = true;
    } else if (instruction.op === 'char') {
      for (let code = 0; code < 128; code++) if (instruction.test(code)) first[code] = true;
    } else if (instruction.op === 'split') waiting.push(instruction.first, instruction.second);
    else if (instruction.op === 'jump') waiting.push(instruction.to);
    else if (instruction.op === 'save') waiting.push(pc + 1);
    else if (instruction.op === 'assert' && instruction.what !== 'lineEnd' && instruction.what !== 'bufferEnd')
      waiting.push(pc + 1);
    else return null;
  }
  return first;
}
