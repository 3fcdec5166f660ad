/** Counts the prompts in a terminal's output by their marks (OSC 133;B: the prompt is drawn, the shell waits). */

const promptMark = '\x1b]133;B\x07';

export class PromptMarks {
  /** Prompts drawn so far. */
  count = 0;
  #tail = '';

  feed(text: string): void {
    const whole = this.#tail + text;
    const pieces = whole.split(promptMark);
    this.count += pieces.length - 1;
    this.#tail = (pieces.at(-1) ?? '').slice(-promptMark.length + 1);
  }
}

/** Terminal output as a person would read it: without marks, colours and cursor movements. */
export function readable(text: string): string {
  return text
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[?>=]?[0-9;]*[ -/]*[@-~]|\x1b[()][0-9A-Z]|\x1b[ -~]/g, '')
    .replace(/\r+\n/g, '\n');
}
