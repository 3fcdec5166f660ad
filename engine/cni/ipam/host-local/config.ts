/** What host-local is configured with. */
import { z } from 'zod';
import type { PluginRequest } from '../../plugin';
import { argOf, CniError, checked, errorCodes, type Ip, parseCidr, parseIp, type Route, RouteSchema } from '../../spec';
import { askedFor, knownArgs, requireRoomFor } from '../requested';
import { familyOf, type RangeConfig, type RangeSet, rangeSets } from './range';

const optionalText = z
  .string()
  .nullish()
  .transform((text) => text || undefined);

const RangeSchema: z.ZodType<RangeConfig> = z.object({
  subnet: z.string(),
  rangeStart: optionalText,
  rangeEnd: optionalText,
  gateway: optionalText,
});

const setsOf = (schema: z.ZodType<RangeConfig>) =>
  z
    .array(z.array(schema))
    .nullish()
    .transform((sets) => sets ?? []);

const PlaceSchema = z.object({
  ipam: z.object({ dataDir: optionalText }, { error: "IPAM config missing 'ipam' key" }),
});

const ConfigSchema = z.object({
  ipam: z.object({
    // A single range may stand in the configuration itself.
    subnet: optionalText,
    rangeStart: optionalText,
    rangeEnd: optionalText,
    gateway: optionalText,
    ranges: setsOf(RangeSchema),
    routes: z
      .array(RouteSchema)
      .nullish()
      .transform((routes) => routes ?? []),
    resolvConf: optionalText,
  }),
  runtimeConfig: z
    .object({ ipRanges: setsOf(RangeSchema) })
    .nullish()
    .transform((config) => config?.ipRanges ?? []),
});

export interface HostLocalConfig {
  sets: RangeSet[];
  routes: Route[];
  /** Path of a file as resolv.conf(5) describes it. */
  resolvConf: string | undefined;
  /** Addresses that were asked for; each has to lie in a set of its own. */
  requested: Ip[];
}

/** The directory of the network's leases: all that a DEL has to know. Errors: 7. */
export function leaseDirectory({ config }: PluginRequest): string {
  const { ipam } = checked(PlaceSchema, config.raw, 'network config');
  return `${ipam.dataDir ?? '/var/lib/cni/networks'}/${config.name}`;
}

/** Errors: 4 and 7. */
export function parseHostLocal(request: PluginRequest): HostLocalConfig {
  const { config } = request;
  const { ipam, runtimeConfig } = checked(ConfigSchema, config.raw, 'network config');
  const { subnet, ranges, routes, resolvConf, ...single } = ipam;
  const own = subnet === undefined ? ranges : [[{ ...single, subnet }], ...ranges];
  const sets = rangeSets([...runtimeConfig, ...own]);
  requireRoomFor(sets.map(familyOf), config.cniVersion);
  return { sets, routes, resolvConf, requested: requestedOf(request) };
}

function requestedOf(request: PluginRequest): Ip[] {
  const { byArgs, byCapability } = askedFor(request);
  const asked = argOf(knownArgs(request, ['IP']), 'IP');
  return [...(asked ? [asked] : []), ...byArgs, ...byCapability].map((text) => {
    const ip = parseIp(text) ?? parseCidr(text)?.ip;
    if (ip) return ip;
    throw new CniError(errorCodes.invalidConfig, `cannot understand ip: ${JSON.stringify(text)}`);
  });
}
