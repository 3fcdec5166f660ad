/** Devices, addresses, routes, bridges, translation, sockets: inside namespaces the scenario makes itself. */
import type { Scenario } from '../scenario';

const one = (name: string, script: string, mask?: Scenario['mask']): Scenario => ({
  name,
  script,
  ...(mask ? { mask } : {}),
});

/** Hardware addresses made by chance, and times of echoes. */
const byChance: Scenario['mask'] = [
  { match: /\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, as: 'MAC' },
  { match: /fe80::[0-9a-f:]+/g, as: 'LINKLOCAL' },
  { match: /time[= ][0-9.]+ ?ms/g, as: 'TIME' },
  { match: /rtt min.*/g, as: 'RTT' },
  { match: /icmp_seq=(\d+) ttl/g, as: 'icmp_seq=$1 ttl' },
];

/** Two hosts on one cable: r with 10.1.0.1, b with 10.1.0.2. */
const cable = `ip netns add r; ip netns add b; ip link add c netns r type veth peer name c netns b
ip -n r address add 10.1.0.1/24 dev c; ip -n b address add 10.1.0.2/24 dev c; ip -n r link set c up; ip -n b link set c up; ip -n r link set lo up; ip -n b link set lo up`;
/** A router between two networks: r 10.1.0.2, b 10.2.0.2, the Machine is .1 in both. */
const router = `ip netns add r; ip netns add b
for h in r:1 b:2; do n=\${h%:*}; i=\${h#*:}; ip link add p$n type veth peer name eth0 netns $n; ip address add 10.$i.0.1/24 dev p$n; ip link set p$n up; ip -n $n link set lo up; ip -n $n link set eth0 up; ip -n $n address add 10.$i.0.2/24 dev eth0; ip -n $n route add default via 10.$i.0.1; done
sysctl -qw net.ipv4.ip_forward=1`;
const serve = (ns: string, port = 8000) =>
  `mkdir -p /srv/w; echo page > /srv/w/index.html; ip netns exec ${ns} busybox httpd -p ${port} -h /srv/w`;
const get = (ns: string, url: string) => `ip netns exec ${ns} curl -s --max-time 1 http://${url}/; echo $?`;

export const network: readonly Scenario[] = [
  one(
    'a fresh namespace',
    'ip netns add r; ip netns list; ip -n r link; ip -n r address; ip -n r route; ip netns del r; ip netns list; ip netns del r; echo $?',
    byChance,
  ),
  one(
    'the same name twice',
    'ip netns add r; ip netns add r; echo $?; ip netns exec nowhere true; echo $?; ip -n nowhere link; echo $?',
  ),
  one(
    'loopback',
    'ip netns add r; ip -n r link set lo up; ip -n r -br address; ip -n r route show table local; ip netns exec r ping -c 1 -W 2 127.0.0.5',
    byChance,
  ),
  one(
    'a cable',
    `${cable}; ip -n r -br link; ip -n r -br address; ip -n r route; ip netns exec r ping -c 1 -W 2 10.1.0.2`,
    byChance,
  ),
  one(
    'details of a cable',
    `${cable}; ip -n r -d link show c | head -n 3 | tail -n 1 | cut -c 1-40; ip -n r link show c`,
    [...byChance, { match: /c@if\d+/g, as: 'c@ifN' }, { match: /^\d+: /gm, as: 'N: ' }],
  ),
  one(
    'one end down',
    `${cable}; ip -n b link set c down; ip -n r -br link show c; ip netns exec r ping -c 1 -W 1 10.1.0.2 > /dev/null; echo $?; ip -n b link set c up; comes ip netns exec r ping -c 1 -W 1 10.1.0.2; echo $?`,
    [...byChance, { match: /c@if\d+/g, as: 'c@ifN' }],
  ),
  one(
    'a cable goes with its end',
    `${cable}; ip -n b link del c; ip -n r link show c; echo $?; ip netns del b; ip -n r -br link`,
    byChance,
  ),
  one(
    'a cable goes with its namespace',
    `${cable}; ip netns del b; comes eval "! ip -n r link show c"; ip -n r link show c; echo $?`,
  ),
  one(
    'addresses leave with a move',
    'ip netns add r; ip link add v type veth peer name w; ip address add 10.9.0.1/24 dev v; ip link set v up; ip link set v netns r; ip -n r -br address show v; ip link show v; echo $?',
    [...byChance, { match: /v@if\d+/g, as: 'v@ifN' }],
  ),
  one(
    'names',
    'ip link add abcdefghijklmnop type bridge; echo $?; ip link add a/b type bridge; echo $?; ip link add br0 type bridge; ip link add br0 type bridge; echo $?; ip link set br0 name br1; ip link show br0; echo $?; ip link del br1; ip link del br1; echo $?',
  ),
  one(
    'unknown kinds and options',
    'ip link add x type nosuch; echo $?; ip link add x type; echo $?; ip frobnicate; echo $?; ip address add 10.0.0.0.1/24 dev lo; echo $?; ip address add 10.0.0.1/33 dev lo; echo $?; ip route add default via 300.1.1.1; echo $?',
  ),
  one(
    'addresses',
    'ip link add br0 type bridge; ip address add 10.5.0.1/24 dev br0; ip address add 10.5.0.1/24 dev br0; echo $?; ip address add 10.5.0.2/24 dev br0; ip -o -4 address show dev br0 | cut -d " " -f 2-; ip address del 10.5.0.1/24 dev br0; ip -o -4 address show dev br0; ip address del 10.5.0.9/24 dev br0; echo $?',
    byChance,
  ),
  one(
    'routes of addresses',
    'ip link add br0 type bridge; ip link set br0 up; ip address add 10.5.0.1/24 dev br0; ip route | grep 10.5; ip route show table local | grep 10.5; ip address flush dev br0; ip route | grep -c 10.5',
  ),
  one(
    'routes by hand',
    `${cable}; ip -n r route add 10.7.0.0/16 via 10.1.0.2; ip -n r route add 10.7.0.0/16 via 10.1.0.2; echo $?; ip -n r route add 10.8.0.0/16 via 10.99.0.1; echo $?; ip -n r route add blackhole 10.9.0.0/16; ip -n r route add unreachable 10.10.0.0/16 metric 5; ip -n r route add default via 10.1.0.2 dev c; ip -n r route; ip -n r route del 10.7.0.0/16; ip -n r route get 10.7.1.1; ip -n r route del 10.7.0.0/16; echo $?`,
    [{ match: /uid \d+/g, as: 'uid N' }],
  ),
  one(
    'which route',
    `${cable}; ip -n r route get 10.1.0.2; ip -n r route get 10.1.0.1; ip -n r route get 10.1.0.255; ip -n r route get 8.8.8.8; echo $?; ip -n r route add 8.0.0.0/8 via 10.1.0.2 src 10.1.0.1; ip -n r route get 8.8.8.8; ip -n r route add 8.8.0.0/16 dev c; ip -n r route get 8.8.8.8`,
    [{ match: /uid \d+/g, as: 'uid N' }],
  ),
  one(
    'no route, no answer, refused',
    `${cable}; ip netns exec r ping -c 1 -W 2 10.50.0.1; echo $?; ip netns exec r ping -c 1 -W 2 10.1.0.77 | tail -n 3 | head -n 1; ip netns exec r curl -s --max-time 1 http://10.1.0.2/; echo $?; ip netns exec r curl -sS --max-time 1 http://10.1.0.2/ 2>&1 | sed 's/after [0-9]* ms/after N ms/'`,
    [...byChance, { match: /time \d+ms/g, as: 'time' }],
  ),
  one(
    'neighbours',
    `${cable}; ip netns exec r ping -c 1 -W 2 10.1.0.2 > /dev/null; ip -n r neigh | cut -d ' ' -f 1-4,6; ip -n r neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev c; ip -n r neigh show 10.1.0.9; ip -n r neigh del 10.1.0.9 dev c; ip -n r neigh show 10.1.0.9; ip -n r neigh flush dev c; ip -n r neigh`,
    byChance,
  ),
  one(
    'a bridge',
    `ip netns add r; ip netns add b; ip link add br0 type bridge; ip link set br0 up; for n in r b; do ip link add p$n type veth peer name eth0 netns $n; ip link set p$n master br0 up; ip -n $n link set eth0 up; done; ip -n r address add 10.3.0.2/24 dev eth0; ip -n b address add 10.3.0.3/24 dev eth0; ip netns exec r ping -c 1 -W 2 10.3.0.3 | head -n 2; ip address add 10.3.0.1/24 dev br0; ping -c 1 -W 2 10.3.0.2 > /dev/null; echo $?; bridge link | cut -d ' ' -f 2 | cut -d @ -f 1; ip link set pb nomaster; ip netns exec r ping -c 1 -W 2 10.3.0.3 > /dev/null; echo $?`,
    byChance,
  ),
  one(
    'a bridge without ports',
    'ip link add br0 type bridge; ip -br link show br0; ip link set br0 up; ip -br link show br0',
    byChance,
  ),
  one(
    'two bridges',
    'ip link add a type bridge; ip link add b type bridge; ip link set a master b; echo $?; ip link set lo master a; echo $?; ip link add v type veth peer name w; ip link set v master a; ip link set v master b; ip -br link show master b | cut -d @ -f 1; ip link del b; ip -d link show v | grep -c master',
    byChance,
  ),
  one(
    'a router',
    `${router}; ip netns exec r ping -c 1 -W 2 10.2.0.2 | head -n 2; ip netns exec r tracepath -n 10.2.0.2 2> /dev/null | head -n 1; sysctl -qw net.ipv4.ip_forward=0; ip netns exec r ping -c 1 -W 2 10.2.0.2 > /dev/null; echo $?`,
    [...byChance, { match: /\d+\.\d+ms/g, as: 'T' }],
  ),
  one(
    'time to live',
    `${router}; ip netns exec r ping -c 1 -W 2 -t 1 10.2.0.2 | grep -v '^$' | head -n 2; ip netns exec r ping -c 1 -W 2 -t 2 10.2.0.2 | head -n 2`,
    byChance,
  ),
  one(
    'forwarding in proc',
    'cat /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv4/ip_forward; sysctl net.ipv4.ip_forward; sysctl -n net.ipv4.conf.all.forwarding; unshare -n cat /proc/sys/net/ipv4/ip_forward; sysctl net.ipv4.nosuch; echo $?; sysctl -w net.ipv4.ip_forward=x; echo $?',
  ),
  one(
    'web',
    `${cable}; ${serve('b')}; ${get('r', '10.1.0.2:8000')}; ${get('b', '127.0.0.1:8000')}; ip netns exec r curl -s -o /dev/null -w '%{http_code}\\n' http://10.1.0.2:8000/none; ip netns exec r curl -sI http://10.1.0.2:8000/ | head -n 1`,
  ),
  one(
    'sockets',
    `${cable}; ${serve('b')}; ip netns exec b ss -ltn | awk '{print $1, $4}'; ip netns exec b ss -Hltn 'sport = :8000' | wc -l; ip netns exec r ss -ltn | wc -l`,
  ),
  one(
    'the same port twice',
    `${cable}; ${serve('b')}; ip netns exec b busybox httpd -f -p 8000 -h /srv/w; echo $?; ip netns exec r busybox httpd -p 8000 -h /srv/w; echo $?`,
  ),
  one(
    'netcat',
    `${cable}; ip netns exec b nc -l 9000 > /tmp/got & comes eval "ip netns exec b ss -tlnH | grep -q 9000"; echo over the wire | ip netns exec r nc -N 10.1.0.2 9000; wait; cat /tmp/got; ip netns exec r nc -z 10.1.0.2 9001; echo $?; ip netns exec r nc -zv 10.1.0.2 9001; echo $?`,
  ),
  one(
    'datagrams',
    `${cable}; ip netns exec b timeout 1 nc -u -l 9000 > /tmp/got & comes eval "ip netns exec b ss -ulnH | grep -q 9000"; echo hello | ip netns exec r nc -u -w 1 10.1.0.2 9000; wait; cat /tmp/got`,
  ),
  one(
    'a unix socket',
    'nc -lU /tmp/s > /tmp/got & comes test -S /tmp/s; stat -c %F /tmp/s; echo local | nc -NU /tmp/s; wait; cat /tmp/got; nc -U /tmp/nowhere; echo $?',
  ),
  one(
    'socat',
    `${cable}; ${serve('b')}; ip netns exec r socat TCP-LISTEN:7000,fork,reuseaddr TCP:10.1.0.2:8000 & comes eval "ip netns exec r ss -tlnH | grep -q 7000"; ${get('r', '127.0.0.1:7000')}; kill %1`,
  ),
  one(
    'masquerade',
    `${router}; ${serve('b')}; ip -n b route del default; ${get('r', '10.2.0.2:8000')}; nft add table ip t; nft 'add chain ip t p { type nat hook postrouting priority srcnat; }'; nft add rule ip t p oifname pb masquerade; ${get('r', '10.2.0.2:8000')}; nft list ruleset`,
  ),
  one(
    'masquerade by iptables',
    `${router}; ${serve('b')}; ip -n b route del default; iptables -t nat -A POSTROUTING -o pb -j MASQUERADE; ${get('r', '10.2.0.2:8000')}; iptables -t nat -S; iptables -t nat -L -n`,
  ),
  one(
    'a published port',
    `${router}; ${serve('b')}; nft add table ip t; nft 'add chain ip t in { type nat hook prerouting priority dstnat; }'; nft add rule ip t in iifname pr tcp dport 80 dnat to 10.2.0.2:8000; ${get('r', '10.1.0.1')}; nft -a list table ip t; nft -s list ruleset`,
  ),
  one(
    'a published port by iptables',
    `${router}; ${serve('b')}; iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.2.0.2:8000; ${get('r', '10.1.0.1')}; curl -s --max-time 1 http://10.1.0.1/; echo $?; iptables -t nat -A OUTPUT -p tcp --dport 80 -j DNAT --to-destination 10.2.0.2:8000; curl -s --max-time 1 http://10.1.0.1/; echo $?; iptables -t nat -S`,
  ),
  one(
    'drop and reject',
    `${router}; ${serve('b')}; iptables -A FORWARD -p tcp --dport 8000 -j DROP; ${get('r', '10.2.0.2:8000')}; iptables -R FORWARD 1 -p tcp --dport 8000 -j REJECT; ${get('r', '10.2.0.2:8000')}; iptables -D FORWARD 1; ${get('r', '10.2.0.2:8000')}; iptables -P FORWARD DROP; ${get('r', '10.2.0.2:8000')}; iptables -S`,
  ),
  one(
    'states',
    `${router}; ${serve('b')}; nft add table ip t; nft 'add chain ip t f { type filter hook forward priority filter; policy drop; }'; nft add rule ip t f ct state established,related accept; ${get('r', '10.2.0.2:8000')}; nft add rule ip t f ip saddr 10.1.0.0/24 tcp dport 8000 accept; ${get('r', '10.2.0.2:8000')}; nft list chain ip t f`,
  ),
  one(
    'counters',
    `${cable}; ip netns exec b nft add table ip t; ip netns exec b nft 'add chain ip t i { type filter hook input priority 0; }'; ip netns exec b nft add rule ip t i icmp type echo-request counter; ip netns exec r ping -c 2 -i 0.2 -W 2 10.1.0.2 > /dev/null; ip netns exec b nft list ruleset`,
  ),
  one(
    'chains that are jumped to',
    `nft add table ip t; nft add chain ip t side; nft 'add chain ip t main { type filter hook input priority 0; policy accept; }'; nft add rule ip t main ip saddr 10.0.0.0/8 jump side; nft add rule ip t side tcp dport '{ 22, 80 }' accept; nft add rule ip t side drop; nft insert rule ip t side iifname lo return; nft list table t; nft delete chain ip t side; echo $?; nft flush chain ip t main; nft delete chain ip t side; echo $?; nft list ruleset`,
  ),
  one(
    'nft says what is wrong',
    "nft add rule ip t c accept; echo $?; nft add table ip t; nft add chain ip t c '{ type nat hook forward priority 0; }'; echo $?; nft frob; echo $?; nft add rule ip t nochain accept; echo $?; nft delete table ip t; nft delete table ip t; echo $?",
  ),
  one(
    'iptables says what is wrong',
    'iptables -A NOWHERE -j ACCEPT; echo $?; iptables -A INPUT -j NOWHERE; echo $?; iptables -A INPUT --frob; echo $?; iptables -D INPUT 1; echo $?; iptables -t nosuch -L; echo $?; iptables -t nat -A INPUT -j MASQUERADE; echo $?',
  ),
  one(
    'a chain of one’s own in iptables',
    'iptables -N mine; iptables -A mine -s 10.0.0.0/8 -j RETURN; iptables -A mine -j DROP; iptables -A INPUT -i lo -j mine; iptables -S; iptables -L mine -n --line-numbers; iptables -X mine; echo $?; iptables -F; iptables -X mine; iptables -S',
  ),
  one(
    'what nft shows of iptables',
    'iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -o eth9 -j MASQUERADE; iptables -t nat -A PREROUTING -i eth9 -p tcp --dport 80 -j DNAT --to-destination 10.0.0.2:8000; iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT; nft list ruleset',
  ),
  one(
    'iptables-save',
    "iptables -A INPUT -p icmp -j ACCEPT; iptables -A INPUT -p tcp -m multiport --dports 80,443 -m comment --comment web -j ACCEPT; iptables-save | grep -v '^#'",
  ),
  one(
    'without the right',
    'for c in "ip link add x type bridge" "nft list ruleset" "iptables -L" "ip netns add x" "sysctl -w net.ipv4.ip_forward=1"; do setpriv --reuid 1000 --regid 1000 --clear-groups $c > /dev/null; echo $?; done',
  ),
  one(
    'addresses of version 6',
    `${cable}; ip -n r address add fd00::1/64 dev c nodad; ip -n b address add fd00::2/64 dev c nodad; ip -n r -6 route | grep fd00; ip netns exec r ping -c 1 -W 2 fd00::2 | head -n 2; ip -n r -6 -br address show c | wc -w`,
    byChance,
  ),
  {
    ...one(
      'delay and loss',
      `${cable}; ip netns exec r ping -c 1 -W 2 10.1.0.2 > /dev/null; ip netns exec r tc qdisc add dev c root netem delay 100ms; ip netns exec r ping -c 1 -W 2 10.1.0.2 | grep -o 'time=1[0-9][0-9]' | wc -l; ip netns exec r tc qdisc change dev c root netem loss 100%; ip netns exec r ping -c 1 -W 2 10.1.0.2 > /dev/null; echo $?; ip netns exec r tc qdisc del dev c root; ip netns exec r ping -c 1 -W 2 10.1.0.2 > /dev/null; echo $?`,
    ),
    driver: { name: 'netem', transcript: '1\n1\n0\n[0]\n' },
  },
  one(
    'macvlan',
    `${cable}; ip netns add x; ip -n r link add mv0 link c netns x type macvlan mode bridge; ip -n x address add 10.1.0.9/24 dev mv0; ip -n x link set mv0 up; ip netns exec x ping -c 1 -W 2 10.1.0.2 > /dev/null; echo $?; ip netns exec x ping -c 1 -W 2 10.1.0.1 > /dev/null; echo $?; ip -n x -d link show mv0 | grep -o 'macvlan mode [a-z]*'`,
  ),
  one(
    'vxlan',
    `${cable}; for n in r:1:2 b:2:1; do IFS=: read h a o <<< $n; ip -n $h link add vx type vxlan id 42 dstport 4789 local 10.1.0.$a remote 10.1.0.$o dev c; ip -n $h address add 10.42.0.$a/24 dev vx; ip -n $h link set vx up; done; ip netns exec r ping -c 1 -W 2 10.42.0.2 | head -n 2; ip -n r -d link show vx | grep -o 'vxlan id 42'; ip -n r -br link show vx | cut -d ' ' -f 1`,
    byChance,
  ),
  {
    ...one(
      'ipvlan',
      `${cable}; ip netns add x; ip -n r link add iv0 link c netns x type ipvlan mode l2; ip -n x address add 10.1.0.9/24 dev iv0; ip -n x link set iv0 up; ip netns exec x ping -c 1 -W 2 10.1.0.2 > /dev/null; echo $?`,
    ),
    driver: { name: 'ipvlan', transcript: '0\n[0]\n' },
  },
  {
    ...one(
      'a VLAN',
      `${cable}; for h in r:1 b:2; do ip -n \${h%:*} link add link c name c.7 type vlan id 7; ip -n \${h%:*} address add 10.77.0.\${h#*:}/24 dev c.7; ip -n \${h%:*} link set c.7 up; done; ip netns exec r ping -c 1 -W 2 10.77.0.2 > /dev/null; echo $?`,
    ),
    driver: { name: 'vlan', transcript: '0\n[0]\n' },
  },
  {
    ...one(
      'dummy',
      'ip link add dm0 type dummy; ip address add 10.88.0.1/24 dev dm0; ip link set dm0 up; ip -br link show dm0 | cut -c 1-30; ping -c 1 -W 2 10.88.0.1 > /dev/null; echo $?',
    ),
    driver: { name: 'dummy', transcript: 'dm0              UNKNOWN      \n0\n[0]\n' },
  },
  one(
    'ip in json',
    "ip -j link show lo | jq -r '.[0].ifname, .[0].link_type'; ip -j -4 address show lo | jq -r '.[0].addr_info[0].local'",
  ),
  one(
    'names resolve from hosts',
    'getent hosts localhost lab; ping -c 1 -W 2 localhost > /dev/null; echo $?; ping -c 1 nosuchhost.example; echo $?; curl -sS http://nosuchhost.example/; echo $?',
  ),
  one('proc of the network', "unshare -n bash -c 'cat /proc/net/dev; cat /proc/net/route; wc -l < /proc/net/tcp'"),
  one(
    'sys of the network',
    "ls /sys/class/net; cat /sys/class/net/lo/mtu /sys/class/net/lo/address; unshare -nm bash -c 'ip link add br0 type bridge; mount -t sysfs sysfs /sys; ls /sys/class/net; cat /sys/class/net/br0/operstate'",
  ),
  one(
    'a limit of rate',
    `${cable}; at() { ip netns exec r "$@"; echo "= $?"; }; set='dev c root tbf rate 8mbit burst 20kb'
at tc qdisc add $set latency 25ms; at tc qdisc add $set latency 25ms; at tc qdisc show dev c; at tc qdisc replace $set limit 100kb; at tc qdisc
at tc qdisc add dev lo root handle 5: tbf rate 1gbit burst 10mb latency 50ms; at tc qdisc show dev lo
for words in 'rate 1mbit' 'burst 10kb latency 1ms' foo 'rate 1mbit burst 10kb latency 1ms limit 4kb'; do at tc qdisc add dev c root tbf $words; done
ip netns exec r ping -c 3 -i 0.2 -s 1400 -W 2 10.1.0.2 | grep received; at tc qdisc del dev c root; at tc qdisc del dev c root; at tc qdisc show dev c
ip -n r link add i type ifb; ip -n r link set i up; ip -n r link show i; at tc qdisc show dev i`,
    [...byChance, { match: /tbf 80[\da-f]{2}:/g, as: 'tbf 80NN:' }],
  ),
];
