/** Where an expansion puts what it makes of a word's parts. */
import type { Blocking, Sys } from '../../../kernel/sim';
import { linesATurn } from '../../lib/io';
import { roomForItems, roomForText } from '../../lib/room';
import { quotePattern } from './pattern';

export interface Sink {
  /** Text that is neither split nor matched. */
  quoted(text: string): void;
  /** Text of the word itself: matched, not split. */
  plain(text: string): void;
  /** What an unquoted expansion gave: split, then matched. */
  split(text: string): void;
  /** Between the elements of `$@`. */
  boundary(): void;
}

/** Joined to one text. */
export class TextSink implements Sink {
  text = '';
  quoted(text: string): void {
    roomForText(this.text.length + text.length);
    this.text += text;
  }
  plain(text: string): void {
    this.quoted(text);
  }
  split(text: string): void {
    this.quoted(text);
  }
  boundary(): void {
    this.text += ' ';
  }
}

/** A pattern: what was quoted matches only itself. */
export class PatternSink implements Sink {
  pattern = '';
  quoted(text: string): void {
    this.pattern += quotePattern(text);
  }
  plain(text: string): void {
    this.pattern += text;
  }
  split(text: string): void {
    this.pattern += text;
  }
  boundary(): void {
    this.pattern += ' ';
  }
}

/** A regular expression of `=~`. */
export class RegexSink implements Sink {
  pattern = '';
  quoted(text: string): void {
    this.pattern += text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  plain(text: string): void {
    this.pattern += text;
  }
  split(text: string): void {
    this.pattern += text;
  }
  boundary(): void {
    this.pattern += ' ';
  }
}

export interface Field {
  text: string;
  /** Null as long as nothing in it could match files. */
  pattern: string | null;
}

const globbing = /[*?[\\(]/;
/** So much text is split in one turn; what is longer waits for `finish`, in which a signal can come between. */
const charactersATurn = 1 << 12;

/** Words: split at IFS, kept apart at the boundaries of `$@`. */
export class FieldSink implements Sink {
  readonly fields: Field[] = [];
  /** From the first long text on, what comes has to wait for its turn. */
  #later: Array<() => void> | null = null;
  #text = '';
  #pattern = '';
  #isOpen = false;
  #canMatch = false;
  /** White space ended the last field: a delimiter that follows belongs to it. */
  #endedByBlank = false;

  constructor(private readonly ifs: string) {}

  quoted(text: string): void {
    if (this.#later) return void this.#later.push(() => this.#quoted(text));
    this.#quoted(text);
  }

  plain(text: string): void {
    if (this.#later) return void this.#later.push(() => this.#plain(text));
    this.#plain(text);
  }

  split(text: string): void {
    if (this.#later === null && text.length <= charactersATurn) return this.#split(text);
    this.#later ??= [];
    for (let from = 0; from < text.length; from += charactersATurn) {
      this.#later.push(() => this.#split(text.slice(from, from + charactersATurn)));
    }
  }

  boundary(): void {
    if (this.#later) return void this.#later.push(() => this.#boundary());
    this.#boundary();
  }

  *finish(sys: Sys): Blocking<readonly Field[]> {
    for (const step of this.#later ?? []) {
      step();
      yield* sys.checkpoint(charactersATurn / linesATurn);
    }
    this.#boundary();
    return this.fields;
  }

  #quoted(text: string): void {
    roomForText(this.#text.length + text.length);
    this.#text += text;
    this.#pattern += quotePattern(text);
    this.#isOpen = true;
    this.#endedByBlank = false;
  }

  #plain(text: string): void {
    if (text === '') return;
    roomForText(this.#text.length + text.length);
    this.#text += text;
    this.#pattern += text;
    this.#isOpen = true;
    this.#endedByBlank = false;
    if (globbing.test(text)) this.#canMatch = true;
  }

  #split(text: string): void {
    const { ifs } = this;
    if (ifs === '') return this.#plain(text);
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at);
      if (!ifs.includes(char)) continue;
      if (at > from) this.#plain(text.slice(from, at));
      from = at + 1;
      if (char === ' ' || char === '\t' || char === '\n') {
        if (this.#isOpen) {
          this.#close();
          this.#endedByBlank = true;
        }
      } else if (this.#endedByBlank && !this.#isOpen) this.#endedByBlank = false;
      else {
        this.#isOpen = true;
        this.#close();
      }
    }
    if (from < text.length) this.#plain(text.slice(from));
  }

  #boundary(): void {
    if (this.#isOpen) this.#close();
    this.#endedByBlank = false;
  }

  #close(): void {
    roomForItems(this.fields.length);
    this.fields.push({ text: this.#text, pattern: this.#canMatch ? this.#pattern : null });
    this.#text = '';
    this.#pattern = '';
    this.#isOpen = false;
    this.#canMatch = false;
  }
}
