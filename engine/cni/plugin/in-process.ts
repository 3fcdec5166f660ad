/** Our own plugins without a process of their own; all others go to another executor. */
import type { Invocation, Outcome, PluginExecutor } from '../executor';
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
    const plugin = name.startsWith(prefix) ? this.plugins.get(name.slice(prefix.length)) : undefined;
    if (!plugin) return this.others.run(name, invocation);
    invocation.signal?.throwIfAborted();
    const { exitCode, stdout, stderr } = await runPlugin(plugin, invocation.environment, invocation.stdin);
    return { exitCode, stdout, stderr, ending: `exit status ${exitCode}` };
  }
}
