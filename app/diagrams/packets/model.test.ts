import { expect, test } from 'vitest';
import { emptyState } from '../../../engine/state';
import type { PacketHop } from '../../../sandbox/protocol';
import { addHops, networkName, placeOf, sinceFirst, stationsOf, stationText } from './model';

const hop = (change: Partial<PacketHop>): PacketHop => ({
  packet: 1,
  at: 5,
  ns: 'net:1',
  device: 'eth0',
  stage: 'egress',
  summary: 'icmp 10.0.0.1 > 10.0.0.2 echo request',
  rule: null,
  rewrite: null,
  verdict: null,
  reason: null,
  ...change,
});

test('stations of one packet make its way, and say how it ended', () => {
  const first = addHops(new Map(), [hop({}), hop({ packet: 2 })]);
  const ways = addHops(first, [
    hop({ stage: 'deliver', summary: 'icmp 10.0.0.9 > 10.0.0.2 echo request' }),
    hop({ packet: 2, stage: 'drop', reason: 'no route' }),
  ]);
  expect([...ways.values()].map(({ packet, outcome, summary }) => [packet, outcome, summary])).toEqual([
    [1, 'delivered', 'icmp 10.0.0.1 > 10.0.0.2 echo request'],
    [2, 'dropped', 'icmp 10.0.0.1 > 10.0.0.2 echo request'],
  ]);
});

test('only the last packets are kept', () => {
  const many = Array.from({ length: 100 }, (_, packet) => hop({ packet }));
  expect([...addHops(new Map(), many).keys()].slice(0, 2)).toEqual([40, 41]);
});

test('a station says where it is and what was done there', () => {
  const station = hop({
    stage: 'postrouting',
    device: null,
    rule: { family: 'ip', table: 'nat', chain: 'out', handle: 3, text: 'masquerade' },
    rewrite: { before: '10.0.0.1:4000', after: '203.0.113.2:4000' },
    verdict: 'accept',
  });
  expect(stationText(station)).toBe('postrouting hook');
  expect(stationText(hop({ stage: 'output' }))).toBe('output hook, out by eth0');
  expect(stationText(hop({}))).toBe('leaves through eth0');
  const [way] = addHops(new Map(), [hop({}), hop({ at: 5.25 })]).values();
  expect(way?.hops.map((one) => sinceFirst(way, one))).toEqual(['+0.000 ms', '+0.250 ms']);
  const [whole] = addHops(new Map(), [
    hop({}),
    { ...station, rule: null, rewrite: null, verdict: null },
    station,
  ]).values();
  const stations = whole ? stationsOf(whole) : [];
  expect(stations.map((one) => one.hop.stage)).toEqual(['egress', 'postrouting']);
  expect(stations[1]?.notes).toEqual([
    'ip nat out: masquerade',
    '10.0.0.1:4000 becomes 203.0.113.2:4000',
    'verdict: accept',
  ]);
  expect(placeOf(emptyState(), station)).toBeNull();
  expect(networkName(emptyState(), 'net:1')).toBe('net:1');
});
