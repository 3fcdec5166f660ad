/** A piece of shell text that nodes of its syntax tree point into, and where it lies in the file it is from. */
export class Source {
  #starts: number[] | null = null;

  constructor(
    readonly text: string,
    /** The number of its first line. */
    readonly firstLine = 1,
  ) {}

  lineAt(pos: number): number {
    const starts = this.#lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= pos) low = middle;
      else high = middle - 1;
    }
    return this.firstLine + low;
  }

  /** The whole line that holds a position, without its newline. */
  lineText(pos: number): string {
    const begin = this.text.lastIndexOf('\n', pos - 1) + 1;
    const end = this.text.indexOf('\n', pos);
    return this.text.slice(begin, end < 0 ? this.text.length : end);
  }

  /** The line a reader that has read everything stands on. */
  get endLine(): number {
    const lines = this.#lineStarts().length;
    return this.firstLine + (this.text.endsWith('\n') ? lines - 1 : lines);
  }

  #lineStarts(): number[] {
    if (this.#starts) return this.#starts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
    return starts;
  }
}
