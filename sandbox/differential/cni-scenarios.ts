/**
 * CNI as a learner drives it: cnitool, and plugins by hand with environment and standard input. On the real kernel each call is some
 * processes of Node, so what it says is recorded (`npm run fixtures:record -- cni`) and only the first is played there each time.
 */
import type { Scenario } from './scenario';

const byChance: Scenario['mask'] = [
  { match: /\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, as: 'MAC' },
  { match: /packets \d+ bytes \d+/g, as: 'packets N bytes N' },
];

const one = (name: string, script: string): Scenario => ({ name, script: `${common}\n${script}`, mask: byChance });

const common = `
lab() { cat > /etc/cni/net.d/10-lab.conflist; }
by_hand() { CNI_COMMAND=$2 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/one CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin /opt/cni/bin/$1; echo "= $?"; }
calls() { jq -r '[.number, .parent, .command, .plugin, .exitCode] | tostring' /var/log/cni/*.json; }
ip netns add one; ip netns add two`;

const bridge = `{"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true,
  "ipam": {"type": "host-local", "subnet": "10.5.0.0/24", "routes": [{"dst": "0.0.0.0/0"}]}}`;
const single = `conf='{"cniVersion":"1.1.0","name":"lab","type":"bridge","bridge":"cni0","isGateway":true,"ipam":{"type":"host-local","subnet":"10.5.0.0/24"}}'`;

export const cniScenarios: readonly Scenario[] = [
  one(
    'no address is left',
    `
lab <<< '{"cniVersion": "1.0.0", "name": "lab", "plugins": [{"type": "bridge", "ipam": {"type": "host-local", "subnet": "10.5.0.0/30"}}]}'
cnitool add lab /run/netns/one | jq -c .ips; cnitool add lab /run/netns/two; echo $?; ip -n two -br link
cnitool del lab /run/netns/one; cnitool add lab /run/netns/two | jq -c .ips`,
  ),
  one(
    'two namespaces on a bridge, one of them published',
    `
export CAP_ARGS='{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]}'
lab <<< '{"cniVersion": "1.0.0", "name": "lab", "plugins": [${bridge}, {"type": "portmap", "capabilities": {"portMappings": true}}, {"type": "firewall"}]}'
CAP_ARGS= cnitool add lab /run/netns/one; cnitool add lab /run/netns/two | jq -c .ips
ip netns exec one ip -4 addr show eth0; ip netns exec two ip route
ip netns exec one ping -c 1 -W 2 -q 10.5.0.3 | grep received
mkdir -p /srv/w; echo page > /srv/w/index.html; ip netns exec two busybox httpd -p 80 -h /srv/w
curl -s --max-time 2 http://10.5.0.1:8080/; curl -s --max-time 2 http://127.0.0.1:8080/
nft list ruleset; iptables -S`,
  ),
  one(
    'a life: files, rules and records',
    `
export CAP_ARGS='{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]}'
lab <<< '{"cniVersion": "1.0.0", "name": "lab", "plugins": [${bridge}, {"type": "portmap", "capabilities": {"portMappings": true}}]}'
cnitool add lab /run/netns/two > /tmp/result; cnitool check lab /run/netns/two; echo $?
ls /var/lib/cni/results /var/lib/cni/networks/lab; cat /var/lib/cni/networks/lab/10.5.0.2; echo
nft flush chain inet underlay-cni hostports; cnitool check lab /run/netns/two; echo $?
cnitool del lab /run/netns/two; echo $?; cnitool del lab /run/netns/two; echo $?
ls /var/lib/cni/results /var/lib/cni/networks/lab; ip -n two -br link; nft list ruleset
calls; jq -c '[.environment, .stdin]' /var/log/cni/000002.json`,
  ),
  one(
    'what passes between cnitool and plugins, and its other commands',
    `
lab <<< '{"cniVersion": "1.1.0", "name": "lab", "plugins": [${bridge}]}'
CNI_IFNAME=net7 CNI_ARGS='IgnoreUnknown=1;IP=10.5.0.77' cnitool --trace add lab /run/netns/one
cnitool status lab; echo $?; cnitool gc lab; echo $?; ip -n one -br link; ls /var/lib/cni/networks/lab
cd /run/netns; cnitool add lab one | jq -c '.ips, .interfaces[2].sandbox'; ls /var/lib/cni/results
cnitool; echo $?; cnitool frob lab one; echo $?; cnitool add lab; echo $?; cnitool add nosuch one; echo $?
cnitool add lab nowhere; echo $?; cnitool --nosuch | tail -1; cnitool --help | head -2
NETCONFPATH=/nowhere cnitool add lab one; echo $?; CNI_PATH=/nowhere cnitool add lab one; echo $?
CAP_ARGS=oops cnitool add lab one; echo $?`,
  ),
  one(
    'plugins by hand: versions, and what is missing or wrong',
    `
${single}
/opt/cni/bin/bridge; echo $?; CNI_COMMAND=VERSION /opt/cni/bin/host-local < /dev/null
cd /opt/cni/bin; ls; echo "$conf" | CNI_COMMAND=ADD ./bridge; echo $?; echo "$conf" | by_hand bridge NOSUCH
for wrong in '{ not json' '[]' '' '{"cniVersion": 7}'; do echo "$wrong" | by_hand bridge ADD; done
echo "$conf" | sed 's/1.1.0/9.9.9/' | by_hand bridge ADD; echo "$conf" | sed 's/"name":"lab",//' | by_hand bridge ADD
echo "$conf" | sed 's/host-local/nosuch/' | by_hand bridge ADD; echo "$conf" | sed 's/10.5.0.0.24/nonsense/' | by_hand bridge ADD
echo "$conf" | sed 's/"cni0"/"a name that is too long"/' | by_hand bridge ADD
for netns in /run/netns/none /etc/passwd /proc/self/ns/net; do
  echo "$conf" | CNI_COMMAND=ADD CNI_CONTAINERID=c CNI_NETNS=$netns CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin ./bridge; done
ip -br link; ls /var/lib/cni; calls`,
  ),
  one(
    'plugins by hand: a life',
    `
${single}
echo "$conf" | by_hand bridge ADD | tee /tmp/result; echo "$conf" | by_hand bridge ADD; echo "$conf" | by_hand bridge CHECK
jq -c --slurpfile r <(grep -v ^= /tmp/result) '. + {prevResult: $r[0]}' <<< "$conf" > /tmp/with
by_hand bridge CHECK < /tmp/with; ip -n one addr del 10.5.0.2/24 dev eth0; by_hand bridge CHECK < /tmp/with
echo "$conf" | by_hand bridge STATUS; jq -c '. + {"cni.dev/valid-attachments":[]}' <<< "$conf" | by_hand bridge GC
ls /var/lib/cni/networks/lab; echo "$conf" | by_hand bridge DEL; echo "$conf" | by_hand bridge DEL
ip -n one -br link; calls`,
  ),
  one(
    "a learner's own plugin, in a chain and as a delegate",
    `
cat > /opt/cni/bin/mine <<'X'
#!/bin/bash
stdin=$(cat)
echo "$CNI_COMMAND $CNI_IFNAME $stdin" >> /tmp/mine
case $CNI_COMMAND in
  ADD) if [ "$(jq -r .ipam.type <<< "$stdin")" = mine ]; then
         echo '{"cniVersion":"1.0.0","ips":[{"address":"10.5.0.99/24"}]}'
       else jq '.prevResult' <<< "$stdin"; fi ;;
  DEL) echo "so it goes" >&2; exit 3 ;;
esac
X
chmod +x /opt/cni/bin/mine
lab <<< '{"cniVersion": "1.0.0", "name": "lab", "plugins": [{"type": "bridge", "ipam": {"type": "mine"}}, {"type": "mine", "a": [1]}]}'
cnitool add lab /run/netns/one | jq -c '.ips'; cnitool del lab /run/netns/one; echo $?; cat /tmp/mine | sed 's/"prevResult.*//'
calls; jq -c '[.stdout, .stderr]' /var/log/cni/000002.json
chmod -x /opt/cni/bin/mine; cnitool add lab /run/netns/two; echo $?; printf 'echo {' > /opt/cni/bin/mine; chmod +x /opt/cni/bin/mine; cnitool add lab /run/netns/two; echo $?
rm -r /var/log/cni; ls /opt/cni/bin | wc -l; echo '{"cniVersion":"1.0.0","name":"x","type":"static","ipam":{"type":"static","addresses":[{"address":"10.1.1.1/24"}]}}' | by_hand static ADD; ls /var/log/cni`,
  ),
  one(
    'other plugins in a chain',
    `
lab <<< '{"cniVersion": "1.0.0", "name": "lab", "plugins": [{"type": "ptp", "ipam": {"type": "static", "addresses": [{"address": "10.6.0.9/24", "gateway": "10.6.0.1"}], "routes": [{"dst": "0.0.0.0/0"}]}},
 {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}, "mtu": 1400}, {"type": "bandwidth", "ingressRate": 8000000, "ingressBurst": 800000}, {"type": "sbr"}]}'
cnitool add lab /run/netns/one | jq -c '.ips, .routes'; ip netns exec one sysctl net.ipv4.conf.eth0.arp_filter
ip -n one route; ip -n one rule; ip -n one route show table 100; tc qdisc | grep tbf; ip -n one -o link show eth0 | grep -o 'mtu [0-9]*'
cnitool check lab /run/netns/one; echo $?; cnitool del lab /run/netns/one; echo $?; ip -br link | grep -c veth; calls
echo '{"cniVersion":"1.0.0","name":"x","type":"dhcp","ipam":{"type":"dhcp"}}' | by_hand dhcp ADD`,
  ),
];
