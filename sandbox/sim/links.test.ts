/**
 * Drivers that the real kernels of build machines often lack, so that no comparison holds them: what their man pages and the
 * kernel's own messages say. On the lab's clock, so that times are exact.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bootScriptMachine, type ScriptMachine } from '../testing/script-machine';

/** Two namespaces, r (10.1.0.1) and b (10.1.0.2), with a cable between their devices c. */
const cable = `
  ip netns add r; ip netns add b; ip link add c netns r type veth peer name c netns b
  for h in r:1 b:2; do n=\${h%:*}; ip -n $n address add 10.1.0.\${h#*:}/24 dev c; ip -n $n link set c up; ip -n $n link set lo up; done
  reaches() { ip netns exec $1 ping -c 1 -W 1 -q $2 > /dev/null && echo yes || echo no; }
`;

let machine: ScriptMachine;

beforeEach(async () => {
  machine = await bootScriptMachine();
});
afterEach(() => machine.end());

/** Output and errors of a script, line by line. */
async function lines(script: string): Promise<string[]> {
  return (await machine.run(`exec 2>&1\n${cable}${script}`)).trimEnd().split('\n');
}

describe('a VLAN', () => {
  const vlan = (namespace: string, id: number, host: number) =>
    `ip -n ${namespace} link add link c name c.${id} type vlan id ${id}; ip -n ${namespace} address add 10.7.0.${host}/24 dev c.${id}; ip -n ${namespace} link set c.${id} up`;

  test('reaches the same VLAN at the other end, and no other', async () => {
    expect(await lines(`${vlan('r', 7, 1)}; ${vlan('b', 7, 2)}; reaches r 10.7.0.2`)).toEqual(['yes']);
    expect(await lines(`ip -n b link del c.7; ${vlan('b', 8, 2)}; reaches r 10.7.0.2`)).toContain('no');
  });

  test('is refused with an id that is taken or too large', async () => {
    expect(await lines(`${vlan('r', 7, 1)}; ip -n r link add link c name d type vlan id 7; echo $?`)).toEqual([
      'Error: 8021q: VLAN device already exists.',
      '2',
    ]);
    expect(await lines('ip link add x type dummy; ip link add link x name y type vlan id 4095')).toContain(
      'Error: 8021q: Invalid VLAN id.',
    );
  });
});

describe('devices of several hosts on one cable', () => {
  const children = (type: string) =>
    ['1', '2']
      .map(
        (i) =>
          `ip netns add m${i}; ip -n r link add m${i} link c netns m${i} type ${type} && { ip -n m${i} address add 10.1.0.1${i}/24 dev m${i}; ip -n m${i} link set m${i} up; }`,
      )
      .join('\n');

  test.each([
    ['macvlan mode private', { far: 'yes', sibling: 'no', parent: 'no' }],
    ['macvlan mode vepa', { far: 'yes', sibling: 'no', parent: 'no' }],
    ['macvlan mode bridge', { far: 'yes', sibling: 'yes', parent: 'no' }],
    ['ipvlan mode l2', { far: 'yes', sibling: 'yes', parent: 'no' }],
    // Nobody answers ARP for them: whoever is on the cable needs a route.
    ['ipvlan mode l3', { far: 'no', sibling: 'yes', parent: 'no' }],
    ['ipvlan mode l3s', { far: 'no', sibling: 'yes', parent: 'no' }],
    ['ipvlan mode l2 private', { far: 'yes', sibling: 'no', parent: 'no' }],
  ])('%s', async (type, { far, sibling, parent }) => {
    const reached = await lines(`${children(type)}\nfor to in 10.1.0.2 10.1.0.12 10.1.0.1; do reaches m1 $to; done`);
    expect(reached).toEqual([far, sibling, parent]);
  });

  test('ipvlan in mode l3 is reached by a route to its parent', async () => {
    const route = 'ip -n b route add 10.1.0.11 via 10.1.0.1; reaches m1 10.1.0.2; reaches b 10.1.0.11';
    expect(await lines(`${children('ipvlan mode l3')}\n${route}`)).toEqual(['yes', 'yes']);
  });

  test.each([
    ['macvlan mode bridge', 3],
    ['ipvlan mode l2', 1],
  ])('%s: as many MAC addresses as %i', async (type, count) => {
    const macs = 'ip -n r -br link show c; ip -n m1 -br link show m1; ip -n m2 -br link show m2';
    const shown = await lines(`${children(type)}\n${macs}`);
    expect(new Set(shown.map((line) => /([0-9a-f]{2}:){5}[0-9a-f]{2}/.exec(line)?.[0])).size).toBe(count);
  });

  test('macvlan passthru takes the device for itself', async () => {
    expect(await lines(children('macvlan mode passthru'))).toEqual(['RTNETLINK answers: Invalid argument']);
  });
});

describe('a bridge', () => {
  const bridge = `
    ip link add br0 type bridge; ip link set br0 up
    for i in 1 2 3; do
      ip netns add h$i; ip link add p$i type veth peer name e netns h$i; ip link set p$i master br0 up
      ip -n h$i address add 10.9.0.$i/24 dev e; ip -n h$i link set e up
    done
    learned() { bridge fdb show br br0 | grep -v permanent | cut -d ' ' -f 2-3 | sort; }
  `;

  test('learns where addresses are, and forgets them', async () => {
    const seen = await lines(
      `${bridge} learned; ip link set br0 type bridge ageing_time 1000; reaches h1 10.9.0.2; learned; sleep 30; echo later; learned`,
    );
    expect(seen.slice(seen.indexOf('yes'))).toEqual(expect.arrayContaining(['yes', 'dev p1', 'dev p2', 'later']));
    expect(seen.at(-1)).toBe('later');
  });

  test('keeps isolated ports from each other', async () => {
    const isolated = 'for p in p1 p2; do bridge link set dev $p isolated on; done';
    expect(await lines(`${bridge} ${isolated}; reaches h1 10.9.0.2; reaches h1 10.9.0.3`)).toEqual(['no', 'yes']);
  });

  test('keeps VLANs apart when it is told to filter', async () => {
    const move = (port: string) =>
      `bridge vlan add dev ${port} vid 10 pvid untagged; bridge vlan del dev ${port} vid 1; sleep 5; reaches h1 10.9.0.2; reaches h1 10.9.0.3`;
    expect(await lines(`${bridge} ip link set br0 type bridge vlan_filtering 1; ${move('p1')}; ${move('p2')}`)).toEqual(
      ['no', 'no', 'yes', 'no'],
    );
  });
});

test('vxlan carries Ethernet in UDP, with fifty bytes less in a packet', async () => {
  const tunnel = `
    for e in r:1:2 b:2:1; do
      IFS=: read n here there <<< $e
      ip -n $n link add vx type vxlan id 42 dstport 4789 local 10.1.0.$here remote 10.1.0.$there dev c
      ip -n $n address add 10.42.0.$here/24 dev vx; ip -n $n link set vx up
    done
    reaches r 10.42.0.2; ip netns exec r cat /sys/class/net/vx/mtu; ip -n r link del vx
    ip -n r link add vx type vxlan id 43 dstport 4789 local 10.1.0.1 remote 10.1.0.2 dev c
    ip -n r address add 10.42.0.1/24 dev vx; ip -n r link set vx up; reaches r 10.42.0.2`;
  expect(await lines(tunnel)).toEqual(['yes', '1450', 'no']);
});

describe('netem', () => {
  const tc = (settings: string) => `ip netns exec r tc qdisc replace dev c root netem ${settings}`;

  test('delays all that is sent by what it is told', async () => {
    const times = await lines(`${tc('delay 100ms')}; tc -n r qdisc show dev c; ip netns exec r ping -c 2 10.1.0.2`);
    expect(times[0]).toMatch(/^qdisc netem 8001: root refcnt \d+ limit 1000 delay 100ms$/);
    // The first waits for ARP, which is delayed as well.
    expect(times.flatMap((line) => /time=(\d+)/.exec(line)?.[1] ?? [])).toEqual(['200', '100']);
  });

  test('loses its share, which TCP sends again', async () => {
    const copy = `
      ${tc('delay 10ms loss 20%')}
      ip netns exec r ping -q -c 200 -i 0.01 10.1.0.2 | grep -o '[0-9]* received'
      ip netns exec b nc -l -p 80 > /tmp/got &
      until ip netns exec b ss -ltn | grep -q :80; do sleep 0.1; done
      head -c 200000 /dev/urandom > /tmp/sent; ip netns exec r nc -N 10.1.0.2 80 < /tmp/sent; wait
      cmp /tmp/sent /tmp/got && echo whole`;
    const [received = '', whole] = await lines(copy);
    expect(Number.parseInt(received, 10)).toBeGreaterThan(130);
    expect(Number.parseInt(received, 10)).toBeLessThan(190);
    expect(whole).toBe('whole');
  });

  test('says what it does not have', async () => {
    expect(await lines(`${tc('delay 10ms 2ms 25%')}; ${tc('corrupt 1%')}; ${tc('delay soon')}`)).toEqual([
      'netem correlation: this part of netem is not here.',
      'netem corrupt: this part of netem is not here.',
      'Illegal "latency"',
    ]);
  });
});

test('a tun device lasts until it is deleted, without a carrier while nobody has it open', async () => {
  const script =
    'ip tuntap add dev t0 mode tun; ip link set t0 up; ip tuntap show; ip -br link show t0; ip tuntap del dev t0 mode tun; ip link show t0';
  expect(await lines(script)).toEqual([
    't0: tun persist',
    expect.stringMatching(/^t0 +DOWN +<NO-CARRIER,POINTOPOINT,MULTICAST,NOARP,UP>/),
    'Device "t0" does not exist.',
  ]);
});

test('a dummy device answers for its own address', async () => {
  const script =
    'ip link add dm0 type dummy; ip address add 10.88.0.1/32 dev dm0; ip link set dm0 up; ip -br link show dm0 | cut -d " " -f 1; ping -q -c 1 10.88.0.1 > /dev/null; echo $?';
  expect(await lines(script)).toEqual(['dm0', '0']);
});
