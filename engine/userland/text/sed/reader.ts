/** Goes through the text of a script, knowing where it is for messages. */
import { ScriptError } from './script';

export interface Fragment {
  text: string;
  /** Of -e its number, else the file. */
  origin: { expression: number } | { file: string };
}

export class ScriptReader {
  #fragment = 0;
  #at = 0;
  #line = 1;

  constructor(private readonly fragments: readonly Fragment[]) {}

  /** Null at the end. Between two fragments stands a newline. */
  next(): string | null {
    const fragment = this.fragments[this.#fragment];
    if (fragment === undefined) return null;
    const code = fragment.text.codePointAt(this.#at);
    if (code !== undefined) {
      const char = String.fromCodePoint(code);
      this.#at += char.length;
      if (char === '\n') this.#line++;
      return char;
    }
    if (this.#fragment === this.fragments.length - 1) return null;
    this.#fragment++;
    this.#at = 0;
    this.#line = 1;
    return '\n';
  }

  peek(): string | null {
    const back = this.mark();
    const char = this.next();
    back();
    return char;
  }

  /** Answers how to get back here. */
  mark(): () => void {
    const [fragment, at, line] = [this.#fragment, this.#at, this.#line];
    return () => {
      [this.#fragment, this.#at, this.#line] = [fragment, at, line];
    };
  }

  /** Skips blanks, newlines too when asked, and answers what comes then without taking it. */
  skipBlanks(newlines = false): string | null {
    for (;;) {
      const char = this.peek();
      if (char === null || !(char === ' ' || char === '\t' || (newlines && char === '\n'))) return char;
      this.next();
    }
  }

  number(): number {
    let digits = '';
    for (let char = this.peek(); char !== null && /\d/.test(char); char = this.peek()) digits += this.next();
    return Number(digits);
  }

  /** Up to the end of the line, which is taken. */
  restOfLine(): string {
    let text = '';
    for (let char = this.next(); char !== null && char !== '\n'; char = this.next()) text += char;
    return text;
  }

  fail(message: string, position = this.#position()): ScriptError {
    const fragment = this.fragments[Math.min(this.#fragment, this.fragments.length - 1)];
    if (fragment === undefined) return new ScriptError(message);
    if ('file' in fragment.origin)
      return new ScriptError(`file ${fragment.origin.file} line ${this.#line}: ${message}`);
    return new ScriptError(`-e expression #${fragment.origin.expression}, char ${position}: ${message}`);
  }

  #position(): number {
    return this.#at;
  }
}
