/** Compiles a regular expression to a program for the matcher (`matcher.ts`). */
import { type Assertion, type CharSet, inClass, type Node, RegexError } from './ast';
import type { Parsed } from './parse';

export type CharTest = (code: number) => boolean;

export type Instruction =
  | { op: 'char'; test: CharTest }
  | { op: 'code'; code: number }
  | { op: 'assert'; what: Assertion }
  /** Tries `first`, then `second`. */
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { op: 'save'; slot: number }
  /** Fails when nothing was consumed since `slot` was saved: ends loops of empty matches. */
  | { op: 'progress'; slot: number }
  | { op: 'backReference'; number: number }
  | { op: 'match' };

export interface Program {
  code: Instruction[];
  /** Slots for captures come first, two a group. */
  slots: number;
  groups: number;
  hasBackReferences: boolean;
  ignoreCase: boolean;
  multiline: boolean;
}

const largest = 200_000;

export interface CompileOptions {
  ignoreCase: boolean;
  multiline: boolean;
  /** `.` and negated sets take a newline. */
  dotMatchesNewline: boolean;
}

export function compileProgram(parsed: Parsed, options: CompileOptions): Program {
  const compiler = new Compiler(parsed, options);
  return compiler.compile();
}

/** Lower case of one code point, when that is one code point. */
export function fold(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  const lower = String.fromCodePoint(code).toLowerCase();
  const folded = lower.codePointAt(0) ?? code;
  return lower.length === (folded > 0xffff ? 2 : 1) ? folded : code;
}

function upper(code: number): number {
  const text = String.fromCodePoint(code).toUpperCase();
  const raised = text.codePointAt(0) ?? code;
  return text.length === (raised > 0xffff ? 2 : 1) ? raised : code;
}

/** A byte that is no UTF-8 (kept as a lone surrogate): only itself matches it. */
function isStray(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

export function setTest(set: CharSet, options: CompileOptions): CharTest {
  const plain = (code: number) =>
    set.ranges.some(([first, last]) => code >= first && code <= last) ||
    set.classes.some((name) => inClass(name, code));
  const found = options.ignoreCase ? (code: number) => plain(code) || plain(fold(code)) || plain(upper(code)) : plain;
  const cached = Array.from({ length: 128 }, (_, code) => found(code));
  const known = (code: number) => (code < 128 ? cached[code] === true : found(code));
  if (!set.negated) return known;
  return (code) => !known(code) && !isStray(code) && (code !== 10 || options.dotMatchesNewline);
}

class Compiler {
  readonly #code: Instruction[] = [];
  #slots: number;

  constructor(
    private readonly parsed: Parsed,
    private readonly options: CompileOptions,
  ) {
    this.#slots = (parsed.groups + 1) * 2;
  }

  compile(): Program {
    this.#node(this.parsed.root);
    this.#emit({ op: 'match' });
    const { groups, hasBackReferences } = this.parsed;
    const { ignoreCase, multiline } = this.options;
    return { code: this.#code, slots: this.#slots, groups, hasBackReferences, ignoreCase, multiline };
  }

  #emit(instruction: Instruction): number {
    if (this.#code.length > largest) throw new RegexError('Regular expression too big');
    return this.#code.push(instruction) - 1;
  }

  #node(node: Node): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'char':
        this.#char(node.code);
        return;
      case 'any':
        this.#emit({ op: 'char', test: this.#anyTest() });
        return;
      case 'set':
        this.#emit({ op: 'char', test: setTest(node.set, this.options) });
        return;
      case 'assert':
        this.#emit({ op: 'assert', what: node.what });
        return;
      case 'group':
        this.#emit({ op: 'save', slot: node.number * 2 });
        this.#node(node.body);
        this.#emit({ op: 'save', slot: node.number * 2 + 1 });
        return;
      case 'backReference':
        this.#emit({ op: 'backReference', number: node.number });
        return;
      case 'sequence':
        for (const part of node.parts) this.#node(part);
        return;
      case 'choice':
        this.#choice(node.branches);
        return;
      case 'repeat':
        this.#repeat(node.body, node.min, node.max);
    }
  }

  #anyTest(): CharTest {
    if (this.options.dotMatchesNewline) return (code) => !isStray(code);
    return (code) => code !== 10 && !isStray(code);
  }

  #char(code: number): void {
    if (!this.options.ignoreCase || fold(code) === upper(code)) this.#emit({ op: 'code', code });
    else {
      const [low, high] = [fold(code), upper(code)];
      this.#emit({ op: 'char', test: (other) => other === low || other === high || other === code });
    }
  }

  #choice(branches: readonly Node[]): void {
    const ends: Array<{ op: 'jump'; to: number }> = [];
    for (const [at, branch] of branches.entries()) {
      if (at === branches.length - 1) {
        this.#node(branch);
        break;
      }
      const split: Instruction = { op: 'split', first: 0, second: 0 };
      split.first = this.#emit(split) + 1;
      this.#node(branch);
      const end: { op: 'jump'; to: number } = { op: 'jump', to: 0 };
      this.#emit(end);
      ends.push(end);
      split.second = this.#code.length;
    }
    for (const end of ends) end.to = this.#code.length;
  }

  #repeat(body: Node, min: number, max: number | null): void {
    for (let count = 0; count < min; count++) this.#node(body);
    if (max === null) this.#star(body);
    else this.#optional(body, max - min);
  }

  #optional(body: Node, times: number): void {
    const splits: Array<{ op: 'split'; first: number; second: number }> = [];
    for (let count = 0; count < times; count++) {
      const split: { op: 'split'; first: number; second: number } = { op: 'split', first: 0, second: 0 };
      split.first = this.#emit(split) + 1;
      splits.push(split);
      this.#node(body);
    }
    for (const split of splits) split.second = this.#code.length;
  }

  #star(body: Node): void {
    const split: Instruction = { op: 'split', first: 0, second: 0 };
    const start = this.#emit(split);
    split.first = start + 1;
    if (!canBeEmpty(body)) this.#node(body);
    else {
      const slot = this.#slots++;
      this.#emit({ op: 'save', slot });
      this.#node(body);
      this.#emit({ op: 'progress', slot });
    }
    this.#emit({ op: 'jump', to: start });
    split.second = this.#code.length;
  }
}

function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'char':
    case 'any':
    case 'set':
      return false;
    case 'group':
      return canBeEmpty(node.body);
    case 'sequence':
      return node.parts.every(canBeEmpty);
    case 'choice':
      return node.branches.some(canBeEmpty);
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.body);
    default:
      return true;
  }
}
