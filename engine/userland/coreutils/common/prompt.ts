/** Asking on standard error, with the answer on standard input: y or Y at its beginning is yes. */
import type { Blocking } from '../../../kernel/sim';
import { LineReader, writeAll } from '../../lib/io';
import type { Tool } from './tool';

export class Prompt {
  #lines: LineReader | null = null;

  constructor(private readonly tool: Tool) {}

  /** `text` without the name of the program. */
  *ask(text: string): Blocking<boolean> {
    const { tool } = this;
    yield* tool.flush();
    yield* writeAll(tool.sys, 2, `${tool.name}: ${text}`);
    this.#lines ??= new LineReader(tool.sys, 0);
    const answer = yield* this.#lines.next();
    return /^[yY]/.test(answer ?? '');
  }
}
