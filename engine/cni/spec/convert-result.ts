/** Results on the wire: every version's shape to and from the one in memory. */
import { dnsObject } from './dns';
import { CniError, errorCodes } from './error';
import { type Cidr, parseCidr } from './ip';
import { checked, decodeObject, type JsonObject } from './json';
import {
  type Interface,
  type IpConfig,
  type Result,
  type Result02,
  Result02Schema,
  ResultSchema,
  type Route,
} from './result';
import { atLeast, impliedVersion, isCniVersion } from './version';

/** Reads a plugin's output; `fallback` is its version when it does not say so. Errors: 1, 6. */
export function parseResultText(text: string, fallback: string = impliedVersion): Result {
  return parseResult(decodeObject(text, 'decoding a result'), fallback);
}

/** Errors: 1 when there is no such version, 6 with the field that is wrong. */
export function parseResult(object: JsonObject, fallback: string = impliedVersion): Result {
  const { cniVersion } = object;
  const version = typeof cniVersion === 'string' && cniVersion !== '' ? cniVersion : fallback;
  requireKnown(version);
  const subject = `result of version ${version}`;
  if (atLeast(version, '0.3.0')) return checked(ResultSchema, object, subject, errorCodes.decodingFailure);
  return fromResult02(checked(Result02Schema, object, subject, errorCodes.decodingFailure));
}

/**
 * As `version` writes it; what that version has no place for is left out.
 * Errors: 1 when there is no such version, 6 when a result of 0.1.0 or 0.2.0 would have no address.
 */
export function resultObject(result: Result, version: string): JsonObject {
  requireKnown(version);
  if (!atLeast(version, '0.3.0')) return toResult02(result, version);
  const { interfaces, ips, routes, dns } = result;
  return {
    cniVersion: version,
    ...(interfaces.length > 0 ? { interfaces: interfaces.map((given) => interfaceObject(given, version)) } : {}),
    ...(ips.length > 0 ? { ips: ips.map((given) => ipObject(given, version)) } : {}),
    ...(routes.length > 0 ? { routes: routes.map((given) => routeObject(given, version)) } : {}),
    dns: dnsObject(dns),
  };
}

function requireKnown(version: string): void {
  if (isCniVersion(version)) return;
  throw new CniError(errorCodes.incompatibleVersion, `unsupported CNI result version ${JSON.stringify(version)}`);
}

function interfaceObject({ name, mac, mtu, sandbox, socketPath, pciID }: Interface, version: string): JsonObject {
  return { name, ...given({ mac, sandbox }), ...(atLeast(version, '1.1.0') ? given({ mtu, socketPath, pciID }) : {}) };
}

function ipObject({ interface: index, address, gateway }: IpConfig, version: string): JsonObject {
  const family = atLeast(version, '1.0.0') ? undefined : String(cidrOf(address).ip.family);
  return given({ version: family, interface: index, address, gateway });
}

function routeObject({ dst, gw, ...since11 }: Route, version: string): JsonObject {
  return { dst, ...given({ gw }), ...(atLeast(version, '1.1.0') ? given(since11) : {}) };
}

function fromResult02({ ip4, ip6, dns }: Result02): Result {
  const both = [ip4, ip6].flatMap((ip) => (ip ? [ip] : []));
  return {
    interfaces: [],
    ips: both.map(({ ip, gateway }) => ({ address: ip, gateway })),
    routes: both.flatMap(({ routes }) => routes),
    dns,
  };
}

function toResult02({ ips, routes, dns }: Result, version: string): JsonObject {
  const ofFamily = (family: 4 | 6): JsonObject | undefined => {
    const first = ips.find(({ address }) => cidrOf(address).ip.family === family);
    if (!first) return undefined;
    const own = routes.filter(({ dst }) => cidrOf(dst).ip.family === family);
    return {
      ip: first.address,
      ...given({ gateway: first.gateway }),
      ...(own.length > 0 ? { routes: own.map((route) => routeObject(route, version)) } : {}),
    };
  };
  const addresses = given({ ip4: ofFamily(4), ip6: ofFamily(6) });
  if (Object.keys(addresses).length === 0)
    throw new CniError(
      errorCodes.decodingFailure,
      `cannot convert: a result of version ${version} needs an IP address`,
    );
  return { cniVersion: version, ...addresses, dns: dnsObject(dns) };
}

/** Without the fields that are undefined. */
function given(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr) return cidr;
  throw new CniError(errorCodes.decodingFailure, `${JSON.stringify(text)} is no address with a prefix length`);
}
