/** Keeps the leases of containers: a plugin ends, a lease has to be renewed. */
import { KernelError, type Networks, type PacketSockets } from '../../../kernel';
import { decodeObject, type Result } from '../../spec';
import { DhcpClient, type Lease, type Timers } from './client';
import { parseDhcp } from './config';
import type { Options } from './message';
import { resultOf } from './options';

/** What the daemon is asked: an interface, and the configuration of its network. */
export interface LeaseRequest {
  containerId: string;
  netns: string;
  ifname: string;
  args: string;
  /** The text of the configuration. */
  config: string;
}

export interface DaemonOptions {
  packets: PacketSockets;
  networks: Networks;
  timers: Timers;
  /** 32 bits that nobody can guess. */
  random: () => number;
  /** Told what nobody waits for: a lease that was lost. */
  log: (line: string) => void;
}

interface Held {
  lease: Lease;
  callOff: () => void;
}

/** Never sooner than this, however short the rest of a lease is (RFC 2131, section 4.4.5). */
const soonestRetry = 60_000;

export class DhcpDaemon {
  private readonly held = new Map<string, Promise<Held>>();

  constructor(private readonly options: DaemonOptions) {}

  /** Asks a server, or tells what is held already. Errors: 11 when there is no lease to be had. */
  async allocate(request: LeaseRequest): Promise<Result> {
    const id = idOf(request);
    const pending = this.held.get(id) ?? this.acquire(id, request);
    this.held.set(id, pending);
    try {
      const { lease } = await pending;
      return resultOf(lease.address, lease.options);
    } catch (error) {
      this.held.delete(id);
      throw error;
    }
  }

  /** Gives the lease back; nothing happens when there is none. */
  async release(request: LeaseRequest): Promise<void> {
    const id = idOf(request);
    const held = await this.held.get(id)?.catch(() => undefined);
    this.held.delete(id);
    if (!held) return;
    held.callOff();
    try {
      await this.talk(request, optionsOf(id, request), async (client) => client.release(held.lease));
    } catch (error) {
      // The interface is gone already; the lease ends by itself.
      if (!(error instanceof KernelError)) throw error;
    }
  }

  /** Renews nothing any more. */
  async dispose(): Promise<void> {
    const all = [...this.held.values()];
    this.held.clear();
    for (const held of await Promise.allSettled(all)) if (held.status === 'fulfilled') held.value.callOff();
  }

  private async acquire(id: string, request: LeaseRequest): Promise<Held> {
    const options = optionsOf(id, request);
    this.setUp(request, true);
    const lease = await this.talk(request, options, (client) => client.acquire());
    return this.keep(id, request, lease);
  }

  private keep(id: string, request: LeaseRequest, lease: Lease): Held {
    const held: Held = { lease, callOff: () => {} };
    this.schedule(id, request, held, lease.renewIn, lease.expiresIn - lease.renewIn);
    return held;
  }

  /** After `wait` it is renewed; `rest` is what is left of it then. */
  private schedule(id: string, request: LeaseRequest, held: Held, wait: number, rest: number): void {
    held.callOff = this.options.timers.after(wait, () => {
      void this.renew(id, request, held, rest);
    });
  }

  private async renew(id: string, request: LeaseRequest, held: Held, rest: number): Promise<void> {
    try {
      const options = optionsOf(id, request);
      const lease = await this.talk(request, options, (client) => client.renew(held.lease.address));
      if (!this.held.has(id)) return;
      held.lease = lease;
      this.schedule(id, request, held, lease.renewIn, lease.expiresIn - lease.renewIn);
    } catch (error) {
      if (!this.held.has(id)) return;
      const gone = error instanceof KernelError && ['ENOENT', 'ENODEV'].includes(error.code);
      if (gone || rest <= 0) this.lose(id, request, held, error);
      else {
        const wait = Math.min(rest, Math.max(rest / 2, soonestRetry));
        this.schedule(id, request, held, wait, rest - wait);
      }
    }
  }

  /** Who has no lease must not use the address (section 4.4.5): the interface goes down. */
  private lose(id: string, request: LeaseRequest, held: Held, error: unknown): void {
    this.held.delete(id);
    this.options.log(`${id}: lost ${held.lease.address}: ${error instanceof Error ? error.message : String(error)}`);
    try {
      this.setUp(request, false);
    } catch {
      // There is none any more.
    }
  }

  /** The socket would keep a namespace alive: it is there for one conversation. */
  private async talk<T>(request: LeaseRequest, options: Options, work: (client: DhcpClient) => Promise<T>): Promise<T> {
    const { packets, timers, random } = this.options;
    const socket = packets.openPacketSocket(request.netns, request.ifname);
    try {
      return await work(new DhcpClient(socket, options, timers, random));
    } finally {
      socket.dispose();
    }
  }

  private setUp({ netns, ifname }: LeaseRequest, up: boolean): void {
    const network = this.options.networks.openNetwork(netns);
    try {
      const link = network.link(ifname);
      if (!link) throw new KernelError('ENODEV', 'dhcp', ifname);
      network.linkSet(link.index, { up });
    } finally {
      network.close();
    }
  }
}

const networkOf = ({ config }: LeaseRequest) => decodeObject(config, 'network config');

const idOf = (request: LeaseRequest) =>
  `${request.containerId}/${String(networkOf(request).name ?? '')}/${request.ifname}`;

const optionsOf = (id: string, request: LeaseRequest): Options =>
  parseDhcp(networkOf(request), request.args, id).options;
