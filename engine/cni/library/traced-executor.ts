/** Lets somebody see every call of a plugin, with the very texts that passed. */
import type { Invocation, Outcome, PluginExecutor } from '../executor';

export interface TracedCall extends Invocation {
  /** Where the plugin is. */
  plugin: string;
  outcome: Outcome;
}

export class TracedExecutor implements PluginExecutor {
  /** `onCall` hears of a call when it has ended. */
  constructor(
    private readonly executor: PluginExecutor,
    private readonly onCall: (call: TracedCall) => void,
  ) {}

  find(type: string, path: readonly string[]): Promise<string | null> {
    return this.executor.find(type, path);
  }

  async run(plugin: string, invocation: Invocation): Promise<Outcome> {
    const outcome = await this.executor.run(plugin, invocation);
    this.onCall({ ...invocation, plugin, outcome });
    return outcome;
  }
}
