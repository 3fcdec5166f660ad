/**
 * The places packets pass (netfilter), and in which order what is there: chains by their priority, connection tracking
 * at -200, address translation at -100 and 100. Made anew when the rules change; a namespace without rules skips it.
 */
import { setupNat, translate } from '../conntrack/nat';
import type { NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';
import type { NetNamespace } from '../types';
import type { HookContext } from './context';
import { type EvaluatedChain, evaluateChain } from './evaluate';
import type { NftFamily, NftHook, NftTable } from './ruleset';
import { usesConntrack } from './uses';

type Step = (context: HookContext) => boolean;

interface Placed {
  priority: number;
  step: Step;
}

const trackPriority = -200;
const hooks: readonly NftHook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];
/** Where destinations are rewritten, and where sources are. */
const manipulations = {
  prerouting: 'destination',
  output: 'destination',
  postrouting: 'source',
  input: 'source',
} as const;

export class Netfilter {
  isActive = false;
  hasNetdev = false;
  #v4 = new Map<NftHook, Step[]>();
  #v6 = new Map<NftHook, Step[]>();
  #bridge = new Map<NftHook, Step[]>();
  #arp = new Map<NftHook, Step[]>();
  #netdev: Array<EvaluatedChain> = [];

  constructor(private readonly ns: NetNamespace) {}

  /** After every change of the rules. */
  rebuild(tables: readonly NftTable[]): void {
    this.#v4 = this.#planIp(tables, 'ip');
    this.#v6 = this.#planIp(tables, 'ip6');
    this.#bridge = plan(chainsOf(tables, ['bridge']));
    this.#arp = plan(chainsOf(tables, ['arp']));
    this.#netdev = chainsOf(tables, ['netdev']);
    this.hasNetdev = this.#netdev.length > 0;
    this.isActive = this.#v4.size + this.#v6.size + this.#bridge.size + this.#arp.size > 0;
  }

  /** False: the packet goes no further. */
  ip(hook: NftHook, packet: Packet, input: NetDevice | null, output: NetDevice | null): boolean {
    if (!packet.ip) return true;
    const isV4 = typeof packet.ip.source === 'number';
    return this.#run(isV4 ? this.#v4 : this.#v6, isV4 ? 'ip' : 'ip6', hook, packet, input, output);
  }

  arp(hook: 'input' | 'output', device: NetDevice, packet: Packet): boolean {
    if (this.#arp.size === 0) return true;
    return this.#run(
      this.#arp,
      'arp',
      hook,
      packet,
      hook === 'input' ? device : null,
      hook === 'output' ? device : null,
    );
  }

  netdev(hook: 'ingress' | 'egress', device: NetDevice, packet: Packet): boolean {
    for (const chain of this.#netdev) {
      if (chain.chain.base?.hook !== hook || chain.chain.base.device !== device.name) continue;
      const context: HookContext = {
        ns: this.ns,
        family: 'netdev',
        hook,
        packet,
        input: hook === 'ingress' ? device : null,
        output: hook === 'egress' ? device : null,
      };
      if (evaluateChain(context, chain) === 'drop') return this.#dropped(context);
    }
    return true;
  }

  // On a bridge: its own chains, then those of IP, if bridge-nf-call-iptables says so (br_netfilter).

  bridgePrerouting(bridge: NetDevice, port: NetDevice, packet: Packet): boolean {
    if (!this.#run(this.#bridge, 'bridge', 'prerouting', packet, port, null)) return false;
    if (!this.#callsIp(packet) || !packet.ip) return true;
    const { destination } = packet.ip;
    if (!this.ip('prerouting', packet, bridge, null)) return false;
    packet.prerouted = true;
    // With another destination it is the machine's to send on.
    if (packet.ip.destination !== destination) packet.ethernet = { ...packet.ethernet, destination: bridge.mac };
    return true;
  }

  bridgeForward(bridge: NetDevice, port: NetDevice, out: NetDevice, packet: Packet): boolean {
    if (!this.#run(this.#bridge, 'bridge', 'forward', packet, port, out)) return false;
    return !this.#callsIp(packet) || this.ip('forward', packet, bridge, bridge);
  }

  bridgeOut(bridge: NetDevice, out: NetDevice, packet: Packet, isOwn: boolean): boolean {
    if (isOwn && !this.#run(this.#bridge, 'bridge', 'output', packet, bridge, out)) return false;
    if (!this.#run(this.#bridge, 'bridge', 'postrouting', packet, packet.bridgePort, out)) return false;
    return isOwn || !this.#callsIp(packet) || this.ip('postrouting', packet, null, bridge);
  }

  bridgeInput(bridge: NetDevice, packet: Packet): boolean {
    return this.#run(this.#bridge, 'bridge', 'input', packet, packet.bridgePort, bridge);
  }

  #callsIp({ ip }: Packet): boolean {
    if (!ip) return false;
    const isV4 = typeof ip.source === 'number';
    if ((isV4 ? this.#v4 : this.#v6).size === 0) return false;
    return this.ns.sysctl.number(isV4 ? 'bridge/bridge-nf-call-iptables' : 'bridge/bridge-nf-call-ip6tables') !== 0;
  }

  #run(
    planned: ReadonlyMap<NftHook, Step[]>,
    family: NftFamily,
    hook: NftHook,
    packet: Packet,
    input: NetDevice | null,
    output: NetDevice | null,
  ): boolean {
    const steps = planned.get(hook);
    if (!steps) return true;
    const context: HookContext = { ns: this.ns, family, hook, packet, input, output };
    for (const step of steps) if (!step(context)) return this.#dropped(context);
    return true;
  }

  #dropped({ packet, input, output, hook }: HookContext): false {
    this.ns.network.trace.hop(packet, this.ns, output ?? input, 'drop', { reason: `packet filter at ${hook}` });
    return false;
  }

  #planIp(tables: readonly NftTable[], family: 'ip' | 'ip6'): Map<NftHook, Step[]> {
    const chains = chainsOf(tables, [family, 'inet']);
    const natChains = chains.filter(({ chain }) => chain.base?.type === 'nat');
    const isTracking =
      natChains.length > 0 ||
      tables.some((table) => (table.family === family || table.family === 'inet') && usesConntrack(table));
    const planned = new Map<NftHook, Step[]>();
    for (const hook of hooks) {
      const steps = placed(chains.filter(({ chain }) => chain.base?.hook === hook && chain.base.type !== 'nat'));
      if (isTracking) steps.push(...this.#tracking(hook));
      if (natChains.length > 0 && hook !== 'forward' && hook !== 'ingress' && hook !== 'egress') {
        steps.push(
          this.#translation(
            hook,
            natChains.filter(({ chain }) => chain.base?.hook === hook),
          ),
        );
      }
      if (steps.length > 0)
        planned.set(
          hook,
          steps.sort((a, b) => a.priority - b.priority).map(({ step }) => step),
        );
    }
    return planned;
  }

  #tracking(hook: NftHook): Placed[] {
    if (hook === 'prerouting' || hook === 'output') {
      const step: Step = ({ packet }) => {
        this.ns.conntrack.track(packet);
        return true;
      };
      return [{ priority: trackPriority, step }];
    }
    if (hook !== 'postrouting' && hook !== 'input') return [];
    const confirm: Step = ({ packet }) =>
      packet.connection === null || packet.state === 'related' || this.ns.conntrack.confirm(packet.connection);
    return [{ priority: Number.MAX_SAFE_INTEGER, step: confirm }];
  }

  #translation(hook: 'prerouting' | 'input' | 'output' | 'postrouting', chains: readonly EvaluatedChain[]): Placed {
    const what = manipulations[hook];
    const sorted = [...chains].sort((a, b) => (a.chain.base?.priority ?? 0) - (b.chain.base?.priority ?? 0));
    const isDone = what === 'source' ? ('sourceDone' as const) : ('destinationDone' as const);
    const step: Step = (context) => {
      const { packet } = context;
      const { connection } = packet;
      if (!connection || packet.state === 'untracked') return true;
      if (packet.state === 'new' && !connection.confirmed && !connection[isDone]) {
        for (const chain of sorted) {
          if (evaluateChain(context, chain) === 'drop') return false;
          if (connection[isDone]) break;
        }
        if (!connection[isDone] && !setupNat(this.ns, connection, what, null)) return false;
      }
      const rewrite = translate(packet, what);
      if (rewrite) this.ns.network.trace.hop(packet, this.ns, context.output ?? context.input, hook, { rewrite });
      return true;
    };
    return { priority: what === 'source' ? 100 : -100, step };
  }
}

function chainsOf(tables: readonly NftTable[], families: readonly NftFamily[]): EvaluatedChain[] {
  return tables
    .filter((table) => families.includes(table.family) && !table.dormant)
    .flatMap((table) =>
      [...table.chains.values()].filter(({ base }) => base !== null).map((chain) => ({ table, chain })),
    );
}

function placed(chains: readonly EvaluatedChain[]): Placed[] {
  return chains.map((chain) => ({
    priority: chain.chain.base?.priority ?? 0,
    step: (context) => evaluateChain(context, chain) === 'accept',
  }));
}

function plan(chains: readonly EvaluatedChain[]): Map<NftHook, Step[]> {
  const planned = new Map<NftHook, Step[]>();
  for (const hook of hooks) {
    const here = placed(chains.filter(({ chain }) => chain.base?.hook === hook)).sort(
      (a, b) => a.priority - b.priority,
    );
    if (here.length > 0)
      planned.set(
        hook,
        here.map(({ step }) => step),
      );
  }
  return planned;
}
