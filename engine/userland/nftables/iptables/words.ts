/** The words of an iptables command, with `!` where it stands before an option. */

import { bare } from '../../../kernel/sim';
/** Ends the program with a message. `hint`: followed by "Try iptables -h". */
export class IptablesError extends Error {
  constructor(
    message: string,
    readonly status = 2,
    readonly hint = true,
    /** Without the program's name and version in front. */
    readonly isPlain = false,
  ) {
    super(message);
  }

  /** The same, about a line of a file. */
  at(line: number): IptablesError {
    return new IptablesError(`${this.message}\nError occurred at line: ${line}`, this.status, this.hint, this.isPlain);
  }
}

/** Long names of options that have a letter. */
const letters: Readonly<Record<string, string>> = bare({
  '--append': '-A',
  '--check': '-C',
  '--delete': '-D',
  '--replace': '-R',
  '--insert': '-I',
  '--list': '-L',
  '--list-rules': '-S',
  '--flush': '-F',
  '--zero': '-Z',
  '--new-chain': '-N',
  '--delete-chain': '-X',
  '--rename-chain': '-E',
  '--policy': '-P',
  '--version': '-V',
  '--help': '-h',
  '--out-interface': '-o',
  '--protocol': '-p',
  '--proto': '-p',
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--jump': '-j',
  '--goto': '-g',
  '--in-interface': '-i',
  '--fragment': '-f',
  '--verbose': '-v',
  '--wait': '-w',
  '--wait-interval': '-W',
  '--numeric': '-n',
  '--table': '-t',
  '--match': '-m',
  '--exact': '-x',
  '--set-counters': '-c',
  '--ipv4': '-4',
  '--ipv6': '-6',
  '--line-number': '--line-numbers',
});
/** Letters nothing can follow in the same word but other letters. */
const plainLetters = 'VfvnxbLSFZX46hw';

export class Words {
  readonly #words: string[];
  #at = 0;
  #inverted = false;

  constructor(words: readonly string[]) {
    this.#words = [...words];
  }

  /** The next option or operand; null at the end. Notes a `!` before it. */
  next(): string | null {
    this.#inverted = false;
    if (this.#words[this.#at] === '!') {
      this.#inverted = true;
      this.#at++;
    }
    this.#split();
    const word = this.#words[this.#at++];
    return word === undefined ? null : (letters[word] ?? word);
  }

  /** `-nvL` are three, `-tnat` and `--dport=80` two. */
  #split(): void {
    const word = this.#words[this.#at] ?? '';
    const long = /^(--[^=]+)=(.*)$/s.exec(word);
    if (long) this.#words.splice(this.#at, 1, long[1] ?? '', long[2] ?? '');
    else if (/^-[A-Za-z0-9]./.test(word)) {
      const isPlain = plainLetters.includes(word.charAt(1));
      this.#words.splice(this.#at, 1, word.slice(0, 2), `${isPlain ? '-' : ''}${word.slice(2)}`);
    }
  }

  get inverted(): boolean {
    return this.#inverted;
  }

  peek(): string | undefined {
    return this.#words[this.#at];
  }

  /** A value that may be missing: the next word, if it is no option. */
  optional(): string | null {
    const word = this.#words[this.#at];
    if (word === undefined || word.startsWith('-') || word === '!') return null;
    this.#at++;
    return word;
  }

  value(option: string): string {
    // `--option ! value` was once the way to say it.
    if (this.#words[this.#at] === '!') {
      this.#inverted = true;
      this.#at++;
    }
    const word = this.#words[this.#at++];
    if (word === undefined) throw new IptablesError(`option "${option}" requires an argument`);
    return word;
  }
}

/** As iptables-save writes a text: in quotes when it has to be. */
export function quoted(text: string): string {
  return /^[A-Za-z0-9_./:=-]+$/.test(text) ? text : `"${text.replace(/(["\\])/g, '\\$1')}"`;
}

export function not(inverted: boolean): string {
  return inverted ? '! ' : '';
}

/** Splits a line at blanks; quotes hold together, `\\"` stands for a quote. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [, quotedText, plain] of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g))
    words.push(quotedText?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  return words;
}
