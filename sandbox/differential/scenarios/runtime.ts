/** The OCI runtime in a Machine, as a learner uses it: bundles, the life of a container, what it says of what is wrong. */
import type { Scenario } from '../scenario';

/** Process numbers, and times of day. */
const mask = [
  { match: /\d{4}-\d\d-\d\dT[\d:.]+Z/g, as: 'TIME' },
  { match: /\b\d\d:\d\d(?=[ :])/g, as: 'HH:MM' },
  { match: /("pid": )[1-9]\d*/g, as: '$1PID' },
  { match: /^(c\d +)[1-9]\d*( +)/gm, as: '$1PID$2' },
];

/** A bundle of BusyBox in /root/b; `args COMMAND...` sets what it runs. */
const bundle = `
mkdir -p /root/b/rootfs/{bin,proc,sys,dev,etc}; cd /root/b
cp /usr/bin/busybox rootfs/bin; for a in sh ps ls cat sleep hostname; do ln -s busybox rootfs/bin/$a; done
runc spec
args() { jq '.process.terminal = false | .process.args = $ARGS.positional' config.json --args -- "$@" > edited; mv edited config.json; }
comes() { for _ in {1..400}; do if "$@" > /dev/null 2>&1; then return; fi; sleep 0.02; done; echo "never came: $*"; }
gone() { ! kill -0 $1; }
`;

export const runtime: readonly Scenario[] = [
  {
    name: 'a container is created, started, seen, killed and deleted, step by step',
    mask,
    script: `${bundle}
args sh -c 'echo from inside $$; sleep 100'
runc create --pid-file pid c1; echo "create $?"; runc state c1; runc list; ls /run/runc
runc start c1; comes pgrep -x sleep; runc list -q
runc exec c1 ps; runc ps c1 | awk '{ print $1, $4, $8, $9, $10, $11 }'
runc exec -e A=b --cwd /bin c1 sh -c 'echo $A $PWD; exit 5'; echo "exec $?"
runc pause c1; runc state c1 | jq .status; runc resume c1
runc kill c1 KILL; comes gone $(cat pid); runc state c1; runc delete c1; runc list; ls /run/runc`,
  },
  {
    name: 'run waits, answers with the exit status and leaves nothing; --keep and -d leave the container',
    mask,
    script: `${bundle}
args sh -c 'hostname; ls /; cat /proc/1/comm; kill -9 $$; echo alive; exit 7'; runc run c1; echo "run $?"; ls /run/runc
args cat; echo through | runc run --keep c1; runc state c1 | jq .status; runc delete c1
args sleep 100; runc run -d --pid-file pid c2; echo "run $?"; kill -0 $(cat pid); echo $?
runc delete c2; runc delete -f c2; echo "delete $?"; ls /run/runc; find /sys/fs/cgroup -name 'c[0-9]'`,
  },
  {
    name: 'what runs in the foreground gets the signals that the runtime gets',
    mask,
    script: `${bundle}
args sh -c 'trap "echo heard; exit 3" TERM; echo ready; while :; do sleep 0.05; done'
runc run c1 > out & comes grep ready out; kill $!; wait $!; echo $?; cat out; ls /run/runc`,
  },
  {
    name: 'containers that stay, one in each state',
    mask,
    script: `${bundle}
args sleep 1000; for c in c1 c2 c3 c4; do runc create --pid-file $c $c; done
runc start c2; runc start c3; runc start c4; runc exec -d --cwd /bin c2 sleep 2000; runc pause c3; runc kill c4 KILL; comes gone $(cat c4)
runc list -f json | jq -c '.[] | [.id, .status]'; runc ps -f json c2 | jq length`,
  },
  {
    name: 'states allow what they allow',
    mask,
    script: `${bundle}
args sleep 100
runc create --pid-file pid c1; runc create c1; runc delete c1; runc resume c1; runc start c1; runc start c1
runc exec c1 true; runc pause c1; runc start c1; runc exec c1 true; runc resume c1
runc kill c1 NOSUCH; runc kill c1 KILL; comes gone $(cat pid)
runc kill c1; runc exec c1 true; runc pause c1; runc delete c1; runc delete c1; echo $?`,
  },
  {
    name: 'a bad bundle is refused before anything is made',
    mask,
    script: `${bundle}
runc run -b /nowhere c1; runc run 'bad/name'; runc spec; runc delete none; runc delete -f none
try() { jq "$1" config.json > other.json; mkdir -p o; mv other.json o/config.json; ln -sfn ../rootfs o/rootfs; runc create -b o c1; echo $?; }
args sh; try '.process.args = ["/no/such"]'; try 'del(.root) | .process.args = [] | .process.cwd = "relative"'; try '.root.path = "missing"'
try '.linux.namespaces[0].type = "time travel"'; try '.mounts[0].type = "nosuchfs"'
echo '{' > config.json; runc create c1; ls /run/runc; find /sys/fs/cgroup -name c1`,
  },
  {
    name: 'the command line is held to what it takes',
    mask,
    script: `
runc --version; runc kill; echo $?; runc list --bad; runc list -f xml; runc list -f json; runc nonsense
runc exec; runc --log-format yaml list; runc help run; runc update --memory much x
runc --log /tmp/log state none; sed 's/time="[^"]*"//' /tmp/log; runc --log-format json state none; runc features | jq -c '.ociVersionMin'`,
  },
  {
    name: 'namespaces, mounts, limits, hooks and users are as the configuration has them',
    mask,
    script: `${bundle}
mkdir /root/share; echo shared > /root/share/file
edit() { jq "$1" config.json > edited; mv edited config.json; }
args sh -c 'hostname; cat /mnt/file; echo x > /mnt/new; busybox id; pwd; ulimit -n; ls -ld /proc/self/ns/net | wc -l'
edit '.hostname = "inside" | .process.cwd = "/bin" | .process.user = {uid: 1000, gid: 1000}'
edit '.mounts += [{destination: "/mnt", type: "none", source: "/root/share", options: ["rbind", "ro"]}]'
edit '.linux.resources = {pids: {limit: 20}, memory: {limit: 33554432}}'
edit '.hooks = {prestart: [{path: "/bin/sh", args: ["sh", "-c", "echo prestart: $(jq -r .status) >> /root/hooks"]}], poststop: [{path: "/bin/sh", args: ["sh", "-c", "echo poststop: $(jq -r .status) >> /root/hooks"]}]}'
runc run c1; echo $?; cat /root/hooks; ls /root/share
args sleep 100; runc run -d c2; runc update --pids-limit 30 c2; cat $(find /sys/fs/cgroup -path '*c2/pids.max')
edit '.hooks = {createRuntime: [{path: "/bin/false"}]}'; runc create c3; echo $?; runc list -q; runc delete -f c2; cat /root/hooks`,
  },
  {
    name: 'a user who is not root has containers in user namespaces of his own',
    user: 'learner',
    mask: [...mask, { match: /newuidmap \d+/, as: 'newuidmap PID' }],
    script: `
mkdir -p ~/b/rootfs/bin; cd ~/b; cp /usr/bin/busybox rootfs/bin; for a in sh id cat sleep; do ln -s busybox rootfs/bin/$a; done
runc spec --rootless; jq -c '.linux.uidMappings, [.linux.namespaces[].type] - ["cgroup"], .linux.resources' config.json
edit() { jq "$1" config.json > edited; mv edited config.json; }
edit '.process.terminal = false | .process.args = ["sh", "-c", "id; cat /proc/self/uid_map; exec sleep 100"]'
runc run c1; echo $?; own() { runc --root /tmp/own "$@"; }
own create --pid-file pid c1; own state c1 | jq -r .status,.owner; own start c1; own exec c1 cat /proc/self/gid_map
own kill c1 KILL; while kill -0 $(cat pid) 2> /dev/null; do sleep 0.02; done; own delete c1; own list -q
edit '.process.args = ["cat", "/proc/self/uid_map"] | .linux.uidMappings += [{containerID: 1, hostID: 100000, size: 10}]'
edit '.linux.gidMappings = .linux.uidMappings'; own run c2; echo $?
edit '.linux.uidMappings[1].hostID = 5'; own run c2; echo $?; ls /tmp/own`,
  },
];
