/** Where an expansion puts what it makes of a word's parts. */
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

/** Words: split at IFS, kept apart at the boundaries of `$@`. */
export class FieldSink implements Sink {
  readonly fields: Field[] = [];
  #text = '';
  #pattern = '';
  #isOpen = false;
  #canMatch = false;
  /** White space ended the last field: a delimiter that follows belongs to it. */
  #endedByBlank = false;

  constructor(private readonly ifs: string) {}

  quoted(text: string): void {
    roomForText(this.#text.length + text.length);
    this.#text += text;
    this.#pattern += quotePattern(text);
    this.#isOpen = true;
    this.#endedByBlank = false;
  }

  plain(text: string): void {
    if (text === '') return;
    roomForText(this.#text.length + text.length);
    this.#text += text;
    this.#pattern += text;
    this.#isOpen = true;
    this.#endedByBlank = false;
    if (globbing.test(text)) this.#canMatch = true;
  }

  split(text: string): void {
    const { ifs } = this;
    if (ifs === '') return this.plain(text);
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at);
      if (!ifs.includes(char)) continue;
      if (at > from) this.plain(text.slice(from, at));
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
    if (from < text.length) this.plain(text.slice(from));
  }

  boundary(): void {
    if (this.#isOpen) this.#close();
    this.#endedByBlank = false;
  }

  finish(): readonly Field[] {
    if (this.#isOpen) this.#close();
    return this.fields;
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
