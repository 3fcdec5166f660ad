/** Cables between Machines: veth pairs (veth(4)) made inside the Machines' network namespaces, never in the host's. */
import type { LinkEnd, LinkSpec } from '../../port';
import { KernelError } from '../../port';
import { check, close, inNetworkNamespace, nativeFunction, open } from '../syscall';
import { parseAddress, parseInterfaceAddress } from './address';
import { attribute, NLM_F_CREATE_NEW, nested, RouteSocket, text, word } from './rtnetlink';

const ifNameToIndex = nativeFunction('unsigned int if_nametoindex(const char *name)');

const AF_INET = 2;
const AF_INET6 = 10;
const RTM_NEWLINK = 16;
const RTM_NEWADDR = 20;
const RTM_NEWROUTE = 24;
const IFLA_IFNAME = 3;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_NET_NS_FD = 28;
const VETH_INFO_PEER = 1;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_F_NODAD = 2;
const RTA_GATEWAY = 5;
const RTA_OIF = 4;
const RT_TABLE_MAIN = 254;
const RTPROT_STATIC = 4;
const RTN_UNICAST = 1;
const IFF_UP = 1;
const deviceName = /^[A-Za-z0-9_.-]{1,15}$/;

/** Where a Machine's network namespace is found: its init's pid. */
export type NetworkOf = (machine: string) => number;

/** Lays one cable, sets both ends up and gives them their addresses and gateways. */
export function connect(link: LinkSpec, initPidOf: NetworkOf): void {
  const [first, second] = link.ends;
  for (const { device } of link.ends) {
    if (!deviceName.test(device)) throw new KernelError('EINVAL', 'link', device, 'not a device name');
  }
  const peerNamespace = open(namespacePath(initPidOf(second.machine)));
  try {
    inSocket(initPidOf(first.machine), (socket) => createPair(socket, first, second, peerNamespace));
  } finally {
    close(peerNamespace);
  }
  for (const end of link.ends) configure(end, initPidOf(end.machine));
}

function namespacePath(initPid: number): string {
  return `/proc/${initPid}/ns/net`;
}

function inSocket(initPid: number, action: (socket: RouteSocket) => void): void {
  inNetworkNamespace(namespacePath(initPid), () => {
    const socket = new RouteSocket();
    try {
      action(socket);
    } finally {
      socket.dispose();
    }
  });
}

function createPair(socket: RouteSocket, end: LinkEnd, peer: LinkEnd, peerNamespace: number): void {
  const description = nested(
    IFLA_LINKINFO,
    attribute(IFLA_INFO_KIND, text('veth')),
    nested(
      IFLA_INFO_DATA,
      nested(
        VETH_INFO_PEER,
        linkHeader(),
        attribute(IFLA_IFNAME, text(peer.device)),
        attribute(IFLA_NET_NS_FD, word(peerNamespace)),
      ),
    ),
  );
  const message = Buffer.concat([linkHeader(), attribute(IFLA_IFNAME, text(end.device)), description]);
  const about = `${end.machine}:${end.device} to ${peer.machine}:${peer.device}`;
  socket.request(RTM_NEWLINK, NLM_F_CREATE_NEW, message, 'link', about);
}

/** struct ifinfomsg */
function linkHeader(index = 0, up = false): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(up ? IFF_UP : 0, 8);
  header.writeUInt32LE(up ? IFF_UP : 0, 12);
  return header;
}

function configure(end: LinkEnd, initPid: number): void {
  inSocket(initPid, (socket) => {
    const about = `${end.machine}:${end.device}`;
    const index = deviceIndex(end.device);
    for (const cidr of end.addresses ?? []) {
      socket.request(RTM_NEWADDR, NLM_F_CREATE_NEW, addressMessage(index, cidr), 'address', `${cidr} on ${about}`);
    }
    socket.request(RTM_NEWLINK, 0, linkHeader(index, true), 'link up', about);
    if (end.gateway !== undefined) {
      socket.request(
        RTM_NEWROUTE,
        NLM_F_CREATE_NEW,
        gatewayMessage(index, end.gateway),
        'default route',
        `${end.gateway} on ${about}`,
      );
    }
  });
}

/** struct ifaddrmsg and its attributes */
function addressMessage(index: number, cidr: string): Buffer {
  const { family, bytes, prefix } = parseInterfaceAddress(cidr);
  const header = Buffer.alloc(8);
  header.writeUInt8(family === 4 ? AF_INET : AF_INET6, 0);
  header.writeUInt8(prefix, 1);
  // A lab's own network has no second owner of an address to look out for.
  header.writeUInt8(family === 6 ? IFA_F_NODAD : 0, 2);
  header.writeUInt32LE(index, 4);
  return Buffer.concat([header, attribute(IFA_LOCAL, bytes), attribute(IFA_ADDRESS, bytes)]);
}

/** struct rtmsg and its attributes */
function gatewayMessage(index: number, gateway: string): Buffer {
  const { family, bytes } = parseAddress(gateway);
  const header = Buffer.alloc(12);
  header.writeUInt8(family === 4 ? AF_INET : AF_INET6, 0);
  header.writeUInt8(RT_TABLE_MAIN, 4);
  header.writeUInt8(RTPROT_STATIC, 5);
  header.writeUInt8(RTN_UNICAST, 7);
  return Buffer.concat([header, attribute(RTA_GATEWAY, bytes), attribute(RTA_OIF, word(index))]);
}

/** Index of a device in the namespace this thread is in. Errors: ENODEV. */
function deviceIndex(device: string): number {
  const index = ifNameToIndex(device);
  return index === 0 ? check(-1, 'if_nametoindex', device) : index;
}
