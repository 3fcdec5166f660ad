/** Lines for an interactive shell without an editor: dash, `bash --noediting`, input that is no terminal. */
import { type Blocking, decode, isSysError } from '../../../kernel/sim';
import type { Shell } from '../state/shell';

export class PlainReader {
  constructor(private readonly shell: Shell) {}

  *readLine(prompt: string): Blocking<string | null | 'interrupted'> {
    const { shell } = this;
    shell.printError(prompt.replace(/[\x01\x02]/g, ''));
    yield* shell.flush();
    const bytes: number[] = [];
    for (;;) {
      try {
        const [byte] = yield* shell.sys.read(0, 1);
        if (byte === undefined) return bytes.length === 0 ? null : decode(Uint8Array.from(bytes));
        if (byte === 10) return decode(Uint8Array.from(bytes));
        bytes.push(byte);
      } catch (error) {
        if (!isSysError(error, 'EINTR')) {
          if (isSysError(error)) return null;
          throw error;
        }
        if (shell.pendingSignals.length > 0) yield* shell.hooks.runPendingTraps(shell);
        if (!shell.isInterrupted) continue;
        shell.isInterrupted = false;
        shell.printError('\n');
        yield* shell.flush();
        return 'interrupted';
      }
    }
  }
}
