/** `==> name <==` between the files of head and tail. */
import type { Blocking } from '../../../kernel/sim';
import type { Tool } from './tool';

export class Headers {
  #isFirst = true;

  constructor(
    private readonly tool: Tool,
    readonly isShown: boolean,
  ) {}

  *write(name: string): Blocking<void> {
    if (!this.isShown) return;
    const shown = name === '-' ? 'standard input' : name;
    yield* this.tool.write(`${this.#isFirst ? '' : '\n'}==> ${shown} <==\n`);
    this.#isFirst = false;
  }
}

/** By -q and -v, the last of which counts. */
export function wantsHeaders(tool: Tool, count: number): boolean {
  const last = tool.options.given.findLast(({ name }) => name === 'quiet' || name === 'verbose')?.name;
  return last === undefined ? count > 1 : last === 'verbose';
}
