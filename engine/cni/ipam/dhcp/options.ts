/** What a lease says of the network (RFC 2132; RFC 3442 for option 121). */
import { type Dns, emptyDns, type Result, type Route } from '../../spec';
import { addressText, type Options, optionCodes } from './message';

/** The result of an ADD; `address` is the one that was leased. */
export function resultOf(address: string, options: Options): Result {
  const [router] = addresses(options, optionCodes.router);
  return {
    interfaces: [],
    ips: [{ address: `${address}/${prefixOf(options)}`, ...(router ? { gateway: router } : {}) }],
    routes: routesOf(options, router),
    dns: dnsOf(options),
  };
}

function routesOf(options: Options, router: string | undefined): Route[] {
  const classless = options.get(optionCodes.classlessRoutes);
  // Who understands these has to ignore the other two.
  if (classless) return classlessRoutes(classless);
  const pairs = addresses(options, optionCodes.staticRoute);
  const routes = pairs.flatMap((destination, at) => {
    const gw = pairs[at + 1];
    return at % 2 === 0 && gw ? [{ dst: `${destination}/${classOf(destination)}`, gw }] : [];
  });
  return router ? [...routes, { dst: '0.0.0.0/0', gw: router }] : routes;
}

/** Length of the prefix, only its significant bytes, the router. */
function classlessRoutes(bytes: Uint8Array): Route[] {
  const routes: Route[] = [];
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at++] ?? 0;
    const significant = Math.ceil(prefix / 8);
    if (prefix > 32 || at + significant + 4 > bytes.length) return routes;
    const network = new Uint8Array(4);
    network.set(bytes.subarray(at, at + significant));
    at += significant;
    routes.push({ dst: `${addressText(network)}/${prefix}`, gw: addressText(bytes.subarray(at, at + 4)) });
    at += 4;
  }
  return routes;
}

function dnsOf(options: Options): Dns {
  const domain = options.get(optionCodes.domainName);
  return {
    ...emptyDns(),
    nameservers: addresses(options, optionCodes.domainNameServer),
    domain: domain ? new TextDecoder().decode(domain).replace(/\0+$/, '') : '',
  };
}

/** A server that names no mask means a single address. */
function prefixOf(options: Options): number {
  const mask = options.get(optionCodes.subnetMask);
  if (!mask) return 32;
  return Array.from(mask, (byte) => byte.toString(2).replaceAll('0', '').length).reduce((sum, bits) => sum + bits, 0);
}

/** Option 33 is older than prefix lengths: the class of a network says how long. */
function classOf(address: string): number {
  const first = Number(address.split('.')[0]);
  if (first < 128) return 8;
  return first < 192 ? 16 : 24;
}

function addresses(options: Options, code: number): string[] {
  const bytes = options.get(code) ?? new Uint8Array();
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) =>
    addressText(bytes.subarray(at * 4, at * 4 + 4)),
  );
}
