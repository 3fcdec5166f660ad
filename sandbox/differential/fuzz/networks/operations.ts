/** Small topologies: namespaces n0 to n4 with cables, bridges, addresses, routes and packet rules, some of them wrong. */

export type NetworkOperation =
  /** Both ends bear the name, and are up. */
  | { op: 'cable'; ends: [number, number]; name: string }
  | { op: 'bridge'; node: number; ports: string[] }
  /** Of a device; with `/`. */
  | { op: 'address'; node: number; device: string; address: string }
  | { op: 'route'; node: number; route: string }
  | { op: 'rule'; node: number; rule: string }
  | { op: 'forward'; node: number; family: 4 | 6 }
  | { op: 'down'; node: number; device: string }
  | { op: 'nft'; node: number; rules: NftRules };

export interface NftRules {
  table: 'nat' | 'nat6' | 'filter';
  chain: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  policy: 'accept' | 'drop';
  rules: string[];
}

export const nodes = [0, 1, 2, 3, 4];

/** The namespaces and what is the same in all: everything answers at once or not at all. */
const settings = [
  'ipv4/icmp_ratemask 0',
  'ipv4/icmp_msgs_per_sec 100000',
  'ipv4/icmp_msgs_burst 100000',
  'ipv6/icmp/ratelimit 0',
  'ipv4/conf/all/send_redirects 0',
  'ipv4/conf/default/send_redirects 0',
  'ipv6/conf/default/accept_dad 0',
  'ipv4/ping_group_range 0 0',
];

/** Bash that makes the topology; what it prints are the messages of what could not be done. */
export function script(operations: readonly NetworkOperation[]): string {
  const set = settings.map((line) => {
    const [path, ...value] = line.split(' ');
    return `echo ${value.join(' ')} > /proc/sys/net/${path}`;
  });
  return [
    'exec 2>&1',
    'at() { nsenter --net=/run/netns/n$1 "${@:2}"; }',
    'mkdir -p /run/netns',
    `for n in ${nodes.join(' ')}; do ip netns add n$n; at $n bash -c ${quoted(set.join('; '))}; ip -n n$n link set lo up; done`,
    ...operations.map(command),
    '',
  ].join('\n');
}

function command(operation: NetworkOperation): string {
  switch (operation.op) {
    case 'cable': {
      const { ends, name } = operation;
      const [a, b] = ends;
      return `ip link add ${name} netns n${a} type veth peer name ${name} netns n${b} && ip -n n${a} link set ${name} up && ip -n n${b} link set ${name} up`;
    }
    case 'bridge': {
      const { node, ports } = operation;
      const join = ports.map((port) => `; ip -n n${node} link set ${port} master sw`);
      return `ip -n n${node} link add sw type bridge && ip -n n${node} link set sw up${join.join('')}`;
    }
    case 'address': {
      const { node, device, address } = operation;
      return `ip -n n${node} address add ${address} dev ${device}${address.includes(':') ? ' nodad' : ''}`;
    }
    case 'route':
      return `ip -n n${operation.node} ${operation.route.includes(':') ? '-6 ' : ''}route add ${operation.route}`;
    case 'rule':
      return `ip -n n${operation.node} ${operation.rule.includes(':') ? '-6 ' : ''}rule add ${operation.rule}`;
    case 'forward': {
      const path = operation.family === 4 ? 'ipv4/ip_forward' : 'ipv6/conf/all/forwarding';
      return `at ${operation.node} bash -c 'echo 1 > /proc/sys/net/${path}'`;
    }
    case 'down':
      return `ip -n n${operation.node} link set ${operation.device} down`;
    case 'nft':
      return `at ${operation.node} nft ${quoted(nftText(operation.rules))}`;
  }
}

const hooks = {
  nat: { family: 'ip', priorities: { prerouting: -100, input: 100, forward: 0, output: -100, postrouting: 100 } },
  nat6: { family: 'ip6', priorities: { prerouting: -100, input: 100, forward: 0, output: -100, postrouting: 100 } },
  filter: { family: 'inet', priorities: { prerouting: 0, input: 0, forward: 0, output: 0, postrouting: 0 } },
};

function nftText({ table, chain, policy, rules }: NftRules): string {
  const { family, priorities } = hooks[table];
  const name = `${family} ${table}`;
  const type = table === 'filter' ? 'filter' : 'nat';
  return [
    `add table ${name}`,
    `add chain ${name} ${chain} { type ${type} hook ${chain} priority ${priorities[chain]}; policy ${policy}; }`,
    ...rules.map((rule) => `add rule ${name} ${chain} ${rule}`),
  ].join('; ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** All addresses that somebody has, and of each family two that nobody has. */
export function targets(operations: readonly NetworkOperation[]): string[] {
  const given = operations.flatMap((operation) =>
    operation.op === 'address' ? [operation.address.replace(/\/.*/, '')] : [],
  );
  return [...new Set([...given, '10.0.1.77', '10.99.0.1', 'fd00:1::77', 'fd99::1'])].sort();
}
