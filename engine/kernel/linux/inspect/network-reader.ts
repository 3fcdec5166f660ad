/** The network of one network namespace: a socket of each kind in it, asked whenever the kernel says that it changed. */
import type { Address, NetDevice, NsId, Route, Socket } from '../../../state';
import { KernelError } from '../../port';
import type { EventLoop, Registration } from '../events/epoll';
import { EPOLLIN } from '../syscall';
import { inNamespace } from './enter';
import { decodeAddress, RTM_GETADDR, RTM_NEWADDR } from './netlink/address';
import { decodeLink, type LinkMessage, RTM_GETLINK, RTM_NEWLINK } from './netlink/link';
import { decodeForwarding, netconfRequest, RTM_GETNETCONF, RTM_NEWNETCONF } from './netlink/netconf';
import { decodeNsid, nsidRequest, RTM_GETNSID, RTM_NEWNSID } from './netlink/nsid';
import { ask, dump } from './netlink/request';
import { decodeRoute, RTM_GETROUTE, RTM_NEWROUTE } from './netlink/route';
import {
  anyState,
  decodeInetSocket,
  decodeUnixSocket,
  inetRequest,
  onlyListening,
  SOCK_DIAG_BY_FAMILY,
  unixRequest,
} from './netlink/sock-diag';
import { NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_SOCK_DIAG, NetlinkSocket } from './netlink/socket';
import { readWhole } from './raw-file';

/** linux/rtnetlink.h RTNLGRP_...: link, IPv4 address and route and netconf, IPv6 address and route, nsid. */
const routeGroups = [1, 5, 7, 24, 9, 11, 28];
/** linux/netfilter/nfnetlink.h */
const NFNLGRP_NFTABLES = 7;
const NFT_MSG_GETTABLE = (10 << 8) | 1;
const maxSockets = 1000;

export interface NetworkContent {
  links: LinkMessage[];
  addresses: Record<string, Address>;
  routes: Record<string, Route>;
  ipForward: boolean | undefined;
}

export class NetworkReader {
  networkDirty = true;
  rulesDirty = true;
  content: NetworkContent = { links: [], addresses: {}, routes: {}, ipForward: undefined };
  readonly #route: NetlinkSocket;
  readonly #diag: NetlinkSocket | null;
  readonly #netfilter: NetlinkSocket | null;
  readonly #registrations: Registration[] = [];
  readonly #heard: () => void;
  readonly #heardRules: () => void;

  /**
   * Opens the sockets in the namespace `path` leads to; they keep it alive until `dispose`.
   * Errors: ENOENT, ESRCH when it is gone, EPERM.
   */
  constructor(
    readonly ns: NsId,
    path: string,
    events: EventLoop,
    changed: () => void,
  ) {
    this.#heard = () => {
      this.networkDirty = true;
      changed();
    };
    this.#heardRules = () => {
      this.rulesDirty = true;
      changed();
    };
    const sockets = inNamespace('net', path, () => ({
      route: new NetlinkSocket(NETLINK_ROUTE),
      diag: optional(() => new NetlinkSocket(NETLINK_SOCK_DIAG)),
      netfilter: optional(() => new NetlinkSocket(NETLINK_NETFILTER)),
    }));
    this.#route = sockets.route;
    this.#diag = sockets.diag;
    this.#netfilter = sockets.netfilter;
    for (const group of routeGroups) optional(() => this.#route.join(group));
    optional(() => this.#netfilter?.join(NFNLGRP_NFTABLES));
    this.#follow(events, this.#route, this.#heard);
    if (this.#netfilter) this.#follow(events, this.#netfilter, this.#heardRules);
  }

  /** Asks for devices, addresses and routes. */
  refresh(): void {
    this.networkDirty = false;
    const general = Buffer.alloc(16);
    const answers = (type: number, wanted: number) =>
      dump(this.#route, type, general, this.#heard).filter((answer) => answer.type === wanted);
    const addresses: Record<string, Address> = {};
    for (const { payload } of answers(RTM_GETADDR, RTM_NEWADDR)) {
      const address = decodeAddress(payload, this.ns);
      if (address) addresses[`${this.ns}/${address.device}/${address.cidr}`] = address;
    }
    const routes: Record<string, Route> = {};
    for (const { payload } of answers(RTM_GETROUTE, RTM_NEWROUTE)) {
      const route = decodeRoute(payload, this.ns);
      if (route) routes[routeKey(route)] = route;
    }
    const forwarding = ask(this.#route, RTM_GETNETCONF, netconfRequest(), this.#heard);
    this.content = {
      links: answers(RTM_GETLINK, RTM_NEWLINK).flatMap(({ payload }) => decodeLink(payload) ?? []),
      addresses,
      routes,
      ipForward: forwarding?.type === RTM_NEWNETCONF ? (decodeForwarding(forwarding.payload) ?? undefined) : undefined,
    };
  }

  /** The number this namespace has for the one `fd` refers to; null when nothing links them. */
  numberOf(fd: number): number | null {
    const answer = ask(this.#route, RTM_GETNSID, nsidRequest(fd), this.#heard);
    return answer?.type === RTM_NEWNSID ? decodeNsid(answer.payload) : null;
  }

  /** `member` is a process in the namespace, if there is one: it tells whether there is more than listening sockets. */
  sockets(member: number | undefined): Record<string, Socket> {
    const found: Socket[] = [];
    if (this.#diag) {
      const counts = member === undefined ? null : socketCounts(member);
      const listening = this.#inet('tcp', onlyListening);
      // All states take a walk through the machine's whole table of connections, which costs milliseconds.
      const connected = counts && counts.tcp > listening.length;
      found.push(...(connected ? this.#inet('tcp', anyState) : listening));
      if (!counts || counts.udp > 0) found.push(...this.#inet('udp', anyState));
      for (const { payload } of dump(this.#diag, SOCK_DIAG_BY_FAMILY, unixRequest(), ignore)) {
        const socket = decodeUnixSocket(payload, this.ns);
        if (socket) found.push(socket);
      }
    }
    return Object.fromEntries(
      found.slice(0, maxSockets).map((socket) => [`${this.ns}/${socket.protocol}/${socket.inode}`, socket]),
    );
  }

  /** Whether there is any table of nf_tables: asking is much cheaper than running nft(8). */
  hasTables(): boolean {
    // struct nfgenmsg: any family, version 0.
    return (
      this.#netfilter !== null && dump(this.#netfilter, NFT_MSG_GETTABLE, Buffer.alloc(4), this.#heardRules).length > 0
    );
  }

  dispose(): void {
    for (const registration of this.#registrations) registration.dispose();
    this.#route.close();
    this.#diag?.close();
    this.#netfilter?.close();
  }

  #inet(protocol: 'tcp' | 'udp', states: number): Socket[] {
    const { ns } = this;
    return (['ipv4', 'ipv6'] as const).flatMap((family) =>
      this.#diag
        ? dump(this.#diag, SOCK_DIAG_BY_FAMILY, inetRequest(family, protocol, states), ignore)
            .flatMap(({ payload }) => decodeInetSocket(payload, protocol, ns) ?? [])
            // Connections that only wait for their time to run out have no socket any more.
            .filter(({ inode }) => inode !== 0)
        : [],
    );
  }

  #follow(events: EventLoop, socket: NetlinkSocket, heard: () => void): void {
    const drain = () => {
      try {
        while (socket.receive());
      } catch (error) {
        // ENOBUFS: some were lost, and all we take from them is that something changed.
        if (!(error instanceof KernelError)) throw error;
      }
      heard();
    };
    this.#registrations.push(events.add(socket.fd, EPOLLIN, drain, { background: true }));
  }
}

function routeKey(route: Route): string {
  return `${route.ns}/${route.table}/${route.destination}/${route.gateway ?? route.device}/${route.metric}`;
}

/** `/proc/PID/net/sockstat` and its IPv6 sibling: sockets in use in the namespace. */
function socketCounts(member: number): { tcp: number; udp: number } | null {
  const text = readWhole(`/proc/${member}/net/sockstat`);
  if (text === null) return null;
  const all = text + (readWhole(`/proc/${member}/net/sockstat6`) ?? '');
  const sum = (pattern: RegExp) => [...all.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
  return { tcp: sum(/^TCP6?: inuse (\d+)/gm), udp: sum(/^UDP6?: inuse (\d+)/gm) };
}

/** Null where the kernel or its configuration lacks it. */
function optional<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof KernelError) return null;
    throw error;
  }
}

function ignore(): void {}

/** Devices with their link's other end resolved by `peerOf`. */
export function devicesOf(reader: NetworkReader, peerOf: (netnsId: number) => NsId | null): Record<string, NetDevice> {
  return Object.fromEntries(
    reader.content.links.map(({ link, ...device }) => {
      const ns = link === null ? null : link.netnsId === null ? reader.ns : peerOf(link.netnsId);
      return [
        `${reader.ns}/${device.index}`,
        { ns: reader.ns, ...device, link: link === null ? null : { ns, index: link.index } },
      ];
    }),
  );
}
