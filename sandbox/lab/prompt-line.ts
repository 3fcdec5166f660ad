/**
 * What stands on the screen between a shell's prompt and the end of the command line, read from the bytes the line
 * editor drew: cursor moves, insertions, erasures and wrapping as ECMA-48 and xterm's control sequences have them.
 * Only what readline and its kin use is understood; anything else is skipped.
 */
const maxRows = 200;

const controlSequence = /^\x1b\[([?>=]?)([0-9;]*)[ -/]*([@-~])/;
const stringSequence = /^\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)/;

export class PromptLine {
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  #origin: { row: number; column: number } = { row: 0, column: 0 };

  constructor(private readonly columns: number) {}

  /** The prompt ends here: what follows is the command line. */
  mark(): void {
    this.#origin = { row: this.#row, column: this.#column };
  }

  draw(text: string): void {
    let rest = text;
    while (rest.length > 0) {
      const sequence = rest.startsWith('\x1b') ? this.#escape(rest) : this.#character(rest);
      rest = rest.slice(sequence);
    }
  }

  /** The command line, without the blanks at its ends. */
  text(): string {
    const lines = this.#rows.slice(this.#origin.row).map((row, i) => {
      const cells = Array.from(row, (cell) => cell ?? ' ');
      return { text: cells.slice(i === 0 ? this.#origin.column : 0).join(''), full: row.length >= this.columns };
    });
    return lines
      .map(({ text, full }) => (full ? text : `${text.trimEnd()}\n`))
      .join('')
      .trim();
  }

  /** Handles one character; returns its length in UTF-16 units. */
  #character(rest: string): number {
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#down(1);
    else if (character === '\b') this.#column = Math.max(0, Math.min(this.#column, this.columns - 1) - 1);
    else if (character === '\t') this.#column = Math.min(this.columns - 1, (Math.floor(this.#column / 8) + 1) * 8);
    else if (character >= ' ' && character !== '\x7f') this.#put(character);
    return character.length;
  }

  #put(character: string): void {
    if (this.#column >= this.columns) {
      this.#column = 0;
      this.#down(1);
    }
    this.#cells()[this.#column] = character;
    this.#column += 1;
  }

  /** Handles one escape sequence; returns its length. */
  #escape(rest: string): number {
    const string = stringSequence.exec(rest);
    if (string) return string[0].length;
    const control = controlSequence.exec(rest);
    if (!control) return 2;
    const [whole, prefix, parameters, final] = control;
    if (prefix === '') this.#control(final ?? '', Number.parseInt(parameters ?? '', 10) || 0);
    return whole.length;
  }

  #control(final: string, parameter: number): void {
    const count = Math.max(1, parameter);
    const cells = this.#cells();
    switch (final) {
      case 'A':
        this.#row = Math.max(0, this.#row - count);
        break;
      case 'B':
        this.#down(count);
        break;
      case 'C':
        this.#column = Math.min(this.columns - 1, this.#column + count);
        break;
      case 'D':
        this.#column = Math.max(0, Math.min(this.#column, this.columns - 1) - count);
        break;
      case 'G':
        this.#column = Math.min(this.columns, count) - 1;
        break;
      case 'K':
        if (parameter === 0) cells.length = Math.min(cells.length, this.#column);
        break;
      case 'J':
        cells.length = Math.min(cells.length, this.#column);
        if (parameter === 0) this.#rows.length = Math.min(this.#rows.length, this.#row + 1);
        break;
      case 'P':
        cells.splice(this.#column, count);
        break;
      case '@':
        cells.splice(this.#column, 0, ...Array.from({ length: Math.min(count, this.columns) }, () => ' '));
        break;
    }
  }

  #down(count: number): void {
    this.#row = Math.min(maxRows - 1, this.#row + count);
    this.#cells();
  }

  #cells(): string[] {
    while (this.#rows.length <= this.#row) this.#rows.push([]);
    const cells = this.#rows[this.#row] ?? [];
    while (cells.length < this.#column) cells.push(' ');
    return cells;
  }
}
