/** Reads POSIX basic and extended regular expressions with the extensions of GNU, and those of awk. */
import { type Assertion, type CharSet, type Node, RegexError } from './ast';
import { parseBracket } from './bracket';

export interface Syntax {
  extended: boolean;
  /** `awk`: C escapes, no intervals (mawk), no back-references. */
  dialect: 'gnu' | 'awk';
  /** What is out of place in an extended expression stands for itself or nothing (grep -E), instead of an error. */
  lenient: boolean;
}

export interface Parsed {
  root: Node;
  groups: number;
  hasBackReferences: boolean;
}

const duplicationMax = 32_767;
const empty: Node = { kind: 'empty' };
const wordSet: CharSet = { negated: false, ranges: [], classes: ['word'] };
const spaceSet: CharSet = { negated: false, ranges: [], classes: ['space'] };

const escapedAssertions: ReadonlyMap<string, Assertion> = new Map([
  ['<', 'wordStart'],
  ['>', 'wordEnd'],
  ['b', 'wordEdge'],
  ['B', 'notWordEdge'],
  ['`', 'bufferStart'],
  ["'", 'bufferEnd'],
]);
const escapedSets: ReadonlyMap<string, CharSet> = new Map([
  ['w', wordSet],
  ['W', { ...wordSet, negated: true }],
  ['s', spaceSet],
  ['S', { ...spaceSet, negated: true }],
]);
const awkEscapes: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['f', 12],
  ['v', 11],
  ['a', 7],
  ['b', 8],
]);

export function parse(source: string, syntax: Syntax): Parsed {
  return new Parser(source, syntax).parse();
}

/** So deep may groups nest: who parses and matches them needs the stack of the page for each. */
const deepest = 250;

class Parser {
  #at = 0;
  #groups = 0;
  #open = 0;
  readonly #closed = new Set<number>();
  #hasBackReferences = false;

  constructor(
    private readonly source: string,
    private readonly syntax: Syntax,
  ) {}

  parse(): Parsed {
    const root = this.#choice();
    if (this.#at < this.source.length) throw new RegexError('Unmatched ) or \\)');
    return { root, groups: this.#groups, hasBackReferences: this.#hasBackReferences };
  }

  /** Is `text` here, as an operator: `|` in extended, `\|` in basic expressions? */
  #operator(text: string): boolean {
    return this.source.startsWith(this.syntax.extended ? text : `\\${text}`, this.#at);
  }
  #skip(text: string): void {
    this.#at += this.syntax.extended ? text.length : text.length + 1;
  }

  #choice(): Node {
    const branches = [this.#sequence()];
    while (this.#operator('|')) {
      this.#skip('|');
      branches.push(this.#sequence());
    }
    const [only] = branches;
    return only !== undefined && branches.length === 1 ? only : { kind: 'choice', branches };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.source.length && !this.#operator('|') && !this.#closes()) {
      parts.push(this.#repeated(this.#atom(parts.every(isAnchor)), parts));
    }
    const [only] = parts;
    if (parts.length === 0) return empty;
    return only !== undefined && parts.length === 1 ? only : { kind: 'sequence', parts };
  }

  #closes(): boolean {
    if (!this.#operator(')')) return false;
    return this.#open > 0 || !this.syntax.extended || !this.syntax.lenient;
  }

  #repeated(atom: Node, before: readonly Node[]): Node {
    let node = atom;
    if (node.kind === 'assert' && !this.syntax.extended && node.what === 'lineStart' && before.length === 0)
      return node;
    for (;;) {
      const bounds = this.#bounds();
      if (bounds === null) return node;
      node = { kind: 'repeat', body: node, min: bounds[0], max: bounds[1] };
    }
  }

  #bounds(): [min: number, max: number | null] | null {
    if (this.source[this.#at] === '*') {
      this.#at++;
      return [0, null];
    }
    if (this.#operator('+') && this.#take('+')) return [1, null];
    if (this.#operator('?') && this.#take('?')) return [0, 1];
    return this.#operator('{') && this.syntax.dialect !== 'awk' ? this.#interval() : null;
  }
  #take(text: string): true {
    this.#skip(text);
    return true;
  }

  #interval(): [min: number, max: number | null] | null {
    const open = this.#at + (this.syntax.extended ? 1 : 2);
    const close = this.syntax.extended ? '}' : '\\}';
    const end = this.source.indexOf(close, open);
    const match = end < 0 ? null : /^(\d*)(,?)(\d*)$/.exec(this.source.slice(open, end));
    const [, low = '', comma = '', high = ''] = match ?? [];
    if (match === null || (low === '' && comma === '')) {
      // What is no interval stands for itself in extended expressions.
      if (this.syntax.extended && this.syntax.lenient) return null;
      throw new RegexError(end < 0 ? 'Unmatched \\{' : 'Invalid content of \\{\\}');
    }
    const min = low === '' ? 0 : Number(low);
    const max = comma === '' ? min : high === '' ? null : Number(high);
    if (max !== null && max < min) throw new RegexError('Invalid content of \\{\\}');
    if (Math.max(min, max ?? 0) > duplicationMax) throw new RegexError('Regular expression too big');
    this.#at = end + close.length;
    return [min, max];
  }

  #atom(atStart: boolean): Node {
    const { source } = this;
    const char = source[this.#at] ?? '';
    if (this.#operator('(')) return this.#group();
    if (char === '[') return this.#bracket();
    if (char === '\\') return this.#escape();
    if (char === '.') return this.#one({ kind: 'any' });
    if (char === '^' && (this.syntax.extended || atStart)) return this.#one({ kind: 'assert', what: 'lineStart' });
    if (char === '$' && (this.syntax.extended || this.#endsBranch(this.#at + 1))) {
      return this.#one({ kind: 'assert', what: 'lineEnd' });
    }
    if (this.syntax.extended && atStart && '*+?{'.includes(char)) return this.#nothingRepeated(char);
    return this.#literal();
  }

  /** A repetition with nothing before it. */
  #nothingRepeated(char: string): Node {
    if (char === '{') {
      if (this.syntax.dialect === 'awk') return this.#literal();
      const interval = this.syntax.lenient ? this.#interval() : null;
      if (this.syntax.lenient) return interval === null ? this.#literal() : empty;
    }
    if (!this.syntax.lenient && this.syntax.dialect === 'gnu')
      throw new RegexError('Invalid preceding regular expression');
    this.#at++;
    return empty;
  }

  #one(node: Node): Node {
    this.#at++;
    return node;
  }

  #literal(): Node {
    const code = this.source.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return { kind: 'char', code };
  }

  /** In basic expressions `$` is an anchor only where a branch ends. */
  #endsBranch(at: number): boolean {
    return at >= this.source.length || this.source.startsWith('\\)', at) || this.source.startsWith('\\|', at);
  }

  #group(): Node {
    this.#skip('(');
    const number = ++this.#groups;
    if (++this.#open > deepest) throw new RegexError('Regular expression too big');
    const body = this.#choice();
    this.#open--;
    if (!this.#operator(')')) throw new RegexError('Unmatched ( or \\(');
    this.#skip(')');
    this.#closed.add(number);
    return { kind: 'group', number, body };
  }

  #bracket(): Node {
    const escapes = this.syntax.dialect === 'awk' ? awkEscape : undefined;
    const { set, next } = parseBracket(this.source, this.#at + 1, escapes ? { escapes } : {});
    this.#at = next;
    return { kind: 'set', set };
  }

  #escape(): Node {
    const char = this.source[this.#at + 1];
    if (char === undefined) {
      if (this.syntax.dialect === 'awk') return this.#literal();
      throw new RegexError('Trailing backslash');
    }
    if (this.syntax.dialect === 'awk') {
      const { code, next } = awkEscape(this.source, this.#at);
      this.#at = next;
      return { kind: 'char', code };
    }
    const what = escapedAssertions.get(char);
    const set = escapedSets.get(char);
    if (what || set || (char >= '1' && char <= '9')) this.#at += 2;
    if (what) return { kind: 'assert', what };
    if (set) return { kind: 'set', set };
    if (char >= '1' && char <= '9') return this.#backReference(Number(char));
    this.#at++;
    return this.#literal();
  }

  #backReference(number: number): Node {
    if (!this.#closed.has(number)) throw new RegexError('Invalid back reference');
    this.#hasBackReferences = true;
    return { kind: 'backReference', number };
  }
}

function isAnchor(node: Node): boolean {
  return node.kind === 'empty' || (node.kind === 'assert' && node.what === 'lineStart');
}

/** What a backslash means in a regular expression of awk. */
function awkEscape(source: string, at: number): { code: number; next: number } {
  const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4));
  if (octal) return { code: Number.parseInt(octal[0], 8) & 255, next: at + 1 + octal[0].length };
  const code = source.codePointAt(at + 1) ?? 92;
  const known = awkEscapes.get(source[at + 1] ?? '');
  return { code: known ?? code, next: at + (code > 0xffff ? 3 : 2) };
}
