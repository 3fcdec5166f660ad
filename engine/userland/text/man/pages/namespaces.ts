/** Section 7: what the course is about. */
import type { ManualPage } from '../page';

export const namespacePages: readonly ManualPage[] = [
  {
    name: 'namespaces',
    section: 7,
    summary: 'what a process sees of the system',
    text: `
# DESCRIPTION
A namespace wraps one kind of system resource, so that the processes inside have their own view of it. A container is little
more than processes that share a set of namespaces.

# KINDS
- *mnt*: the mounts a process sees, see mount_namespaces(7). Flag CLONE_NEWNS.
- *uts*: host name and NIS domain name, see uts_namespaces(7). Flag CLONE_NEWUTS.
- *ipc*: System V IPC objects and POSIX message queues, see ipc_namespaces(7). Flag CLONE_NEWIPC.
- *pid*: the numbers of processes, see pid_namespaces(7). Flag CLONE_NEWPID.
- *net*: devices, addresses, routes, sockets, packet rules, see network_namespaces(7). Flag CLONE_NEWNET.
- *user*: user and group ids, capabilities, see user_namespaces(7). Flag CLONE_NEWUSER.
- *cgroup*: the root of the cgroup tree that is shown, see cgroup_namespaces(7). Flag CLONE_NEWCGROUP.
- *time*: offsets of the monotonic and boot-time clocks. Flag CLONE_NEWTIME.

# FILES
The directory */proc/PID/ns* has one link a kind. Two processes are in the same namespace when their links name the same
number:
    readlink /proc/self/ns/uts
    uts:[4026531838]

Opening such a file, or bind-mounting it elsewhere, keeps the namespace alive. Otherwise it ends with its last process.

# CALLS
clone(2) starts a child in new namespaces, unshare(2) moves the caller into new ones, setns(2) into one that exists. The
commands for the last two are unshare(1) and nsenter(1). All kinds but user need the capability CAP_SYS_ADMIN.

# SEE ALSO
lsns(8), nsenter(1), unshare(1), capabilities(7), cgroups(7)`,
  },
  {
    name: 'mount_namespaces',
    section: 7,
    summary: "mounts of one's own",
    text: `
# DESCRIPTION
A mount namespace is a list of mounts. A new one begins as a copy of its maker's; what is mounted afterwards in one is not
seen in the other, unless propagation carries it over.

# PROPAGATION
Each mount has a propagation type, shown in the optional fields of */proc/PID/mountinfo* and by *findmnt -o TARGET,PROPAGATION*.
- *shared*: mounts and unmounts below it reach every mount of its peer group, and come back from there.
- *private*: nothing goes out, nothing comes in.
- *slave*: what happens in its master group comes in, nothing goes out.
- *unbindable*: private, and it cannot be bind-mounted.

A copy of a shared mount, made by a bind mount or by a new namespace, joins the same peer group. unshare(1) therefore makes all
mounts of the new namespace private, unless *--propagation* says otherwise.

# LESS PRIVILEGED NAMESPACES
When the new mount namespace belongs to another user namespace, shared mounts arrive as slaves, and mounts that came as one
piece are locked: they cannot be taken apart, nor can what they cover be uncovered.

# EXAMPLES
    mount --make-shared /mnt
    unshare --mount --propagation slave sh

# SEE ALSO
findmnt(8), mount(8), pivot_root(8), umount(8), unshare(1), namespaces(7)`,
  },
  {
    name: 'pid_namespaces',
    section: 7,
    summary: "process numbers of one's own",
    text: `
# DESCRIPTION
In a pid namespace processes are numbered from 1. A process has a number in its own namespace and one in each namespace above,
up to the first; the line *NSpid* of */proc/PID/status* lists them. Nobody sees processes of namespaces above or beside its own.

# INIT
The first process is number 1, the init of the namespace. It takes in orphans and has to wait for them, or they stay zombies.
Signals from inside reach it only when it handles them; SIGKILL and SIGSTOP from a namespace above always do. When it ends, the kernel
kills every process of the namespace, and no more can be started there.

# ENTERING
A process never changes its pid namespace. unshare(2) and setns(2) decide where its *children* are born: hence the option
*--fork* of unshare(1). The link *pid_for_children* in */proc/PID/ns* shows it.

# PROC
A */proc* shows the processes of the namespace it was mounted in. For a new namespace mount a new one:
    unshare --pid --fork --mount-proc sh

# SEE ALSO
kill(1), ps(1), unshare(1), namespaces(7)`,
  },
  {
    name: 'user_namespaces',
    section: 7,
    summary: "user ids and powers of one's own",
    text: `
# DESCRIPTION
A user namespace has user and group ids of its own, which are mapped to ids of the namespace it was made in. A process can be
root inside and an ordinary user outside. Making one needs no privilege.

# CAPABILITIES
The first process has all capabilities inside. They count for what belongs to the namespace: its other namespaces, and files
whose owner and group are mapped. They count for nothing outside.

# MAPS
*/proc/PID/uid_map* and *gid_map* hold lines of three numbers: first id inside, first id outside, how many. Each may be written
once. Without privilege over the outside only one line is accepted, that maps the writer's own id; a group map then also needs *deny*
in */proc/PID/setgroups*. newuidmap(1) and newgidmap(1) write more, as */etc/subuid* and */etc/subgid* allow.
    unshare --user --map-root-user sh
    unshare --user --map-auto --map-root-user sh

Ids without a mapping are shown as 65534, *nobody* and *nogroup*.

# OWNERS
Every other namespace belongs to the user namespace it was made in; CAP_SYS_ADMIN there is what it takes to change it.

# SEE ALSO
capabilities(7), namespaces(7), newuidmap(1), unshare(1)`,
  },
  {
    name: 'network_namespaces',
    section: 7,
    summary: "networks of one's own",
    text: `
# DESCRIPTION
A network namespace has its own devices, addresses, routes, neighbours, packet rules, ports and */proc/sys/net*. A new one has a
single device, *lo*, which is down.

# CONNECTING
A device is in one namespace at a time. A veth pair is two devices that pass packets to each other; one end is moved:
    ip link add left type veth peer name right netns red
    ip addr add 10.0.0.1/24 dev left
    ip link set left up
    ip -n red addr add 10.0.0.2/24 dev right
    ip -n red link set right up

Several are joined by a bridge. To reach further, the host forwards (*sysctl net.ipv4.ip_forward=1*), the namespace gets a default
route, and usually addresses are rewritten (nft(8), *masquerade*).

# NAMES
ip-netns(8) gives namespaces names by bind-mounting them on files in */run/netns*. When a namespace ends, its virtual devices are deleted.

# SEE ALSO
ip(8), ip-netns(8), nft(8), veth devices in ip(8), namespaces(7)`,
  },
  {
    name: 'uts_namespaces',
    section: 7,
    summary: "a host name of one's own",
    text: `
# DESCRIPTION
A UTS namespace holds two names: the host name and the NIS domain name. A new one begins with its maker's. Setting them needs
CAP_SYS_ADMIN in the user namespace that owns it.
    unshare --uts sh -c 'hostname box; uname -n'

The name of the kernel, its release and the machine are the same everywhere: they are not part of it. The prompt of a shell that runs
already keeps the old name.

# SEE ALSO
hostname(1), uname(1), unshare(1), namespaces(7)`,
  },
  {
    name: 'ipc_namespaces',
    section: 7,
    summary: "shared memory, semaphores and queues of one's own",
    text: `
# DESCRIPTION
An IPC namespace holds System V shared memory, semaphores and message queues, with their keys and ids, and the POSIX message
queues. A new one is empty. The same key means different objects in different namespaces.

When the last process of the namespace ends, all its objects are destroyed.

POSIX shared memory is files in */dev/shm*: that is a matter of mounts. A mount of type mqueue shows the queues of the namespace it was mounted in.
    ipcmk --shmem 4096
    ipcs -m
    unshare --ipc ipcs -m

# SEE ALSO
ipcs(1), ipcmk(1), ipcrm(1), unshare(1), namespaces(7)`,
  },
  {
    name: 'cgroup_namespaces',
    section: 7,
    summary: "a root of the cgroup tree of one's own",
    text: `
# DESCRIPTION
The cgroup a process is in when its cgroup namespace is made becomes the root of what is seen inside: */proc/PID/cgroup* shows
paths from there, cgroups outside begin with */..*, and a new mount of cgroup2 shows only what lies below.

It hides; it does not limit. Limits are set in the files of the cgroup itself, see cgroups(7).

# SEE ALSO
cgroups(7), namespaces(7), unshare(1)`,
  },
  {
    name: 'cgroups',
    section: 7,
    summary: 'groups of processes, with limits',
    text: `
# DESCRIPTION
Control groups are a tree of directories under */sys/fs/cgroup* (version 2). Every process is in one of them. A directory is made
with mkdir(1), a process is moved by writing its number:
    mkdir /sys/fs/cgroup/box
    echo $$ > /sys/fs/cgroup/box/cgroup.procs

Controllers are handed down by the parent's *cgroup.subtree_control*; a group that does so has no processes itself, except for the root.

# FILES
- *cgroup.procs*: the processes in it; writing moves one in.
- *pids.max*: how many there may be.
- *memory.max*: bytes they may hold; beyond, one of them is killed. *memory.current* and *memory.events* tell.
- *cpu.max*: microseconds of a period they may run: *20000 100000* is a fifth of one processor. *cpu.weight* shares what is there.
- *cgroup.freeze*: 1 stops all of them, 0 lets them go on.
- *cgroup.kill*: writing 1 ends all of them.

# SEE ALSO
cgroup_namespaces(7)`,
  },
  {
    name: 'capabilities',
    section: 7,
    summary: 'the powers of root, one by one',
    text: `
# DESCRIPTION
What only root may do is divided into capabilities. A process has five sets of them, shown in */proc/PID/status*:
- *CapEff*: effective: what counts when the kernel asks.
- *CapPrm*: permitted: what may be made effective.
- *CapInh*: inheritable: what files with inheritable capabilities may add at execve(2).
- *CapBnd*: bounding: what execve(2) can give at most. What is dropped never comes back.
- *CapAmb*: ambient: what programs without capabilities of their own keep at execve(2).

Programs can have capabilities in their file: setcap(8), getcap(8). A user namespace gives all of them, for what belongs to it.

# SOME OF THEM
- *CAP_SYS_ADMIN*: mounts, namespaces, host name, and much else.
- *CAP_NET_ADMIN*: devices, addresses, routes, packet rules.
- *CAP_NET_BIND_SERVICE*: ports below 1024.
- *CAP_NET_RAW*: raw and packet sockets.
- *CAP_SYS_PTRACE*: looking into other processes.
- *CAP_CHOWN*: any owner for any file.
- *CAP_DAC_OVERRIDE*: files whatever their permissions say.
- *CAP_KILL*: signals to anybody.
- *CAP_SETUID*: any user id.
- *CAP_SYS_CHROOT*: chroot(2).

# SEE ALSO
capsh(1), getpcaps(8), setcap(8), user_namespaces(7)`,
  },
  {
    name: 'overlayfs',
    section: 5,
    summary: 'directories laid over each other',
    text: `
# DESCRIPTION
An overlay shows several directories as one. Lower ones are only read; what is changed goes to the upper one. Images of containers are
stacks of lower directories.
    mount -t overlay overlay -o lowerdir=/b:/a,upperdir=/u,workdir=/w /m

- *lowerdir*: directories, the topmost first, separated by colons.
- *upperdir*: where changes go. Without it the overlay is read-only.
- *workdir*: an empty directory on the filesystem of upperdir, for the kernel's own use.

# WHAT HAPPENS
A file that is opened for writing is copied up first, whole. A deleted file of a lower layer leaves a whiteout in the upper one: a
character device 0:0 of its name. A directory that replaces one of below is opaque (xattr *trusted.overlay.opaque*).
Names in several layers: the topmost wins, directories are merged.

# SEE ALSO
mount(8)`,
  },
];
