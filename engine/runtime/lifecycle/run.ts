/** `run`: create and start in one, and, unless it is detached, what follows until the container is deleted. */
import type { ProcessExit } from '../../kernel';
import type { Container, RuntimeContext } from './container';
import { type CreateOptions, create } from './create';
import { remove } from './delete';
import { start } from './start';

export interface Running {
  container: Container;
  /** Resolves when the container's process has ended, and rejects never. */
  exit: Promise<ProcessExit>;
}

/** `follow` is called before the program begins. Errors: those of `create` and `start`; nothing is left then. */
export async function run(
  context: RuntimeContext,
  options: CreateOptions,
  follow: (running: Running) => void = () => undefined,
): Promise<Running> {
  const created = await create(context, options);
  follow(created);
  try {
    await start(context, options.id, options.warn);
  } catch (error) {
    await remove(context, options.id, { force: true });
    throw error;
  }
  return created;
}
