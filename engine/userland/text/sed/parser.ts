/** Reads a script of sed. Messages and places are those of GNU sed 4.9. */
import { compile, RegexError } from '../../regex';
import { expandInRegex } from './escapes';
import { type Fragment, ScriptReader } from './reader';
import { parseReplacement } from './replacement';
import {
  type Action,
  type Address,
  type Command,
  PanicError,
  type RangeEnd,
  type Script,
  type SedRegex,
  type Substitution,
} from './script';

export interface ParseOptions {
  extended: boolean;
  sandbox: boolean;
}

const withoutArgument = new Set(['=', 'd', 'D', 'F', 'g', 'G', 'h', 'H', 'n', 'N', 'p', 'P', 'x', 'z']);
const oneAddress = new Set(['q', 'Q']);
const fileActions = new Map([
  ['r', 'readFile'],
  ['R', 'readLine'],
  ['w', 'writeFile'],
  ['W', 'writeLine'],
] as const);

export function parseScript(fragments: readonly Fragment[], options: ParseOptions): Script {
  return new ScriptParser(new ScriptReader(fragments), options, fragments).parse();
}

class ScriptParser {
  readonly #commands: Command[] = [];
  readonly #blocks: Array<{ kind: 'block'; end: number }> = [];
  readonly #labels = new Map<string, number>();

  constructor(
    private readonly reader: ScriptReader,
    private readonly options: ParseOptions,
    private readonly fragments: readonly Fragment[],
  ) {}

  parse(): Script {
    const isQuiet = /^#n(\n|$)/.test(this.fragments[0]?.text ?? '');
    while (this.#command());
    if (this.#blocks.length > 0) throw this.reader.fail("unmatched `{'", 0);
    for (const { action } of this.#commands) {
      if (action.kind !== 'branch' && action.kind !== 'branchIf' && action.kind !== 'branchUnless') continue;
      const target = action.label === '' ? this.#commands.length : this.#labels.get(action.label);
      if (target === undefined) throw new PanicError(`can't find label for jump to \`${action.label}'`);
      action.target = target;
    }
    return { commands: this.#commands, isQuiet };
  }

  /** False at the end of the script. */
  #command(): boolean {
    const { reader } = this;
    for (let char = reader.skipBlanks(true); char === ';'; char = reader.skipBlanks(true)) reader.next();
    if (reader.peek() === null) return false;
    const first = this.#address();
    const end = first === null ? null : this.#rangeEnd();
    if (first?.kind === 'line' && first.number === 0 && end?.kind !== 'regex') {
      reader.next();
      throw reader.fail('invalid usage of line address 0');
    }
    let negated = false;
    if (reader.skipBlanks() === '!') {
      reader.next();
      negated = true;
      if (reader.skipBlanks() === '!') {
        reader.next();
        throw reader.fail("multiple `!'s");
      }
    }
    const name = reader.next();
    if (name === null || name === '\n') throw reader.fail('missing command');
    if (name === '#') {
      if (first) throw reader.fail("comments don't accept any addresses");
      reader.restOfLine();
      return true;
    }
    const command: Command = {
      first,
      end,
      negated,
      action: { kind: 'blockEnd' },
      range: { isOpen: false, endLine: 0 },
    };
    if (first?.kind === 'line' && first.number === 0) command.range.isOpen = true;
    command.action = this.#action(name, first, end);
    this.#commands.push(command);
    return true;
  }

  #action(name: string, first: Address | null, end: RangeEnd | null): Action {
    const { reader } = this;
    if (name === '{') return this.#open();
    if (name === '}') return this.#close(first);
    if (name === ':') return this.#label(first);
    if (oneAddress.has(name) && end) throw reader.fail('command only uses one address');
    if (withoutArgument.has(name)) return this.#ended({ kind: 'simple', name });
    if (name === 'a' || name === 'i' || name === 'c') {
      return { kind: name === 'a' ? 'append' : name === 'i' ? 'insert' : 'change', text: this.#text() };
    }
    if (name === 'b' || name === 't' || name === 'T') {
      const kind = name === 'b' ? 'branch' : name === 't' ? 'branchIf' : 'branchUnless';
      reader.skipBlanks();
      return this.#ended({ kind, label: this.#word(/[\s;}]/), target: 0 });
    }
    if (name === 'q' || name === 'Q') {
      return this.#ended({ kind: name === 'q' ? 'quit' : 'quitSilently', status: this.#optionalNumber() ?? 0 });
    }
    if (name === 'l' || name === 'L') return this.#ended({ kind: 'list', width: this.#optionalNumber() });
    if (name === 'e') {
      this.#refuseInSandbox();
      reader.skipBlanks();
      return { kind: 'execute', command: reader.restOfLine() };
    }
    if (name === 's') return this.#ended({ kind: 'substitute', substitution: this.#substitution() });
    if (name === 'y') return this.#ended(this.#translation());
    if (name === 'r' || name === 'R' || name === 'w' || name === 'W') {
      return { kind: fileActions.get(name) ?? 'readFile', file: this.#fileName() };
    }
    throw reader.fail(`unknown command: \`${name}'`);
  }

  #refuseInSandbox(): void {
    if (this.options.sandbox) throw this.reader.fail('e/r/w commands disabled in sandbox mode');
  }

  /** After a command only `;`, `}`, `#` or the end of the line may come. */
  #ended(action: Action): Action {
    const char = this.reader.skipBlanks();
    if (char === null || char === '}' || char === '#') return action;
    this.reader.next();
    if (char !== ';' && char !== '\n') throw this.reader.fail('extra characters after command');
    return action;
  }

  #open(): Action {
    const block: { kind: 'block'; end: number } = { kind: 'block', end: 0 };
    this.#blocks.push(block);
    return block;
  }

  #close(first: Address | null): Action {
    const block = this.#blocks.pop();
    if (!block) throw this.reader.fail("unexpected `}'");
    if (first) throw this.reader.fail("} doesn't want any addresses");
    block.end = this.#commands.length;
    return this.#ended({ kind: 'blockEnd' });
  }

  #label(first: Address | null): Action {
    if (first) throw this.reader.fail(": doesn't want any addresses");
    this.reader.skipBlanks();
    const label = this.#word();
    if (label === '') throw this.reader.fail('":" lacks a label');
    this.#labels.set(label, this.#commands.length);
    return this.#ended({ kind: 'label' });
  }

  #word(end = /[\s;]/): string {
    let word = '';
    for (let char = this.reader.peek(); char !== null && !end.test(char); char = this.reader.peek())
      word += this.reader.next();
    return word;
  }

  #optionalNumber(): number | null {
    const char = this.reader.skipBlanks();
    return char !== null && /\d/.test(char) ? this.reader.number() : null;
  }

  #fileName(): string {
    this.#refuseInSandbox();
    this.reader.skipBlanks();
    const file = this.reader.restOfLine();
    if (file === '') throw this.reader.fail('missing filename in r/R/w/W commands');
    return file;
  }

  #text(): string {
    const { reader } = this;
    let char = reader.skipBlanks();
    if (char === null) throw reader.fail("expected \\ after `a', `c' or `i'");
    if (char === '\\') {
      reader.next();
      // `a\text` on one line keeps the blanks that stand behind the backslash.
      const back = reader.mark();
      if (reader.skipBlanks() === '\n') reader.next();
      else back();
    }
    if (reader.peek() === null) return '';
    let text = '';
    for (char = reader.next(); char !== null && char !== '\n'; char = reader.next()) {
      if (char === '\\') char = reader.next() ?? '';
      text += char;
    }
    return `${text}\n`;
  }

  #address(): Address | null {
    const { reader } = this;
    const char = reader.peek();
    if (char === null) return null;
    if (/\d/.test(char)) return this.#lineAddress();
    if (char === '$') {
      reader.next();
      return { kind: 'last' };
    }
    if (char !== '/' && char !== '\\') return null;
    reader.next();
    const delimiter = char === '\\' ? (reader.next() ?? '') : '/';
    const source = this.#delimited(delimiter, true, 'unterminated address regex');
    return { kind: 'regex', regex: this.#regex(source, this.#regexFlags()) };
  }

  #lineAddress(): Address {
    const { reader } = this;
    const number = reader.number();
    if (reader.skipBlanks() !== '~') return { kind: 'line', number };
    reader.next();
    const step = this.#optionalNumber() ?? 0;
    return step === 0 ? { kind: 'line', number } : { kind: 'step', first: number, step };
  }

  #regexFlags(): { ignoreCase: boolean; multiline: boolean } {
    const flags = { ignoreCase: false, multiline: false };
    for (;;) {
      const char = this.reader.peek();
      if (char === 'I') flags.ignoreCase = true;
      else if (char === 'M') flags.multiline = true;
      else return flags;
      this.reader.next();
    }
  }

  #rangeEnd(): RangeEnd | null {
    const { reader } = this;
    if (reader.skipBlanks() !== ',') return null;
    reader.next();
    const char = reader.skipBlanks();
    if (char === '+' || char === '~') {
      reader.next();
      const next = reader.peek();
      if (next === null || !/\d/.test(next)) throw reader.fail('expected newer version of sed');
      const number = reader.number();
      return char === '+' ? { kind: 'more', count: number } : { kind: 'multiple', of: number };
    }
    const address = this.#address();
    if (address === null) {
      reader.next();
      throw reader.fail("unexpected `,'");
    }
    return address.kind === 'step' ? { kind: 'line', number: address.first } : address;
  }

  /** Up to the delimiter. A backslash before the delimiter makes it literal; `\n` is a newline. */
  #delimited(delimiter: string, isRegex: boolean, message: string): string {
    let text = '';
    for (;;) {
      const char = this.reader.next();
      if (char === null) throw this.reader.fail(message);
      if (char === delimiter) return text;
      if (char === '\n' && isRegex) throw this.reader.fail(message);
      if (char !== '\\') {
        text += char === '[' && isRegex ? this.#bracket(message) : char;
        continue;
      }
      const escaped = this.reader.next();
      if (escaped === null) throw this.reader.fail(message);
      if (escaped === delimiter) text += escaped;
      else if (escaped === '\n' && isRegex) throw this.reader.fail(message);
      else text += `\\${escaped}`;
    }
  }

  /** A bracket expression, in which the delimiter means nothing. */
  #bracket(message: string): string {
    let text = '[';
    const take = () => {
      const char = this.reader.next();
      if (char === null || char === '\n') throw this.reader.fail(message);
      text += char;
      return char;
    };
    if (this.reader.peek() === '^') take();
    if (this.reader.peek() === ']') take();
    for (let char = take(); char !== ']'; char = take()) {
      const kind = this.reader.peek();
      if (char !== '[' || (kind !== ':' && kind !== '.' && kind !== '=')) continue;
      take();
      while (!text.endsWith(`${kind}]`)) take();
    }
    return text;
  }

  #regex(source: string, flags: { ignoreCase: boolean; multiline: boolean }): SedRegex {
    if (source === '') {
      if (flags.ignoreCase || flags.multiline) throw this.reader.fail('no previous regular expression', 0);
      return null;
    }
    try {
      return compile(expandInRegex(source), { extended: this.options.extended, ...flags });
    } catch (error) {
      if (error instanceof RegexError) throw this.reader.fail(error.message);
      throw error;
    }
  }

  #substitution(): Substitution {
    const { reader } = this;
    const unterminated = "unterminated `s' command";
    const delimiter = this.#delimiter(unterminated);
    const source = this.#delimited(delimiter, true, unterminated);
    const replacement = parseReplacement(this.#delimited(delimiter, false, unterminated));
    const result: Substitution = {
      regex: null,
      replacement,
      global: false,
      number: 0,
      print: 0,
      evaluate: false,
      file: null,
    };
    const flags = { ignoreCase: false, multiline: false };
    this.#substitutionFlags(result, flags);
    result.regex = this.#regex(source, flags);
    if (result.regex !== null && replacement.highest > result.regex.groupCount) {
      throw reader.fail(`invalid reference \\${replacement.highest} on \`s' command's RHS`);
    }
    return result;
  }

  #delimiter(message: string): string {
    const delimiter = this.reader.next();
    if (delimiter === null || delimiter === '\n' || delimiter === '\\') throw this.reader.fail(message);
    return delimiter;
  }

  #substitutionFlags(result: Substitution, flags: { ignoreCase: boolean; multiline: boolean }): void {
    const { reader } = this;
    for (;;) {
      const char = reader.peek();
      if (char === null || char === '}' || char === '#' || char === ';' || char === '\n') return;
      if (/\d/.test(char)) {
        if (result.number > 0) {
          reader.next();
          throw reader.fail("multiple number options to `s' command");
        }
        result.number = reader.number();
        if (result.number === 0) throw reader.fail("number option to `s' command may not be zero");
        continue;
      }
      reader.next();
      if (char === 'i' || char === 'I') flags.ignoreCase = true;
      else if (char === 'm' || char === 'M') flags.multiline = true;
      else if (char === 'e') {
        this.#refuseInSandbox();
        result.evaluate = true;
      } else if (char === 'p') {
        if (result.print > 0) throw reader.fail("multiple `p' options to `s' command");
        result.print++;
      } else if (char === 'g') {
        if (result.global) throw reader.fail("multiple `g' options to `s' command");
        result.global = true;
      } else if (char === 'w') {
        result.file = this.#fileName();
        return;
      } else if (char !== ' ' && char !== '\t' && char !== '\r') throw reader.fail("unknown option to `s'");
    }
  }

  #translation(): Action {
    const unterminated = "unterminated `y' command";
    const delimiter = this.#delimiter(unterminated);
    const from = this.#unescaped(this.#delimited(delimiter, false, unterminated));
    const to = this.#unescaped(this.#delimited(delimiter, false, unterminated));
    if (from.length !== to.length) throw this.reader.fail("strings for `y' command are different lengths");
    const map = new Map<string, string>();
    for (const [at, char] of from.entries()) if (!map.has(char)) map.set(char, to[at] ?? '');
    return { kind: 'translate', map };
  }

  #unescaped(source: string): string[] {
    const { parts } = parseReplacement(source.replaceAll('&', '\\&').replaceAll(/\\(?=[\dULEul])/g, '\\\\'));
    return [...parts.map((part) => ('text' in part ? part.text : '')).join('')];
  }
}
