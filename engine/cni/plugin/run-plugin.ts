/** The frame of every plugin: reads what it is called with, lets it work, writes what came of it (SPEC.md 1.1.0, section 2). */
import { z } from 'zod';
import {
  asCniError,
  atLeast,
  CniError,
  type Command,
  checked,
  decodePluginConfig,
  type Environment,
  errorCodes,
  parseEnvironment,
  parseResult,
  type Result,
  requireNetworkName,
  requireVersion,
  resultObject,
  versionOutput,
} from '../spec';
import type { Plugin, PluginRequest } from './plugin';

export interface PluginOutput {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Which version of the configuration a command came with. */
const since: Partial<Record<Command, string>> = { CHECK: '0.4.0', GC: '1.1.0', STATUS: '1.1.0' };

const AttachmentsSchema = z
  .array(z.object({ containerID: z.string(), ifname: z.string() }))
  .nullish()
  .transform((given) => given ?? []);

/** Calls the plugin once. Never rejects: what fails is printed, as the specification wants it. */
export async function runPlugin(plugin: Plugin, environment: Environment, stdin: string): Promise<PluginOutput> {
  if (!environment.CNI_COMMAND) return introduction(plugin);
  let version: string | undefined;
  try {
    const { command, ...parameters } = parseEnvironment(environment);
    if (command === 'VERSION') return printed(versionOutput(plugin.versions));
    const config = decodePluginConfig(stdin);
    version = config.cniVersion;
    requireNetworkName(config.name);
    requireCommand(command, version, plugin.versions);
    const previous = config.prevResult && parseResult(config.prevResult, version);
    const request = { command, ...parameters, config, previous, environment, stdin };
    await refuseOwnNetns(plugin, request);
    return await dispatch(plugin, request);
  } catch (error) {
    return { exitCode: 1, stdout: json(asCniError(error).toObject(version)), stderr: '' };
  }
}

async function dispatch(plugin: Plugin, request: PluginRequest): Promise<PluginOutput> {
  switch (request.command) {
    case 'ADD':
      return printed(resultObject(await plugin.add(request), request.config.cniVersion));
    case 'DEL':
      await plugin.del(request);
      break;
    case 'CHECK':
      await plugin.check(request);
      break;
    case 'GC':
      await collect(plugin, request);
      break;
    case 'STATUS':
      await plugin.status?.(request);
      break;
    case 'VERSION':
      return printed(versionOutput(plugin.versions));
  }
  return { exitCode: 0, stdout: '', stderr: '' };
}

/** Errors: 1 when the configuration's version, or the plugin, is older than the command. */
function requireCommand(command: Command, version: string, supported: readonly string[]): void {
  const least = since[command];
  if (least !== undefined && !atLeast(version, least))
    throw new CniError(errorCodes.incompatibleVersion, `config version does not allow ${command}`);
  if (least !== undefined && !supported.some((known) => atLeast(known, version)))
    throw new CniError(errorCodes.incompatibleVersion, `plugin version does not allow ${command}`);
  requireVersion(version, supported);
}

async function refuseOwnNetns(plugin: Plugin, { command, netns, netnsOverride }: PluginRequest): Promise<void> {
  if (netnsOverride || netns === '' || (command !== 'ADD' && command !== 'DEL')) return;
  if (await plugin.isOwnNetns?.(netns))
    throw new CniError(errorCodes.invalidNetns, "plugin's netns and netns from CNI_NETNS should not be the same");
}

/**
 * What is valid comes under either name: an edition of the specification had the second, runtimes send both. Some send
 * neither; then nothing is known to be stale, and nothing goes.
 */
async function collect(plugin: Plugin, request: PluginRequest): Promise<void> {
  const keys = ['cni.dev/valid-attachments', 'cni.dev/attachments'];
  const key = keys.find((name) => request.config.raw[name] !== undefined);
  if (key === undefined) return;
  await plugin.gc?.({ ...request, valid: checked(AttachmentsSchema, request.config.raw[key], key) });
}

/** What ADD, or the plugin before this one, resulted in. Errors: 7 when the configuration has none. */
export function requirePrevious({ previous, command }: PluginRequest): Result {
  if (previous) return previous;
  throw new CniError(errorCodes.invalidConfig, `required prevResult missing: ${command} cannot do without it`);
}

/** Somebody started it by hand. */
function introduction({ about, versions }: Plugin): PluginOutput {
  return { exitCode: 0, stdout: '', stderr: `${about}\nCNI protocol versions supported: ${versions.join(', ')}\n` };
}

const printed = (object: object): PluginOutput => ({ exitCode: 0, stdout: json(object), stderr: '' });

const json = (object: object) => `${JSON.stringify(object, null, 4)}\n`;
