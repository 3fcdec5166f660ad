/** One command line of the runtime in this process, which ends with it. */
import { LinuxSystem } from '../../engine/kernel/linux';
import { runCli } from './run-cli';
import { forwardSignals } from './signals';

export async function runOnce(words: readonly string[]): Promise<never> {
  const exitCode = await runCli(words, {
    system: new LinuxSystem(),
    cwd: process.cwd(),
    env: process.env,
    exitCode: 0,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    attend: (_pid, exit, send) => forwardSignals(exit, send),
  });
  // A container that goes on is a child that would keep this process waiting.
  process.exit(exitCode);
}
