/** What ADD results in (CNI SPEC.md 1.1.0, section 5), in the newest version's shape: the only one in memory. */
import { z } from 'zod';
import { type Dns, DnsSchema, list } from './dns';
import { parseCidr, parseIp } from './ip';

export interface Interface {
  name: string;
  mac?: string | undefined;
  /** Bytes. */
  mtu?: number | undefined;
  /** Path of the network namespace; none for a device of the host. */
  sandbox?: string | undefined;
  /** Of a device that is a socket (vhost-user). */
  socketPath?: string | undefined;
  pciID?: string | undefined;
}

export interface IpConfig {
  /** Index into `interfaces`. */
  interface?: number | undefined;
  /** `10.1.0.5/16`. */
  address: string;
  gateway?: string | undefined;
}

/** `scope`, `table` and `priority` are the kernel's numbers (rtnetlink(7)); `mtu` and `advmss` are bytes. */
export interface Route {
  dst: string;
  gw?: string | undefined;
  mtu?: number | undefined;
  advmss?: number | undefined;
  priority?: number | undefined;
  table?: number | undefined;
  scope?: number | undefined;
}

export interface Result {
  interfaces: Interface[];
  ips: IpConfig[];
  routes: Route[];
  dns: Dns;
}

const text = z
  .string()
  .nullish()
  .transform((given) => (given === '' || given === null ? undefined : given));
const number = z
  .number()
  .int()
  .nullish()
  .transform((given) => given ?? undefined);

export const IpSchema = z.string().refine((given) => parseIp(given) !== null, { message: 'is no IP address' });
export const CidrSchema = z
  .string()
  .refine((given) => parseCidr(given) !== null, { message: 'is no address with a prefix length (10.1.0.5/16)' });
/** None when it is empty or null. */
export const OptionalIpSchema = text.pipe(IpSchema.optional());

export const RouteSchema: z.ZodType<Route> = z.object({
  dst: CidrSchema,
  gw: OptionalIpSchema,
  mtu: number,
  advmss: number,
  priority: number,
  table: number,
  scope: number,
});

const InterfaceSchema: z.ZodType<Interface> = z.object({
  name: z.string().default(''),
  mac: text,
  mtu: number,
  sandbox: text,
  socketPath: text,
  pciID: text,
});

const IpConfigSchema: z.ZodType<IpConfig> = z.object({
  interface: number,
  address: CidrSchema,
  gateway: OptionalIpSchema,
});

/** Of 0.3.0 and later. What a version does not have yet is not there, and nothing has been taken away but `ips.version`. */
export const ResultSchema: z.ZodType<Result> = z.object({
  interfaces: list(InterfaceSchema),
  ips: list(IpConfigSchema),
  routes: list(RouteSchema),
  dns: DnsSchema,
});

const Route02Schema = z.object({ dst: CidrSchema, gw: OptionalIpSchema });
const Ip02Schema = z.object({ ip: CidrSchema, gateway: OptionalIpSchema, routes: list(Route02Schema) }).nullish();

/** Of 0.1.0 and 0.2.0: at most one address of either family, each with its routes. */
export const Result02Schema = z.object({ ip4: Ip02Schema, ip6: Ip02Schema, dns: DnsSchema });
export type Result02 = z.infer<typeof Result02Schema>;
