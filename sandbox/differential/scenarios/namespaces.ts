/** The eight kinds of namespaces: making, entering, pinning, what is seen from where. */
import type { Scenario } from '../scenario';

const one = (name: string, script: string, user?: 'learner'): Scenario => ({ name, script, ...(user ? { user } : {}) });

const kinds = ['mnt', 'uts', 'ipc', 'pid', 'net', 'user', 'cgroup', 'time'];

export const namespaces: readonly Scenario[] = [
  one('the files of a process', 'ls /proc/self/ns; for k in /proc/self/ns/*; do readlink $k; done'),
  ...kinds.map((kind) => {
    const flag = { mnt: 'm', uts: 'u', ipc: 'i', pid: 'p', net: 'n', user: 'U', cgroup: 'C', time: 'T' }[kind];
    return one(
      `unshare ${kind} makes that one only`,
      `for k in ${kinds.join(' ')}; do readlink /proc/self/ns/$k; done; unshare -${flag} --fork bash -c 'for k in ${kinds.join(' ')}; do readlink /proc/self/ns/$k; done; readlink /proc/$PPID/ns/${kind}'`,
    );
  }),
  one('all at once', "unshare -muinpfUrCT bash -c 'id -u; hostname inside; hostname; echo $$'; hostname"),
  one(
    'a host name inside and outside',
    "unshare -u bash -c 'hostname inside; hostname; domainname; domainname d; domainname; uname -n'; hostname; domainname; uname -n",
  ),
  one(
    'a host name through proc',
    "unshare -u bash -c 'echo there > /proc/sys/kernel/hostname; hostname; cat /proc/sys/kernel/hostname'; hostname",
  ),
  one(
    'a host name that is too long',
    'unshare -u hostname $(printf %065d 0); echo $?; unshare -u hostname $(printf %064d 0); echo $?',
  ),
  one(
    'a host name without the right',
    'hostname mine; echo $?; domainname mine; echo $?; echo x > /proc/sys/kernel/hostname; echo $?',
    'learner',
  ),
  one(
    'a pinned namespace',
    'touch /run/u; unshare --uts=/run/u hostname pinned; nsenter --uts=/run/u hostname; hostname; umount /run/u; nsenter --uts=/run/u hostname; echo $?',
  ),
  one(
    'a pin by hand',
    "touch /run/u; unshare -u bash -c 'hostname by-hand; mount --bind /proc/self/ns/uts /run/u'; nsenter --uts=/run/u hostname; awk '/nsfs/ {print $4, $5, $9}' /proc/self/mountinfo | cut -d '[' -f 1",
  ),
  one(
    'several pins at once',
    'cd /run; touch a b c; unshare --uts=a --ipc=b --net=c hostname three; for k in uts=a ipc=b net=c; do nsenter --$k readlink /proc/self/ns/${k%=*}; done',
  ),
  one(
    'a symbolic link is no pin',
    "ln -s /proc/$$/ns/uts /run/l; nsenter --uts=/run/l hostname; bash -c 'ln -s /proc/$$/ns/uts /run/m'; nsenter --uts=/run/m hostname; echo $?",
  ),
  one(
    'entering what is no namespace',
    'nsenter --uts=/etc/passwd hostname; echo $?; nsenter --uts=/nowhere hostname; echo $?; nsenter --net=/proc/self/ns/uts true; echo $?',
  ),
  one('entering a process that is not there', 'nsenter -t 99999 -u hostname; echo $?'),
  one(
    'entering everything of a process',
    "unshare -uimpf --mount-proc bash -c 'hostname all; sleep 5' & comes pgrep -x sleep; P=$(pgrep -x sleep); nsenter -t $P -a hostname; nsenter -t $P -a ps -e -o comm= | head -n 3; { kill -KILL $P; wait; } 2> /dev/null",
  ),
  one('an unprivileged user makes none', 'for f in m u i n p C; do unshare -$f true; echo $?; done', 'learner'),
  one('but one of users, and then all', 'unshare -U true; echo $?; unshare -Umuinpf true; echo $?', 'learner'),
  one('pid 1 of a new namespace', 'unshare -pf bash -c \'echo $$; sh -c "echo \\$\\$"; echo $BASHPID $PPID\''),
  one(
    'without a fork',
    "unshare -p bash -c 'echo first; /bin/true; echo $?; /bin/true; echo $?; true | true; echo $?' 2>&1 | sed 's/^bash: line 1: //'",
  ),
  one('proc of the new namespace', "unshare -pf --mount-proc bash -c 'ps -e -o pid,comm; ls /proc | grep -c ^[0-9]'"),
  one(
    'the old proc in the new namespace',
    "unshare -pf bash -c 'readlink /proc/self; echo $?; ls -d /proc/1 > /dev/null && echo there'",
  ),
  one(
    'numbers in nested namespaces',
    "unshare -pf unshare -pf bash -c 'grep NSpid /proc/self/status || echo none'; unshare -pf unshare -pf --mount-proc bash -c 'grep NSpid /proc/self/status'",
  ),
  one(
    'NSpid has one number a level',
    'unshare -pf unshare -pf sleep 5 & comes pgrep -x sleep; grep NSpid /proc/$(pgrep -x sleep)/status | wc -w; { pkill -KILL sleep; wait; } 2> /dev/null',
  ),
  one('init ends and takes all along', "unshare -pf bash -c 'sleep 100 & sleep 101 & exec sleep 0.2'; pgrep -c sleep"),
  one(
    'killing init from outside',
    "unshare -pf bash -c 'sleep 100 & exec sleep 101' & comes pgrep -xf 'sleep 101'; pkill -KILL -xf 'sleep 101'; wait $!; echo $?; pgrep -c sleep",
  ),
  one(
    'init and signals from inside',
    "unshare -pf --mount-proc bash -c 'kill -TERM 1; kill -KILL 1; kill -INT 1; echo alive'",
  ),
  one(
    'init with a handler',
    'unshare -pf --mount-proc bash -c \'trap "echo got it" TERM; sh -c "kill -TERM 1"; echo after\'',
  ),
  one(
    'init and signals from outside',
    'unshare -pf --kill-child sleep 100 & comes pgrep -x sleep; S=$(pgrep -x sleep); kill -TERM $S; sleep 0.1; kill -0 $S; echo $?; kill -KILL $S; wait; kill -0 $S 2> /dev/null; echo $?',
  ),
  one(
    'orphans go to init',
    "unshare -pf --mount-proc bash -c '(sleep 30 & echo $!) > /tmp/p; ps -o ppid= -p $(cat /tmp/p)'",
  ),
  one(
    'zombies of an init that does not wait',
    "unshare -pf --mount-proc bash -c '(for i in 1 2 3; do until read -r name < /proc/1/comm && [[ $name = sleep ]]; do :; done & done); exec sleep 30' & comes eval '[ $(ps -e -o stat= | grep -c ^Z) = 3 ]'; ps -e -o stat=,comm= | grep -c ^Z; pkill -KILL -xf 'sleep 30'; wait; ps -e -o stat= | grep -c ^Z",
  ),
  one(
    'the last number',
    'unshare -pf --mount-proc bash -c \'echo 100 > /proc/sys/kernel/ns_last_pid; sh -c "echo \\$\\$"\' ; echo $?',
  ),
  one(
    'nobody lives in a dead namespace',
    'unshare -pf sleep 0.1; touch /run/p; unshare --pid=/run/p true; nsenter --pid=/run/p true; echo $?; umount /run/p',
  ),
  one(
    'lsns of one process',
    'unshare -u sleep 3 & comes grep -q ^sleep /proc/$!/comm; lsns -n -o TYPE,NPROCS -p $! > /tmp/seen; sort /tmp/seen; kill $!',
  ),
  one(
    'lsns counts',
    'lsns -n -o TYPE,NPROCS,COMMAND -t uts; unshare -u sleep 3 & comes grep -q ^sleep /proc/$!/comm; lsns -n -o NPROCS,COMMAND -t uts > /tmp/seen; sort /tmp/seen; kill $!',
  ),
  one(
    'ipc objects are apart',
    "ipcmk -Q > /dev/null; ipcs -q | grep -c 0x; unshare -i bash -c 'ipcs -q | grep -c 0x; ipcmk -M 100 > /dev/null; ipcs -m | grep -c 0x'; ipcs -m | grep -c 0x",
  ),
  one('the first id in a new namespace is 0', "unshare -i bash -c 'ipcmk -M 10; ipcmk -M 10; ipcmk -S 3; ipcmk -Q'"),
  one(
    'a key once in each namespace',
    'perl -e \'shmget(77, 100, 01600) // die "$!\\n"; shmget(77, 100, 03600) // print "$!\\n"; shmget(77, 200, 0) // print "$!\\n"\'; unshare -i perl -e \'shmget(77, 200, 03600) // die "$!\\n"; print "made\\n"\'',
  ),
  one(
    'ipcs of a segment',
    "ipcmk -M 4096 > /dev/null; ipcs -m | awk 'NR > 3 {print $3, $4, $5, $6}'; ipcrm -m 0; ipcs -m | awk 'NR > 3'; ipcrm -m 0; echo $?; ipcrm -M 0x1234; echo $?",
  ),
  one(
    'semaphores and queues',
    "ipcmk -S 4 -p 640 > /dev/null; ipcs -s | awk 'NR > 3 {print $3, $4, $5}'; ipcmk -Q > /dev/null; ipcs -q | awk 'NR > 3 {print $3, $4, $5, $6}'; ipcrm --all; ipcs | grep -c 0x",
  ),
  one(
    'limits of ipc',
    'ipcs -l | head -n 8; cat /proc/sys/kernel/msgmax /proc/sys/kernel/msgmnb /proc/sys/kernel/msgmni /proc/sys/kernel/sem /proc/sys/kernel/shmmni',
  ),
  one(
    'posix queues as files',
    'unshare -im bash -c \'mount -t mqueue mqueue /dev/mqueue; touch /dev/mqueue/q; ls -l /dev/mqueue | cut -d " " -f 1; cat /dev/mqueue/q; rm /dev/mqueue/q; ls /dev/mqueue; mkdir /dev/mqueue/d; echo $?\'',
  ),
  one(
    'a mount of queues shows where it was made',
    "unshare -i bash -c 'touch /dev/mqueue/outer; ls /dev/mqueue'; ls /dev/mqueue",
  ),
  one(
    'a network of its own',
    'unshare -n bash -c \'ip -br link; ip route; ping -c 1 127.0.0.1; echo $?; ip link set lo up; ping -c 1 -q 127.0.0.1 | grep -o "1 packets.*loss"\'',
  ),
  one(
    'a user of its own',
    "unshare -U bash -c 'id; cat /proc/self/uid_map; cat /proc/self/setgroups; grep Cap /proc/self/status'",
  ),
  one(
    'root of its own',
    "unshare -Ur bash -c 'id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; grep CapEff /proc/self/status'",
    'learner',
  ),
  one(
    'the map is written once',
    "unshare -U sleep 3 & comes grep -q ^sleep /proc/$!/comm; echo '0 0 1' > /proc/$!/uid_map; echo $?; cat /proc/$!/uid_map; echo '0 0 2' > /proc/$!/uid_map; echo $?; kill $!",
  ),
  one(
    'maps that are refused',
    "unshare -U sleep 3 & comes grep -q ^sleep /proc/$!/comm; P=$!; for m in '' 'x' '0 0' '0 0 0' '0 0 1 1' '-1 0 1' '0 0 5\\n3 9 5'; do printf \"$m\" > /proc/$P/uid_map; echo $?; done; cat /proc/$P/uid_map; kill $P",
  ),
  one(
    'several ranges',
    "unshare -U sleep 3 & comes grep -q ^sleep /proc/$!/comm; printf '0 1000 1\\n1 100000 10\\n' > /proc/$!/uid_map; cat /proc/$!/uid_map; nsenter -t $! -U --preserve-credentials id -u; kill $!",
  ),
  one(
    'groups before the map',
    "unshare -U sleep 3 & comes grep -q ^sleep /proc/$!/comm; cat /proc/$!/setgroups; echo '0 0 1' > /proc/$!/gid_map; echo $?; echo deny > /proc/$!/setgroups; echo $?; kill $!",
  ),
  one(
    'an unprivileged map',
    "unshare -U sleep 3 & comes grep -q ^sleep /proc/$!/comm; echo '0 1000 1' > /proc/$!/uid_map; echo $?; echo '0 1000 1' > /proc/$!/gid_map; echo $?; echo deny > /proc/$!/setgroups; echo '0 1000 1' > /proc/$!/gid_map; echo $?; cat /proc/$!/gid_map; kill $!",
    'learner',
  ),
  one(
    'somebody else in the map',
    "unshare -U sleep 3 & comes grep -q ^sleep /proc/$!/comm; echo '0 0 1' > /proc/$!/uid_map; echo $?; echo '0 1000 2' > /proc/$!/uid_map; echo $?; kill $!",
    'learner',
  ),
  one(
    'newuidmap',
    'unshare -U sleep 3 & comes grep -q ^sleep /proc/$!/comm; newuidmap $! 0 1000 1 1 100000 100; echo $?; cat /proc/$!/uid_map; newuidmap $! 0 0 1; echo $?; kill $!',
    'learner',
  ),
  one(
    'map-auto',
    'unshare -U --map-root-user --map-auto cat /proc/self/uid_map; unshare -U --map-current-user id -u; unshare -U --map-user 5 --map-group 6 id -u',
    'learner',
  ),
  one(
    'files of unmapped owners',
    "touch /tmp/r; unshare -Ur bash -c 'stat -c %u:%g /etc/passwd; chown 5 /tmp/r; echo $?; touch /tmp/mine; stat -c %u /tmp/mine'; stat -c %u:%g /tmp/mine",
  ),
  one(
    'files of unmapped owners, as nobody',
    "unshare -Ur bash -c 'stat -c %u:%g /etc/passwd /tmp; echo x >> /etc/passwd; echo $?; cat /etc/shadow; echo $?; chmod 777 /etc; echo $?'",
    'learner',
  ),
  one(
    'a capability counts in its own namespace',
    "unshare -Ur bash -c 'hostname x; echo $?; unshare -u hostname x; echo $?; ip link add d0 type bridge; echo $?; unshare -n ip link add d0 type bridge; echo $?'",
    'learner',
  ),
  one(
    'nested users',
    "unshare -Ur unshare -Ur bash -c 'id -u; cat /proc/self/uid_map'; unshare -U unshare -U id -u",
    'learner',
  ),
  one(
    'entering the parent',
    "unshare -Ur bash -c 'nsenter -t $PPID -U true; echo $?; nsenter -t $PPID -u true; echo $?'",
    'learner',
  ),
  one(
    'a clock of its own',
    'unshare -T --boottime 1000000 bash -c \'cat /proc/self/timens_offsets; awk "{ print (\\$1 > 1000000) }" /proc/uptime\'; unshare -T --monotonic 5 --fork cat /proc/self/timens_offsets',
  ),
  one(
    'ownership',
    "unshare -U --fork bash -c 'readlink /proc/self/ns/user'; readlink /proc/self/ns/user; unshare -Uu --fork lsns -n -o TYPE,NPROCS -t user -t uts 2> /dev/null | sort | head -n 4",
  ),
];
