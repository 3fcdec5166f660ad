/** Lets each call of a plugin be recorded. */
import type { Invocation, Outcome, PluginExecutor } from '../executor';
import type { CallRecords } from './call-records';

export class RecordingExecutor implements PluginExecutor {
  constructor(
    private readonly executor: PluginExecutor,
    private readonly records: CallRecords,
  ) {}

  find(type: string, path: readonly string[]): Promise<string | null> {
    return this.executor.find(type, path);
  }

  run(plugin: string, invocation: Invocation): Promise<Outcome> {
    return this.records.around(plugin, invocation, (recorded) => this.executor.run(plugin, recorded));
  }
}
