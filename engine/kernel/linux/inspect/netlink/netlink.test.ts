import { describe, expect, it } from 'vitest';
import { decodeAddress } from './address';
import { formatIp } from './ip-address';
import { decodeLink } from './link';
import { decodeAttributes, decodeMessages, encodeAttribute, encodeInt32, encodeMessage } from './message';
import { decodeForwarding } from './netconf';
import { decodeNsid } from './nsid';
import { decodeProcessEvent } from './process-event';
import { decodeRoute } from './route';
import { decodeInetSocket, decodeUnixSocket } from './sock-diag';

const attributes = (...list: Array<[number, Buffer]>) =>
  Buffer.concat(list.map(([type, value]) => encodeAttribute(type, value)));
const words = (...values: number[]) => Buffer.concat(values.map(encodeInt32));

describe('messages', () => {
  it('come out as they went in, and a cut-off one ends the list', () => {
    const both = Buffer.concat([
      encodeMessage(16, 2, 7, Buffer.from('abcd')),
      encodeMessage(3, 0, 8, Buffer.from('efgh')),
    ]);
    expect(decodeMessages(both).map(({ type, sequence, payload }) => [type, sequence, String(payload)])).toEqual([
      [16, 7, 'abcd'],
      [3, 8, 'efgh'],
    ]);
    expect(decodeMessages(both.subarray(0, both.length - 1))).toHaveLength(1);
    expect(decodeMessages(Buffer.from([1, 0, 0, 0]))).toEqual([]);
  });

  it('hold attributes with flags taken off, and survive garbage', () => {
    const nested = encodeAttribute(18 | 0x8000, encodeInt32(5));
    expect(decodeAttributes(nested).get(18)?.readInt32LE(0)).toBe(5);
    expect(decodeAttributes(Buffer.from([255, 255, 1, 0, 9]))).toEqual(new Map());
  });
});

describe('rtnetlink', () => {
  it('tells a veth device, its mac and the namespace number of its other end', () => {
    const header = Buffer.concat([Buffer.from([0, 0, 1, 0]), words(4, 0x1003, 0)]);
    const link = decodeLink(
      Buffer.concat([
        header,
        attributes(
          [3, Buffer.from('eth0\0')],
          [1, Buffer.from([2, 0, 0, 0, 0, 10])],
          [4, encodeInt32(1500)],
          [5, encodeInt32(9)],
          [37, encodeInt32(0)],
          [16, Buffer.from([6])],
          [18, encodeAttribute(1, Buffer.from('veth\0'))],
        ),
      ]),
    );
    expect(link).toEqual({
      index: 4,
      name: 'eth0',
      kind: 'veth',
      mac: '02:00:00:00:00:0a',
      mtu: 1500,
      up: true,
      operState: 'up',
      master: null,
      link: { index: 9, netnsId: 0 },
    });
  });

  it('tells an address by its local end', () => {
    const payload = Buffer.concat([
      Buffer.from([2, 24, 0, 0]),
      encodeInt32(4),
      attributes([1, Buffer.from([10, 0, 0, 9])], [2, Buffer.from([10, 0, 0, 1])]),
    ]);
    expect(decodeAddress(payload, 'net:1')).toEqual({
      ns: 'net:1',
      device: 4,
      family: 'ipv4',
      cidr: '10.0.0.1/24',
      scope: 'global',
    });
  });

  it('tells a default route, the first hop of several, and leaves the local table out', () => {
    const route = (table: number, ...list: Array<[number, Buffer]>) =>
      decodeRoute(Buffer.concat([Buffer.from([2, 0, 0, 0, table, 3, 0, 1]), words(0), attributes(...list)]), 'net:1');
    expect(route(254, [5, Buffer.from([10, 0, 0, 1])], [4, encodeInt32(3)], [6, encodeInt32(100)])).toEqual({
      ns: 'net:1',
      family: 'ipv4',
      table: 254,
      destination: 'default',
      gateway: '10.0.0.1',
      device: 3,
      source: null,
      metric: 100,
      type: 'unicast',
    });
    const hop = Buffer.concat([
      Buffer.from([16, 0, 0, 0]),
      encodeInt32(7),
      encodeAttribute(5, Buffer.from([10, 0, 0, 2])),
    ]);
    expect(route(254, [9, hop])).toMatchObject({ gateway: '10.0.0.2', device: 7 });
    expect(route(255)).toBeNull();
    expect(route(0, [15, encodeInt32(255)])).toBeNull();
  });

  it('tells forwarding and namespace numbers', () => {
    expect(decodeForwarding(Buffer.concat([words(2), attributes([2, encodeInt32(1)])]))).toBe(true);
    expect(decodeNsid(Buffer.concat([words(0), attributes([1, encodeInt32(-1)])]))).toBeNull();
    expect(decodeNsid(Buffer.concat([words(0), attributes([1, encodeInt32(3)])]))).toBe(3);
  });
});

describe('formatIp', () => {
  it.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['fe800000000000000000000000000abc', 'fe80::abc'],
    ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
    ['20010db8000100020003000400050006', '2001:db8:1:2:3:4:5:6'],
    ['20010db8000100020003000400000006', '2001:db8:1:2:3:4:0:6'],
    ['00000000000000000000ffff0a000001', '::ffff:10.0.0.1'],
    ['0a000001', '10.0.0.1'],
  ])('writes %s as %s', (hex, text) => {
    expect(formatIp(Buffer.from(hex, 'hex'))).toBe(text);
  });
});

describe('sock_diag', () => {
  it('tells a listening socket', () => {
    const message = Buffer.alloc(72);
    message.set([2, 10], 0);
    message.writeUInt16BE(8080, 4);
    message.set([127, 0, 0, 1], 8);
    message.writeUInt32LE(4242, 68);
    expect(decodeInetSocket(message, 'tcp', 'net:1')).toEqual({
      ns: 'net:1',
      protocol: 'tcp',
      family: 'ipv4',
      local: '127.0.0.1:8080',
      remote: null,
      state: 'listen',
      inode: 4242,
    });
  });

  it('tells named unix sockets only', () => {
    const header = Buffer.from([1, 1, 10, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const named = (name: string) =>
      decodeUnixSocket(Buffer.concat([header, attributes([0, Buffer.from(name)])]), 'net:1');
    expect(named('/run/x\0')).toMatchObject({ local: '/run/x', state: 'listen', inode: 7 });
    expect(named('\0hidden')).toMatchObject({ local: '@hidden' });
    expect(decodeUnixSocket(header, 'net:1')).toBeNull();
  });
});

describe('the proc connector', () => {
  const event = (what: number, ...data: number[]) =>
    Buffer.concat([words(1, 1, 0, 0, 0), words(what | 0, 0, 0, 0), words(...data)]);
  it('tells forks of processes and not of threads', () => {
    expect(decodeProcessEvent(event(1, 10, 10, 20, 20))).toEqual({ kind: 'fork', pid: 20, parent: 10 });
    expect(decodeProcessEvent(event(1, 10, 10, 21, 20))).toBeNull();
  });

  it('tells exec, changes of identity, and the end of a process but not of a thread', () => {
    expect(decodeProcessEvent(event(2, 20, 20))).toEqual({ kind: 'exec', pid: 20 });
    expect(decodeProcessEvent(event(4, 20, 20, 0, 0))).toEqual({ kind: 'change', pid: 20 });
    expect(decodeProcessEvent(event(0x80000000, 20, 20, 0, 17))).toEqual({ kind: 'exit', pid: 20 });
    expect(decodeProcessEvent(event(0x80000000, 21, 20, 0, 17))).toBeNull();
  });

  it('ignores other events and garbage', () => {
    expect(decodeProcessEvent(event(0, 0, 0))).toBeNull();
    expect(decodeProcessEvent(Buffer.from('short'))).toBeNull();
  });
});
