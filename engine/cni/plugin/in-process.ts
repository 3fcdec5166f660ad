/** Our own plugins without a process of their own; all others go to another executor. */
import type { Invocation, Outcome, PluginExecutor } from '../executor';
import { CniError, errorCodes } from '../spec';
import type { Plugin } from './plugin';
import { runPlugin } from './run-plugin';

/** What `find` answers for them begins so: no path of a file does. */
const prefix = 'in-process:';

export class InProcessExecutor implements PluginExecutor {
  /** `plugins` by their type; `others` runs what is not among them. */
  constructor(
    private readonly plugins: ReadonlyMap<string, Plugin>,
    private readonly others: PluginExecutor,
  ) {}

  async find(type: string, path: readonly string[]): Promise<string | null> {
    return this.plugins.has(type) ? `${prefix}${type}` : this.others.find(type, path);
  }

  async run(name: string, invocation: Invocation): Promise<Outcome> {
    const type = name.slice(prefix.length);
    const plugin = name.startsWith(prefix) ? this.plugins.get(type) : undefined;
    if (!plugin) return this.others.run(name, invocation);
    const { environment, stdin, signal } = invocation;
    refuseStopped(type, signal);
    const { exitCode, stdout, stderr } = await runPlugin(plugin, environment, stdin);
    // It cannot be ended in the middle; what it did is for the DEL that follows a failed ADD.
    refuseStopped(type, signal);
    return { exitCode, stdout, stderr, ending: `exit status ${exitCode}` };
  }
}

function refuseStopped(type: string, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const why = signal.reason instanceof Error ? `: ${signal.reason.message}` : '';
  throw new CniError(errorCodes.internal, `netplugin ${type} was stopped${why}`);
}
