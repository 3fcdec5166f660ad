/** A runtime's operations on networks (CNI SPEC.md 1.1.0, section 3, "Execution of Network Configurations"). */
import { execute, findPlugin, type PluginExecutor } from '../executor';
import type { CniFiles } from '../files';
import {
  asCniError,
  atLeast,
  CniError,
  type Command,
  errorCodes,
  formatArgs,
  type JsonObject,
  type NetworkList,
  type PluginConfig,
  parseResultText,
  parseVersionOutput,
  type Result,
  requireContainerId,
  requireIfname,
  requireNetworkName,
  resultObject,
} from '../spec';
import type { CachedAttachment, RuntimeConfig } from './attachment';
import { ResultCache } from './cache';

export interface CniOptions {
  executor: PluginExecutor;
  files: CniFiles;
  /** Directories of plugins. */
  path: readonly string[];
  /** Where results are kept; `/var/lib/cni` as everybody's. */
  cacheDirectory?: string;
}

/** What still uses a network, for GC. */
export interface ValidAttachment {
  containerId: string;
  ifname: string;
}

/** `signal` stops the plugin that is running, and fails the operation. */
interface Call {
  signal?: AbortSignal | undefined;
}

export class Cni {
  private readonly cache: ResultCache;

  constructor(private readonly options: CniOptions) {
    this.cache = new ResultCache(options.files, options.cacheDirectory ?? '/var/lib/cni');
  }

  /** Calls the plugins in order, each with the result of the one before; keeps the last one's. Errors: the plugin's. */
  async add(list: NetworkList, runtime: RuntimeConfig, call: Call = {}): Promise<Result> {
    requireNames(list, runtime);
    let result: Result | undefined;
    for (const plugin of list.plugins) {
      const config = this.derive(list, plugin, runtime, result);
      const output = await this.call('ADD', plugin, config, runtime, call);
      result = within(plugin, 'add', () => parseResultText(output, list.cniVersion));
    }
    if (!result) throw new CniError(errorCodes.invalidConfig, `network ${list.name} has no plugins`);
    await this.cache.store(list.name, list.cniVersion, list.text, runtime, result);
    return result;
  }

  /** Calls the plugins in reverse order. Deleting what is gone is no error. */
  async del(list: NetworkList, runtime: RuntimeConfig, call: Call = {}): Promise<void> {
    requireNames(list, runtime);
    // A result that cannot be read must not keep anybody from deleting.
    const previous = atLeast(list.cniVersion, '0.4.0')
      ? await this.cache.result(list.name, runtime).catch(() => undefined)
      : undefined;
    for (const plugin of list.plugins.toReversed())
      await this.call('DEL', plugin, this.derive(list, plugin, runtime, previous), runtime, call);
    await this.cache.remove(list.name, runtime);
  }

  /** Errors: 1 before version 0.4.0; 6 when the kept result cannot be read; the plugins'. */
  async check(list: NetworkList, runtime: RuntimeConfig, call: Call = {}): Promise<void> {
    requireNames(list, runtime);
    if (!atLeast(list.cniVersion, '0.4.0'))
      throw new CniError(
        errorCodes.incompatibleVersion,
        `configuration version ${JSON.stringify(list.cniVersion)} does not support the CHECK command`,
      );
    if (list.disableCheck) return;
    const previous = await this.cachedResult(list, runtime);
    for (const plugin of list.plugins)
      await this.call('CHECK', plugin, this.derive(list, plugin, runtime, previous), runtime, call);
  }

  /**
   * Deletes every attachment that was kept and is not valid any more; then tells the plugins what is (from version 1.1.0
   * on). All is tried; what failed is one error.
   */
  async gc(list: NetworkList, valid: readonly ValidAttachment[], call: Call = {}): Promise<void> {
    if (list.disableGC) return;
    requireNetworkName(list.name);
    const problems: CniError[] = [];
    const attempt = async (what: string, work: () => Promise<unknown>) => {
      await work().catch((error: unknown) => problems.push(asCniError(error).within(what)));
    };
    for (const stale of await this.staleAttachments(list, valid))
      await attempt(`failed to delete stale attachment ${stale.containerId} ${stale.ifname}`, () =>
        this.del(list, stale, call),
      );
    if (atLeast(list.cniVersion, '1.1.0')) {
      const attachments = valid.map(({ containerId, ifname }) => ({ containerID: containerId, ifname }));
      // The second name is an erratum of the specification that plugins may have followed.
      const named = { 'cni.dev/valid-attachments': attachments, 'cni.dev/attachments': attachments };
      for (const plugin of list.plugins)
        await attempt(`failed to GC plugin ${plugin.type}`, () =>
          this.call('GC', plugin, { ...identified(list, plugin), ...named }, null, call),
        );
    }
    const [first, ...others] = problems;
    if (first) throw others.length === 0 ? first : joined(first, others);
  }

  /** No error when the network could take a container; before version 1.1.0 nobody can know. Errors: 50, 51. */
  async status(list: NetworkList, call: Call = {}): Promise<void> {
    if (!atLeast(list.cniVersion, '1.1.0')) return;
    requireNetworkName(list.name);
    for (const plugin of list.plugins) await this.call('STATUS', plugin, identified(list, plugin), null, call);
  }

  /** The capabilities of a network whose plugins are all there and know its version. Errors: 1, 5, naming each plugin. */
  async validate(list: NetworkList, call: Call = {}): Promise<string[]> {
    const problems: CniError[] = [];
    for (const { type } of list.plugins) {
      try {
        const versions = await this.versions(type, call);
        if (!versions.includes(list.cniVersion))
          throw new CniError(
            errorCodes.incompatibleVersion,
            `plugin ${type} does not support config version ${JSON.stringify(list.cniVersion)}`,
          );
      } catch (error) {
        problems.push(asCniError(error));
      }
    }
    const [first, ...others] = problems;
    if (first) throw others.length === 0 ? first : joined(first, others);
    const enabled = list.plugins.flatMap(({ capabilities }) =>
      Object.entries(capabilities).flatMap(([name, on]) => (on ? [name] : [])),
    );
    return [...new Set(enabled)].sort();
  }

  /** What ADD resulted in. Undefined when there was none, or it is deleted. Errors: 6. */
  async cachedResult(list: NetworkList, runtime: RuntimeConfig): Promise<Result | undefined> {
    try {
      return await this.cache.result(list.name, runtime);
    } catch (error) {
      throw asCniError(error).within(`failed to get network ${JSON.stringify(list.name)} cached result`);
    }
  }

  /** Whoever was added to the network and not deleted. */
  attachments(list: NetworkList): Promise<CachedAttachment[]> {
    return this.cache.attachments(list.name);
  }

  /** The versions a plugin speaks. Errors: 5, 6. */
  private async versions(type: string, { signal }: Call): Promise<string[]> {
    const { executor, path } = this.options;
    const plugin = await findPlugin(executor, type, path);
    // The oldest plugins want all of it before they look at the command.
    const dummies = { CNI_NETNS: 'dummy', CNI_IFNAME: 'dummy', CNI_CONTAINERID: 'dummy' };
    const environment = { ...dummies, CNI_COMMAND: 'VERSION', CNI_PATH: path.join(':') };
    try {
      return parseVersionOutput(
        await execute(executor, plugin, { environment, stdin: '{"cniVersion":"1.1.0"}', signal }),
      );
    } catch (error) {
      if (asCniError(error).msg === 'unknown CNI_COMMAND: VERSION') return ['0.1.0'];
      throw error;
    }
  }

  private async staleAttachments(list: NetworkList, valid: readonly ValidAttachment[]): Promise<CachedAttachment[]> {
    const alive = new Set(valid.map(({ containerId, ifname }) => `${containerId} ${ifname}`));
    const kept = await this.cache.attachments(list.name);
    return kept.filter(({ containerId, ifname }) => !alive.has(`${containerId} ${ifname}`));
  }

  /** What a plugin gets on its standard input (section 4, "Derivation"). */
  private derive(
    list: NetworkList,
    plugin: PluginConfig,
    { capabilityArgs = {} }: RuntimeConfig,
    previous: Result | undefined,
  ): JsonObject {
    const wanted = Object.entries(capabilityArgs).filter(([name]) => plugin.capabilities[name] === true);
    return {
      ...identified(list, plugin),
      ...(wanted.length > 0 ? { runtimeConfig: Object.fromEntries(wanted) } : {}),
      ...(previous ? { prevResult: resultObject(previous, list.cniVersion) } : {}),
    };
  }

  /** Its standard output. `runtime` is null for what is about no container. Errors: the plugin's, with its name. */
  private async call(
    command: Command,
    config: PluginConfig,
    derived: JsonObject,
    runtime: RuntimeConfig | null,
    { signal }: Call,
  ): Promise<string> {
    const { executor, path } = this.options;
    const environment = {
      CNI_COMMAND: command,
      CNI_PATH: path.join(':'),
      ...(runtime && {
        CNI_CONTAINERID: runtime.containerId,
        CNI_NETNS: runtime.netns,
        CNI_IFNAME: runtime.ifname,
        CNI_ARGS: formatArgs(runtime.args ?? []),
      }),
    };
    try {
      const plugin = await findPlugin(executor, config.type, path);
      return await execute(executor, plugin, { environment, stdin: JSON.stringify(derived), signal });
    } catch (error) {
      throw failed(config, verbs[command], error);
    }
  }
}

const verbs: Record<Command, string> = {
  ADD: 'add',
  DEL: 'delete',
  CHECK: 'check',
  GC: 'gc',
  STATUS: 'status',
  VERSION: 'version',
};

const failed = ({ type, name }: PluginConfig, verb: string, error: unknown) =>
  asCniError(error).within(
    `plugin type=${JSON.stringify(type)}${name === '' ? '' : ` name=${JSON.stringify(name)}`} failed (${verb})`,
  );

function within<T>(plugin: PluginConfig, verb: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failed(plugin, verb, error);
  }
}

const identified = ({ name, cniVersion }: NetworkList, { raw }: PluginConfig): JsonObject => ({
  ...raw,
  name,
  cniVersion,
});

function requireNames({ name }: NetworkList, { containerId, ifname }: RuntimeConfig): void {
  requireContainerId(containerId);
  requireNetworkName(name);
  requireIfname(ifname);
}

/** Several failures as one, under the first one's code. */
const joined = (first: CniError, others: CniError[]) =>
  new CniError(first.code, [first, ...others].map(({ message }) => message).join('\n'));
