/** What a command of the runtime works with. */
import type { ProgramProcess } from '../../kernel';
import type { RuntimeContext } from '../../runtime';
import type { Command } from '../command-line';
import { resolvePath } from '../lib/path';
import type { Output } from './output';

export interface Session {
  process: ProgramProcess;
  output: Output;
  /** Makes the state directory known. Throws where a global flag asks for what there is not. */
  context: RuntimeContext;
}

export type RuntimeCommand = Command<Session>;

/** As seen from where the command was given. */
export function pathOf({ process }: Session, path: string): string {
  return resolvePath(process.cwd, path);
}

export const one = { from: 1, to: 1 };
export const containerId = '<container-id>';

/** Says which command an error is of, as runc does. */
export async function failingAs<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${operation} failed: ${message}`, { cause: error });
  }
}
