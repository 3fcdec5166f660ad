/** static: the addresses that are configured or asked for, as they are. Behaviour as of containernetworking/plugins'. */
import { z } from 'zod';
import { type Plugin, type PluginRequest, requirePrevious } from '../plugin';
import {
  argOf,
  type Cidr,
  CniError,
  checked,
  cniVersions,
  contains,
  DnsSchema,
  errorCodes,
  formatCidr,
  formatIp,
  type Ip,
  parseCidr,
  parseIp,
  type Result,
  RouteSchema,
} from '../spec';
import { askedFor, knownArgs, requireRoomFor } from './requested';

const ConfigSchema = z.object({
  ipam: z.object(
    {
      addresses: z
        .array(
          z.object({
            address: z.string(),
            gateway: z
              .string()
              .nullish()
              .transform((text) => text || undefined),
          }),
        )
        .nullish()
        .transform((addresses) => addresses ?? []),
      routes: z
        .array(RouteSchema)
        .nullish()
        .transform((routes) => routes ?? []),
      dns: DnsSchema,
    },
    { error: "IPAM config missing 'ipam' key" },
  ),
});

interface Address {
  cidr: Cidr;
  gateway: Ip | undefined;
}

export const staticIpam: Plugin = {
  versions: cniVersions,
  about: 'CNI plugin static',
  add: resultOf,
  // Nothing was reserved.
  del() {},
  check(request) {
    const { ips } = requirePrevious(request);
    for (const wanted of resultOf(request).ips) {
      const found = ips.find(({ address }) => sameAddress(address, wanted.address));
      if (!found)
        throw new CniError(
          errorCodes.unknownContainer,
          `static: Failed to find address ${wanted.address} in the result`,
        );
      if (wanted.gateway !== undefined && wanted.gateway !== found.gateway)
        throw new CniError(
          errorCodes.unknownContainer,
          `static: Failed to match addr ${wanted.address} on interface ${request.ifname}: gateway ${found.gateway ?? 'none'}`,
        );
    }
  },
  gc() {},
  status() {},
};

/** Errors: 4 and 7. */
function resultOf(request: PluginRequest): Result {
  const { ipam } = checked(ConfigSchema, request.config.raw, 'network config');
  const addresses = withArgs(request, addressesOf(request, ipam.addresses));
  requireRoomFor(
    addresses.map(({ cidr }) => cidr.ip.family),
    request.config.cniVersion,
  );
  return {
    interfaces: [],
    ips: addresses.map(({ cidr, gateway }) => ({
      address: formatCidr(cidr),
      ...(gateway ? { gateway: formatIp(gateway) } : {}),
    })),
    routes: ipam.routes,
    dns: ipam.dns,
  };
}

/** The capability's take the place of the arguments', and these of the configured ones. */
function addressesOf(request: PluginRequest, configured: Array<{ address: string; gateway: string | undefined }>) {
  const { byArgs, byCapability } = askedFor(request);
  const asked = byCapability.length > 0 ? byCapability : byArgs;
  if (asked.length > 0) return asked.map((address) => addressOf(address, undefined));
  return configured.map(({ address, gateway }) => addressOf(address, gateway));
}

/** IP adds addresses; GATEWAY is the gateway of those in whose network it lies. */
function withArgs(request: PluginRequest, addresses: Address[]): Address[] {
  const args = knownArgs(request, ['IP', 'GATEWAY']);
  const several = (name: string) => (argOf(args, name) || undefined)?.split(',').map((item) => item.trim()) ?? [];
  const all = [...addresses, ...several('IP').map((address) => addressOf(address, undefined, 'ip'))];
  return several('GATEWAY')
    .map(gatewayOf)
    .reduce<Address[]>(
      (so, gateway) => so.map((address) => (contains(address.cidr, gateway) ? { ...address, gateway } : address)),
      all,
    );
}

/** `field` is where it comes from. */
function addressOf(text: string, gateway: string | undefined, field = 'address'): Address {
  const cidr = parseCidr(text);
  if (cidr) return { cidr, gateway: gateway === undefined ? undefined : gatewayOf(gateway) };
  throw new CniError(
    errorCodes.invalidConfig,
    `the '${field}' field is expected to be in CIDR notation, got: '${text}'`,
  );
}

function gatewayOf(text: string): Ip {
  const ip = parseIp(text);
  if (ip) return ip;
  throw new CniError(errorCodes.invalidConfig, `invalid gateway address: ${text}`);
}

function sameAddress(a: string, b: string): boolean {
  const [left, right] = [parseCidr(a), parseCidr(b)];
  return left !== null && right !== null && formatCidr(left) === formatCidr(right);
}
