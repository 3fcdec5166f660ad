/** One command line of the runtime in this process, which ends with it. */
import { NodeProcess } from '../../engine/kernel/linux';
import { runc } from '../../engine/programs';

/** `argv`: as it was called, without Node. */
export async function runOnce(argv: readonly string[]): Promise<never> {
  const exitCode = await runc(new NodeProcess(argv));
  // A container that goes on is a child that would keep this process waiting.
  process.exit(exitCode);
}
