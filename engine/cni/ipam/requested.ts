/** Addresses somebody asks for: by CNI_ARGS, by `args.cni.ips` of the configuration, by the capability `ips` (CONVENTIONS.md). */
import { z } from 'zod';
import type { PluginRequest } from '../plugin';
import { type CniArgs, CniError, checked, errorCodes, parseArgs } from '../spec';

const AskedSchema = z.object({
  args: z
    .object({ cni: z.object({ ips: z.array(z.string()).nullish() }).nullish() })
    .nullish()
    .transform((args) => args?.cni?.ips ?? []),
  runtimeConfig: z
    .object({ ips: z.array(z.string()).nullish() })
    .nullish()
    .transform((config) => config?.ips ?? []),
});

/** Of the configuration's arguments and of the capability. Errors: 7. */
export function askedFor({ config }: PluginRequest): { byArgs: string[]; byCapability: string[] } {
  const { args, runtimeConfig } = checked(AskedSchema, config.raw, 'network config');
  return { byArgs: args, byCapability: runtimeConfig };
}

/** CNI_ARGS. Errors: 4 for names that are not among `known`, unless IgnoreUnknown is set. */
export function knownArgs({ args }: PluginRequest, known: string[]): CniArgs {
  const pairs = parseArgs(args);
  const ignore = pairs.some(([name, value]) => name === 'IgnoreUnknown' && /^(1|t|true)$/i.test(value));
  const unknown = pairs.filter(([name]) => name !== 'IgnoreUnknown' && !known.includes(name));
  if (ignore || unknown.length === 0) return pairs;
  const names = unknown.map(([name, value]) => JSON.stringify(`${name}=${value}`)).join(' ');
  throw new CniError(errorCodes.invalidEnvironment, `ARGS: unknown args [${names}]`);
}

/** Before 0.3.0 a result held one address of either family. Errors: 7. */
export function requireRoomFor(families: Array<4 | 6>, cniVersion: string): void {
  if (!['0.1.0', '0.2.0'].includes(cniVersion) || new Set(families).size === families.length) return;
  throw new CniError(
    errorCodes.invalidConfig,
    `CNI version ${cniVersion} does not support more than 1 address per family`,
  );
}
