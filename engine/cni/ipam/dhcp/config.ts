/** What the `ipam` section says of DHCP: where the daemon listens, which options are sent and asked for. */
import { z } from 'zod';
import { argOf, CniError, checked, errorCodes, type JsonObject, parseArgs } from '../../spec';
import { addressBytes, type Options, optionCodes } from './message';

export const defaultSocket = '/run/cni/dhcp.sock';

const optionNames: Record<string, number> = {
  'subnet-mask': optionCodes.subnetMask,
  routers: optionCodes.router,
  'domain-name-servers': optionCodes.domainNameServer,
  'host-name': 12,
  'domain-name': optionCodes.domainName,
  'static-routes': optionCodes.staticRoute,
  'dhcp-requested-address': optionCodes.requestedAddress,
  'vendor-class-identifier': 60,
  'dhcp-client-identifier': optionCodes.clientIdentifier,
  'user-class': 77,
  'classless-static-routes': optionCodes.classlessRoutes,
};

/** What is asked for unless the configuration says otherwise. */
const wanted = [
  optionCodes.subnetMask,
  optionCodes.router,
  optionCodes.domainNameServer,
  optionCodes.domainName,
  optionCodes.staticRoute,
  optionCodes.classlessRoutes,
];

const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const ConfigSchema = z.object({
  ipam: z.object({
    daemonSocketPath: z
      .string()
      .nullish()
      .transform((path) => path || defaultSocket),
    request: list(z.object({ skipDefault: z.boolean().default(false), option: z.string().default('') })),
    provide: list(z.object({ option: z.string(), value: z.string().default(''), fromArg: z.string().default('') })),
  }),
});

export interface DhcpConfig {
  daemonSocket: string;
  /** Options of every message. */
  options: Options;
}

/** `clientId` names the container's interface to the server. Errors: 7. */
export function parseDhcp(config: JsonObject, args: string, clientId: string): DhcpConfig {
  const { ipam } = checked(ConfigSchema, config, 'network config');
  const skipDefault = ipam.request.some((request) => request.skipDefault);
  const asked = ipam.request.flatMap(({ option }) => (option === '' ? [] : [codeOf(option)]));
  const options: Options = new Map([
    [optionCodes.parameterRequestList, Uint8Array.from([...(skipDefault ? [] : wanted), ...asked])],
    // Type 0: not a hardware address (RFC 2132, section 9.14).
    [optionCodes.clientIdentifier, Uint8Array.from([0, ...new TextEncoder().encode(clientId)].slice(0, 255))],
  ]);
  const given = parseArgs(args);
  for (const { option, value, fromArg } of ipam.provide) {
    const content = (fromArg === '' ? undefined : argOf(given, fromArg)) ?? value;
    if (content !== '') options.set(codeOf(option), bytesOf(codeOf(option), content));
  }
  return { daemonSocket: ipam.daemonSocketPath, options };
}

/** A name or a number. */
function codeOf(option: string): number {
  const code = optionNames[option] ?? (/^\d{1,3}$/.test(option) ? Number(option) : 0);
  if (code > 0 && code < 255) return code;
  throw new CniError(errorCodes.invalidConfig, `unknown DHCP option ${JSON.stringify(option)}`);
}

function bytesOf(code: number, value: string): Uint8Array {
  if (code === optionCodes.requestedAddress) return addressBytes(value);
  const bytes = new TextEncoder().encode(value);
  if (bytes.length <= 255) return bytes;
  throw new CniError(errorCodes.invalidConfig, `value of DHCP option ${code} is longer than 255 bytes`);
}
