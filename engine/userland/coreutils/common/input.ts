/** Opening what operands name; `-` is standard input. */
import { type Blocking, O_RDONLY, type Sys } from '../../../kernel/sim';
import type { Tool } from './tool';

export const chunkBytes = 65_536;

export interface Input {
  fd: number;
  /** As it was given. */
  name: string;
}

/** `complaint` stands before the reason when it cannot be opened. Null then, and the tool has failed. */
export function* openInput(tool: Tool, name: string, complaint = tool.bare(name), status = 1): Blocking<Input | null> {
  if (name === '-') return { fd: 0, name };
  const fd = yield* tool.attempt(complaint, () => tool.sys.open(name, O_RDONLY), status);
  return fd === null ? null : { fd, name };
}

export function closeInput(sys: Sys, { fd }: Input): void {
  if (fd !== 0) sys.close(fd);
}

/** The operands, or standard input when there are none. */
export function inputNames(tool: Tool): readonly string[] {
  return tool.operands.length === 0 ? ['-'] : tool.operands;
}

/** Every operand in turn; reading errors are told as `name: why`. */
export function* eachInput(tool: Tool, work: (input: Input) => Blocking<void>): Blocking<void> {
  for (const name of inputNames(tool)) {
    const input = yield* openInput(tool, name);
    if (input === null) continue;
    yield* tool.attempt(tool.bare(name), () => work(input));
    closeInput(tool.sys, input);
  }
}
