/** Sections 1 and 8: the commands of the course. */
import type { ManualPage } from '../page';

export const commandPages: readonly ManualPage[] = [
  {
    name: 'unshare',
    section: 1,
    summary: 'run a program in new namespaces',
    text: `
# SYNOPSIS
*unshare* [_options_] [_program_ [_arguments_]]

# DESCRIPTION
Makes the namespaces the options ask for and runs the program in them; a shell without one.

# OPTIONS
- *-m*, *--mount*[=_file_]: mounts. All mounts become private, unless *--propagation* says slave, shared or unchanged.
- *-u*, *--uts*[=_file_]: host name.
- *-i*, *--ipc*[=_file_]: System V IPC and message queues.
- *-n*, *--net*[=_file_]: network.
- *-p*, *--pid*[=_file_]: process numbers, for the children: see *--fork*.
- *-U*, *--user*[=_file_]: user and group ids.
- *-C*, *--cgroup*[=_file_]: cgroup root.
- *-f*, *--fork*: run the program as a child: with *--pid* it is then number 1.
- *--mount-proc*[=_dir_]: mount a new /proc first; implies *--mount*.
- *-r*, *--map-root-user*: map the own ids to root; implies *--user*.
- *-c*, *--map-current-user*: map them to themselves; implies *--user*.
- *--map-auto*: also map the ids that /etc/subuid and /etc/subgid grant.
- *--kill-child*[=_signal_]: end the program when unshare ends.
- *-R*, *--root* _dir_: change the root directory first.

With =_file_ the namespace is kept alive by a bind mount on that file.

# EXAMPLES
    unshare --user --map-root-user --pid --fork --mount-proc sh
    unshare --uts hostname box

# SEE ALSO
lsns(8), nsenter(1), namespaces(7)`,
  },
  {
    name: 'nsenter',
    section: 1,
    summary: 'run a program in namespaces of another process',
    text: `
# SYNOPSIS
*nsenter* [_options_] [_program_ [_arguments_]]

# OPTIONS
- *-t*, *--target* _pid_: whose namespaces.
- *-a*, *--all*: all of them.
- *-m*, *-u*, *-i*, *-n*, *-p*, *-U*, *-C*, *-T*: mount, UTS, IPC, network, PID, user, cgroup, time; with =_file_ from that file instead of the target's.
- *-r*, *-w*: also take the target's root, working directory.
- *-S* _uid_, *-G* _gid_: become that user, group inside.
- *--preserve-credentials*: stay who you are in the user namespace.
- *-F*, *--no-fork*: do not fork for a PID namespace: then the program itself stays outside.

# EXAMPLES
    nsenter --target 1234 --net ip addr
    nsenter --net=/run/netns/red ss -tl

# SEE ALSO
lsns(8), unshare(1), namespaces(7)`,
  },
  {
    name: 'lsns',
    section: 8,
    summary: 'list namespaces',
    text: `
# SYNOPSIS
*lsns* [_options_] [_namespace_]

# DESCRIPTION
Lists the namespaces that visible processes are in: number, kind, how many processes, the oldest of them and its command.

# OPTIONS
- *-t*, *--type* _kind_: only mnt, net, ipc, user, pid, uts, cgroup or time.
- *-p*, *--task* _pid_: only those of one process.
- *-o*, *--output* _columns_: NS, TYPE, PATH, NPROCS, PID, PPID, COMMAND, UID, USER, NETNSID, NSFS, PNS, ONS.
- *-n*, *--noheadings*: no heading.
- *-J*, *--json*: as JSON.
- *-r*, *--raw*: unaligned.

Only root sees the namespaces of everybody.

# SEE ALSO
nsenter(1), unshare(1), namespaces(7)`,
  },
  {
    name: 'mount',
    section: 8,
    summary: 'mount a filesystem',
    text: `
# SYNOPSIS
*mount* [*-t* _type_] [*-o* _options_] _source_ _directory_
*mount* *--bind*|*--rbind*|*--move* _old_ _new_
*mount* *--make-shared*|*--make-private*|*--make-slave*|*--make-unbindable* _mountpoint_

# DESCRIPTION
Attaches a filesystem to a directory; what was in it is covered until umount(8). Without arguments all mounts are listed.

# OPTIONS
- *-t* _type_: tmpfs, overlay, proc, sysfs, cgroup2, mqueue, devpts and others: see /proc/filesystems.
- *-o* _options_: ro, rw, nosuid, nodev, noexec, remount, bind, and those of the filesystem: size=, mode=, lowerdir= ...
- *-B*, *--bind*: show a directory or file in a second place; *-R* with all mounts below it.
- *-M*, *--move*: take a mount elsewhere.
- *--make-rshared*, *--make-rprivate* ...: the same for everything below as well.

# EXAMPLES
    mount -t tmpfs -o size=1m scratch /mnt
    mount --bind /srv/data /mnt
    mount -o remount,ro,bind /mnt

# SEE ALSO
findmnt(8), umount(8), mount_namespaces(7), overlayfs(5)`,
  },
  {
    name: 'umount',
    section: 8,
    summary: 'unmount filesystems',
    text: `
# SYNOPSIS
*umount* [_options_] _directory_|_source_ ...

# DESCRIPTION
Detaches the topmost mount of a directory. That fails with _target is busy_ while a process has a file open or stands in it:
*fuser -vm* and *lsof* name it.

# OPTIONS
- *-l*, *--lazy*: take it out of sight now, end it when nobody uses it any more.
- *-R*, *--recursive*: with all mounts below.
- *-a*, *--all*: all that can be.
- *-f*, *--force*: for filesystems whose server is gone.

# SEE ALSO
findmnt(8), fuser(1), mount(8)`,
  },
  {
    name: 'findmnt',
    section: 8,
    summary: 'find mounts',
    text: `
# SYNOPSIS
*findmnt* [_options_] [_source_|_mountpoint_]

# DESCRIPTION
Shows the mounts as a tree, or those that match.

# OPTIONS
- *-o*, *--output* _columns_: TARGET, SOURCE, FSTYPE, OPTIONS, PROPAGATION, ID, PARENT, FSROOT, MAJ:MIN and others.
- *-l*, *--list*: a list instead of a tree.
- *-R*, *--submounts*: also what is mounted below.
- *-T*, *--target* _path_: the mount a path lies in.
- *-t*, *--types* _list_: only these filesystems.
- *-n*, *--noheadings*: no heading.
- *-N*, *--task* _pid_: in the mount namespace of that process.
- *-J*, *--json*: as JSON.

# EXAMPLES
    findmnt -o TARGET,PROPAGATION
    findmnt -n -o FSTYPE -T /tmp

# SEE ALSO
mount(8), mount_namespaces(7)`,
  },
  {
    name: 'pivot_root',
    section: 8,
    summary: 'change the root filesystem',
    text: `
# SYNOPSIS
*pivot_root* _new_root_ _put_old_

# DESCRIPTION
Makes _new_root_ the root of the mount namespace and moves the old root to _put_old_, a directory below _new_root_. Unlike
chroot(1) it moves the mounts themselves: after unmounting the old root nothing leads back.

_new_root_ has to be a mount point other than the present root, and neither it nor its parent may be shared.

# EXAMPLE
    unshare --mount sh
    mount --bind /srv/box /srv/box
    cd /srv/box && mkdir -p old
    pivot_root . old
    cd / && umount -l /old

# SEE ALSO
chroot(8), mount(8), mount_namespaces(7)`,
  },
  {
    name: 'ip',
    section: 8,
    summary: 'show and change devices, addresses, routes',
    text: `
# SYNOPSIS
*ip* [_options_] _object_ _command_

# OBJECTS
- *link*: devices: *ip link add* _name_ *type* bridge|veth|dummy|vlan|macvlan|vxlan ..., *set* _name_ up|down|master|netns|name|mtu, *delete*.
- *address*: *ip addr add* 10.0.0.1/24 *dev* _name_, *del*, *show*, *flush*.
- *route*: *ip route add* _prefix_ *via* _gateway_ *dev* _name_, *add default*, *del*, *get* _address_.
- *neigh*: known hardware addresses of neighbours.
- *rule*: which table of routes is asked.
- *netns*: named network namespaces, see ip-netns(8).

# OPTIONS
- *-n* _name_: in that named namespace.
- *-4*, *-6*: only IPv4, IPv6.
- *-br*: a line for each device.
- *-d*, *-s*: details, counters.
- *-j*, *-p*: JSON, for people to read.

Words may be shortened: *ip a*, *ip r*, *ip l*.

# SEE ALSO
ip-netns(8), ss(8), nft(8), network_namespaces(7)`,
  },
  {
    name: 'ip-netns',
    section: 8,
    summary: 'network namespaces with names',
    text: `
# SYNOPSIS
*ip netns* [*list* | *add* _name_ | *del* _name_ | *exec* _name_ _command_ ... | *identify* [_pid_] | *pids* _name_ | *set* _name_ _id_]

# DESCRIPTION
A name is a file in /run/netns on which the namespace is bind-mounted; that keeps it alive without any process.
- *add*: a new namespace of that name.
- *exec*: run a command in it. /etc/netns/_name_ is laid over /etc, and /sys is mounted anew.
- *del*: take the name away; the namespace ends when no process is in it.
- *identify*, *pids*: the name a process is in; the processes in a name.

# EXAMPLES
    ip netns add red
    ip -n red link set lo up
    ip netns exec red ip addr

# SEE ALSO
ip(8), network_namespaces(7)`,
  },
  {
    name: 'nft',
    section: 8,
    summary: 'packet filter and address translation',
    text: `
# SYNOPSIS
*nft* [_options_] [_command_ | *-f* _file_]

# DESCRIPTION
Rules are in chains, chains in tables. A base chain says where packets come by it: a hook (prerouting, input, forward, output,
postrouting) and a priority.

# COMMANDS
    nft add table ip box
    nft add chain ip box out '{ type nat hook postrouting priority srcnat; }'
    nft add rule ip box out ip saddr 10.0.0.0/24 masquerade
    nft list ruleset
    nft -a list chain ip box out
    nft delete rule ip box out handle 4
    nft flush ruleset

# WORDS OF RULES
- matches: *ip saddr*, *ip daddr*, *tcp dport*, *udp dport*, *iifname*, *oifname*, *ct state* established,related, *icmp type*, *meta mark*.
- verdicts: *accept*, *drop*, *reject*, *jump* _chain_, *return*; *masquerade*, *snat to*, *dnat to*, *redirect*; *counter*, *log*.

# SEE ALSO
iptables(8), ip(8)`,
  },
  {
    name: 'iptables',
    section: 8,
    summary: 'packet filter and address translation, the older command',
    text: `
# SYNOPSIS
*iptables* [*-t* _table_] *-A*|*-I*|*-D* _chain_ _rule_
*iptables* [*-t* _table_] *-L*|*-S*|*-F*|*-P* [_chain_]

# DESCRIPTION
Tables: filter (INPUT, FORWARD, OUTPUT), nat (PREROUTING, POSTROUTING, ...), mangle. The rules are those of nf_tables underneath: nft(8)
shows them as well.
- *-s*, *-d*: source, destination.
- *-i*, *-o*: device in, out.
- *-p* tcp *--dport*: protocol and port.
- *-j*: ACCEPT, DROP, REJECT, MASQUERADE, DNAT *--to-destination*, SNAT *--to-source*, or a chain.

# EXAMPLE
    iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE

# SEE ALSO
nft(8)`,
  },
  {
    name: 'ps',
    section: 1,
    summary: 'list processes',
    text: `
# SYNOPSIS
*ps* [_options_]

# DESCRIPTION
Shows what /proc shows: the processes of the pid namespace that /proc was mounted for. Without options those of the own terminal.

# OPTIONS
- *-e*, *-A*: all processes.
- *-f*, *-F*, *-l*: more columns.
- *aux*: all, with user, memory and state.
- *-o* _columns_: pid, ppid, user, uid, comm, args, stat, pidns, netns, mntns, cgroup and others.
- *-p* _list_, *--ppid* _list_, *-C* _name_, *-u* _user_: only these.
- *--forest*, *-H*: as a tree.

# STATES
- R: running. S: sleeping. D: waiting for the kernel. T: stopped. Z: ended, not waited for.

# SEE ALSO
kill(1), pgrep(1), pstree(1), top(1), pid_namespaces(7)`,
  },
  {
    name: 'chroot',
    section: 8,
    summary: 'run a command with another root directory',
    text: `
# SYNOPSIS
*chroot* [_options_] _newroot_ [_command_ [_arguments_]]

# DESCRIPTION
Names that begin with / are looked up from _newroot_. The program and its libraries have to be there. Mounts, processes and network stay
those of before; root can get out again. For a container see pivot_root(8) and unshare(1).
- *--userspec*=_user_:_group_: as that user.

# SEE ALSO
pivot_root(8), namespaces(7)`,
  },
  {
    name: 'kill',
    section: 1,
    summary: 'send a signal to processes',
    text: `
# SYNOPSIS
*kill* [*-s* _signal_ | *-*_signal_] _pid_ ...

# DESCRIPTION
TERM when nothing else is said. A negative number means a process group. *kill -l* lists the signals, *kill -0* only asks whether it could be done.

Number 1 of a pid namespace gets from inside only the signals it handles.

# SEE ALSO
ps(1), pid_namespaces(7)`,
  },
  {
    name: 'hostname',
    section: 1,
    summary: 'show or set the host name',
    text: `
# SYNOPSIS
*hostname* [_name_]

# DESCRIPTION
The name belongs to the UTS namespace. Setting it needs CAP_SYS_ADMIN there.

# SEE ALSO
uname(1), uts_namespaces(7)`,
  },
  {
    name: 'ipcs',
    section: 1,
    summary: 'show System V IPC objects',
    text: `
# SYNOPSIS
*ipcs* [*-m*|*-q*|*-s*] [*-i* _id_] [*-c*|*-l*|*-p*|*-t*|*-u*]

# DESCRIPTION
Shared memory (*-m*), message queues (*-q*) and semaphores (*-s*) of the IPC namespace. ipcmk(1) makes them, ipcrm(1) removes them by id or key.

# SEE ALSO
ipc_namespaces(7)`,
  },
  {
    name: 'capsh',
    section: 1,
    summary: 'look at capabilities and try them',
    text: `
# SYNOPSIS
*capsh* [_options_]

# OPTIONS
- *--print*: the sets of the process.
- *--decode*=_hex_: the names in a number from /proc/PID/status.
- *--drop*=_list_: out of the bounding set.
- *--*: run a shell with what comes behind.

# SEE ALSO
getpcaps(8), capabilities(7)`,
  },
  {
    name: 'man',
    section: 1,
    summary: 'show a page of the manual',
    text: `
# SYNOPSIS
*man* [_section_] _page_ ...
*man* *-k* _word_ ...

# DESCRIPTION
The pages here are short ones, written for this simulator. *-k* (apropos) looks for a word in names and summaries, *-f* (whatis) shows the summary
of a name. Sections: 1 commands, 5 files, 7 overviews, 8 administration.

On a terminal the page is shown by less(1): space goes on, q leaves, / searches.

# SEE ALSO
less(1)`,
  },
  {
    name: 'less',
    section: 1,
    summary: 'show text a screenful at a time',
    text: `
# SYNOPSIS
*less* [_options_] [_file_ ...]

# COMMANDS
- SPACE, b: on, back by a window. j, k: by a line. g, G: beginning, end.
- /pattern, ?pattern: search forward, backward. n, N: again.
- F: wait for more at the end; Ctrl-C stops that. h: help. q: leave.

# OPTIONS
- *-N*: line numbers.
- *-S*: cut off long lines.
- *-R*: colours as they are.
- *-F*: leave at once when everything fits.
- *-X*: leave the text on the screen.
- *-i*: capitals do not matter in searches.`,
  },
];
