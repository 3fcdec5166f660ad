/**
 * Neighbours: which hardware address an IP address on the same link has (arp(7), RFC 826, RFC 4861). An entry is made
 * when somebody sends there; timers run only while somebody waits for an answer.
 */
import type { TimerHandle } from '../../sched/event-queue';
import type { IpAddress } from '../address/ip';
import type { Mac } from '../address/mac';
import type { NetDevice } from '../device/device';
import type { Packet } from '../packet/packet';

export type NeighbourState =
  | 'INCOMPLETE'
  | 'REACHABLE'
  | 'STALE'
  | 'DELAY'
  | 'PROBE'
  | 'FAILED'
  | 'PERMANENT'
  | 'NOARP';

const second = 1_000_000_000;
const retransNs = second;
const delayFirstProbeNs = 5 * second;
const reachableNs = 30 * second;
const multicastProbes = 3;
const unicastProbes = 3;
const maxQueue = 101;

export class Neighbour {
  mac: Mac | null = null;
  #state: NeighbourState = 'INCOMPLETE';
  #confirmed = 0;
  #probes = 0;
  #timer: TimerHandle | null = null;
  readonly #queue: Packet[] = [];

  constructor(
    readonly address: IpAddress,
    readonly device: NetDevice,
    private readonly table: NeighbourTable,
  ) {}

  get state(): NeighbourState {
    if (this.#state === 'REACHABLE' && this.#now > this.#confirmed + reachableNs) this.#state = 'STALE';
    return this.#state;
  }

  /** Sends the packet there, now or when the address is known. */
  send(packet: Packet): void {
    const { state } = this;
    if (state === 'STALE') this.#enter('DELAY', delayFirstProbeNs);
    if (this.mac !== null && state !== 'FAILED' && state !== 'INCOMPLETE') {
      this.table.transmit(this.device, packet, this.mac);
      return;
    }
    if (this.#queue.length >= maxQueue) this.#queue.shift();
    this.#queue.push(packet);
    if (state !== 'INCOMPLETE' || this.#timer === null) this.#begin();
  }

  /** An answer came. `solicited`: to a question of ours, so that it can be reached both ways. */
  learn(mac: Mac, solicited: boolean): void {
    if (this.#state === 'PERMANENT' || this.#state === 'NOARP') return;
    const isNew = this.mac !== mac;
    const before = this.state;
    this.mac = mac;
    if (solicited) this.confirm();
    else if (isNew || before === 'INCOMPLETE' || before === 'FAILED') this.#enter('STALE');
    this.#flush();
  }

  /** Something proved that it is there: an answer, or an acknowledgement in a protocol above. */
  confirm(): void {
    if (this.#state === 'PERMANENT' || this.#state === 'NOARP' || this.mac === null) return;
    this.#confirmed = this.#now;
    this.#enter('REACHABLE');
  }

  set(state: NeighbourState, mac: Mac | null): void {
    this.mac = mac;
    if (state === 'REACHABLE') this.#confirmed = this.#now;
    this.#enter(state);
    if (mac !== null && state !== 'FAILED' && state !== 'INCOMPLETE') this.#flush();
    if (state === 'PROBE') this.#begin();
  }

  drop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#queue.length = 0;
  }

  get #now(): number {
    return this.device.ns.network.kernel.now;
  }

  #begin(): void {
    this.#probes = 0;
    this.#enter('INCOMPLETE');
    this.#probe();
  }

  #enter(state: NeighbourState, timeout: number | null = null): void {
    this.#state = state;
    this.#timer?.cancel();
    this.#timer = timeout === null ? null : this.device.ns.network.kernel.after(timeout, () => this.#expired());
  }

  #probe(): void {
    this.#probes++;
    const target = this.#state === 'PROBE' ? this.mac : null;
    this.#enter(this.#state, retransNs);
    this.table.solicit(this.device, this.address, target, this.#queue[0] ?? null);
  }

  #expired(): void {
    this.#timer = null;
    if (this.#state === 'DELAY') {
      // Nobody confirmed it meanwhile: ask.
      this.#probes = 0;
      this.#state = 'PROBE';
      this.#probe();
    } else if (this.#probes < (this.#state === 'PROBE' ? unicastProbes : multicastProbes)) {
      this.#probe();
    } else {
      this.#enter('FAILED');
      this.mac = null;
      for (const packet of this.#queue.splice(0)) this.table.failed(this.device, packet);
    }
  }

  #flush(): void {
    const { mac } = this;
    if (mac === null) return;
    for (const packet of this.#queue.splice(0)) this.table.transmit(this.device, packet, mac);
  }
}

/** What the protocols do for the table: ask, send, report a failure. */
export interface NeighbourActions {
  solicit(device: NetDevice, address: IpAddress, mac: Mac | null, packet: Packet | null): void;
  transmit(device: NetDevice, packet: Packet, mac: Mac): void;
  failed(device: NetDevice, packet: Packet): void;
}

export class NeighbourTable {
  readonly #entries = new Map<NetDevice, Map<IpAddress, Neighbour>>();
  /** Published for proxies (`ip neigh add proxy`). */
  readonly proxies = new Map<NetDevice, Set<IpAddress>>();

  constructor(private readonly actions: NeighbourActions) {}

  find(device: NetDevice, address: IpAddress): Neighbour | undefined {
    return this.#entries.get(device)?.get(address);
  }

  take(device: NetDevice, address: IpAddress): Neighbour {
    let ofDevice = this.#entries.get(device);
    if (!ofDevice) {
      ofDevice = new Map();
      this.#entries.set(device, ofDevice);
    }
    let neighbour = ofDevice.get(address);
    if (!neighbour) {
      neighbour = new Neighbour(address, device, this);
      ofDevice.set(address, neighbour);
    }
    return neighbour;
  }

  delete(neighbour: Neighbour): void {
    neighbour.drop();
    this.#entries.get(neighbour.device)?.delete(neighbour.address);
  }

  /** The device went down, or away. Permanent entries stay over a loss of carrier only. */
  flush(device: NetDevice, family: 'all' | 4 | 6 = 'all'): void {
    for (const neighbour of [...(this.#entries.get(device)?.values() ?? [])]) {
      const isV4 = typeof neighbour.address === 'number';
      if (family === 'all' || (family === 4) === isV4) this.delete(neighbour);
    }
  }

  list(): Neighbour[] {
    return [...this.#entries.values()].flatMap((ofDevice) => [...ofDevice.values()]);
  }

  solicit(device: NetDevice, address: IpAddress, mac: Mac | null, packet: Packet | null): void {
    this.actions.solicit(device, address, mac, packet);
  }
  transmit(device: NetDevice, packet: Packet, mac: Mac): void {
    this.actions.transmit(device, packet, mac);
  }
  failed(device: NetDevice, packet: Packet): void {
    this.actions.failed(device, packet);
  }
}
