/** The bandwidth plugin: limits what comes to a container and what leaves it (tc-tbf(8)), at the host's end of its cable. */
import { z } from 'zod';
import type { LinkInfo, NetworkNamespace, TokenBucket } from '../../kernel';
import { type Plugin, type PluginRequest, requirePrevious } from '../plugin';
import { CniError, checked, cniVersions, errorCodes, type Interface, type Result } from '../spec';
import { deleteLink, type Pair, requireLink, withOwn, withPair } from './common/namespaces';
import { hostDeviceName } from './common/tag';
import { type UndoStep, withUndo } from './common/undo';
import type { PluginHost } from './host';

const rate = z
  .number()
  .int()
  .min(0)
  .nullish()
  .transform((given) => given ?? 0);

/** Bits a second, and bits. */
const LimitsSchema = z.object({ ingressRate: rate, ingressBurst: rate, egressRate: rate, egressBurst: rate });

const BandwidthSchema = LimitsSchema.extend({
  runtimeConfig: z.object({ bandwidth: LimitsSchema.nullish() }).nullish(),
  shapedSubnets: z.array(z.string()).nullish(),
  unshapedSubnets: z.array(z.string()).nullish(),
});

/** How long a packet may wait in the queue. */
const latencySeconds = 0.025;
/** The kernel counts bytes in 32 bits. */
const maxBytes = 0xffffffff;

interface Limits {
  ingress: TokenBucket | null;
  egress: TokenBucket | null;
}

export function bandwidthPlugin(host: PluginHost): Plugin {
  return {
    versions: cniVersions,
    about: 'CNI bandwidth plugin (Underlay): limits the traffic of a container',
    async add(request) {
      const limits = limitsOf(request);
      const result = requirePrevious(request);
      if (!limits.ingress && !limits.egress) return result;
      return withPair(host, request.netns, (pair) =>
        withUndo(async (onFailure) => limit(pair, request, limits, result, onFailure)),
      );
    },
    // The host's end of the cable goes with the container's, and the limit on it.
    del: (request) => withOwn(host, (own) => deleteLink(own, ifbName(request))),
    async check(request) {
      const limits = limitsOf(request);
      const result = requirePrevious(request);
      await withPair(host, request.netns, (pair) => {
        if (limits.ingress) checkBucket(pair.own, hostEnd(pair, request, result), limits.ingress);
        if (limits.egress) checkBucket(pair.own, requireLink(pair.own, ifbName(request)), limits.egress);
      });
    },
  };
}

const ifbName = (request: PluginRequest) => hostDeviceName('bwp', request);

/** The runtime's limits count, and those of the configuration where it gives none. Errors: 7; 2 for subnets. */
function limitsOf({ config }: PluginRequest): Limits {
  const given = checked(BandwidthSchema, config.raw, 'bandwidth config');
  if ((given.shapedSubnets?.length ?? 0) + (given.unshapedSubnets?.length ?? 0) > 0)
    throw new CniError(errorCodes.unsupportedField, 'bandwidth: shapedSubnets and unshapedSubnets are not supported');
  const limits = given.runtimeConfig?.bandwidth ?? given;
  return {
    ingress: bucket('ingress', limits.ingressRate, limits.ingressBurst),
    egress: bucket('egress', limits.egressRate, limits.egressBurst),
  };
}

function bucket(direction: string, bits: number, burstBits: number): TokenBucket | null {
  const fail = (problem: string) => new CniError(errorCodes.invalidConfig, `${direction}: ${problem}`);
  if (bits === 0 && burstBits === 0) return null;
  if (bits === 0) throw fail('if burst is set, rate must also be set');
  if (burstBits === 0) throw fail('if rate is set, burst must also be set');
  const bytesPerSecond = Math.max(Math.floor(bits / 8), 1);
  const burstBytes = Math.floor(burstBits / 8);
  if (burstBytes > maxBytes) throw fail(`burst cannot be more than 4GB`);
  const limitBytes = Math.min(Math.floor(bytesPerSecond * latencySeconds) + burstBytes, maxBytes);
  return { bytesPerSecond, burstBytes, limitBytes };
}

function limit(
  pair: Pair,
  request: PluginRequest,
  limits: Limits,
  result: Result,
  onFailure: (step: UndoStep) => void,
): Result {
  const { own } = pair;
  const end = hostEnd(pair, request, result);
  // What goes out at the host's end is what comes in at the container's.
  if (limits.ingress) own.tokenBucketSet(end.index, limits.ingress);
  if (!limits.egress) return result;
  const name = ifbName(request);
  deleteLink(own, name);
  own.linkAdd({ kind: 'ifb', name, mtu: end.mtu, up: true });
  onFailure(() => deleteLink(own, name));
  const ifb = requireLink(own, name);
  own.tokenBucketSet(ifb.index, limits.egress);
  own.redirectIngress(end.index, ifb.index);
  const made: Interface = { name, mac: ifb.address, mtu: ifb.mtu };
  return { ...result, interfaces: [...result.interfaces, made] };
}

/** The host's end of the container's cable. Errors: 999 when it has none. */
function hostEnd({ own, box }: Pair, { ifname }: PluginRequest, result: Result): LinkInfo {
  const inside = requireLink(box, ifname);
  for (const { name, sandbox } of result.interfaces) {
    const link = sandbox === undefined ? own.link(name) : null;
    if (link?.kind === 'veth' && link.index === inside.link) return link;
  }
  throw new CniError(errorCodes.internal, `no device of the host in prevResult is the other end of ${ifname}`);
}

/** The kernel counts a burst in steps of time: what comes back is a little less exact. */
function checkBucket(own: NetworkNamespace, link: LinkInfo, wanted: TokenBucket): void {
  const found = own.qdiscs(link.index).find(({ parent }) => parent === 'root')?.tokenBucket;
  if (!found) throw new CniError(errorCodes.internal, `${link.name} has no token bucket filter`);
  const near = Math.abs(found.burstBytes - wanted.burstBytes) <= Math.max(wanted.burstBytes / 100, 64);
  if (found.bytesPerSecond !== wanted.bytesPerSecond || !near)
    throw new CniError(errorCodes.internal, `the limit of ${link.name} is not what it was set to`);
}
