/** A plugin calls another one (SPEC.md 1.1.0, section 4): IPAM above all. */
import { execute, findPlugin, type PluginExecutor } from '../executor';
import { CniError, type Command, errorCodes, parseResultText, type Result } from '../spec';
import type { PluginRequest } from './plugin';

/** The same configuration and environment go to the delegate, which is looked for in CNI_PATH. */
export class Delegates {
  constructor(private readonly executor: PluginExecutor) {}

  /** Errors: the delegate's own; 5 when there is no such plugin. */
  async add(type: string, request: PluginRequest): Promise<Result> {
    return parseResultText(await this.call('ADD', type, request), request.config.cniVersion);
  }
  async check(type: string, request: PluginRequest): Promise<void> {
    await this.call('CHECK', type, request);
  }
  async del(type: string, request: PluginRequest): Promise<void> {
    await this.call('DEL', type, request);
  }
  async gc(type: string, request: PluginRequest): Promise<void> {
    await this.call('GC', type, request);
  }
  async status(type: string, request: PluginRequest): Promise<void> {
    await this.call('STATUS', type, request);
  }

  /** The command is given: an ADD that failed half-way deletes what its delegate did. */
  private async call(command: Command, type: string, request: PluginRequest): Promise<string> {
    if (request.path.length === 0)
      throw new CniError(errorCodes.invalidEnvironment, 'CNI_PATH is empty: no delegate can be found');
    const plugin = await findPlugin(this.executor, type, request.path);
    const environment = Object.fromEntries(
      Object.entries(request.environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    return execute(this.executor, plugin, {
      environment: { ...environment, CNI_COMMAND: command },
      stdin: request.stdin,
    });
  }
}
