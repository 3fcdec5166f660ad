/** Tools around the kernel: rights, listings of processes and mounts, requests, IPC, files that wait. */
import type { Scenario } from '../scenario';

const one = (name: string, script: string, mask?: Scenario['mask']): Scenario => ({
  name,
  script,
  ...(mask ? { mask } : {}),
});
const asLearner = (name: string, script: string): Scenario => ({ name, script, user: 'learner' });

export const tools: readonly Scenario[] = [
  one(
    'SysV objects',
    'ipcmk -M 4096 -p 600 | cut -d : -f 1; ipcmk -S 3 | cut -d : -f 1; ipcmk -Q | cut -d : -f 1; ipcs | awk \'{ $1 = ($1 ~ /^0x/ ? "KEY" : $1); print }\'; ipcrm -m 0; echo $?; ipcrm -s 0 -q 0; ipcs -m | wc -l; ipcrm -m 99; echo $?',
  ),
  one(
    'SysV limits and details',
    "ipcs -l | head -n 8; ipcmk -M 100 > /dev/null; ipcs -m -i 0 | grep -v time; ipcs -u | grep -i alloc; ipcs -p -m | tail -n +4 | awk '{print NF}'; ipcs -x; echo $?; ipcmk; echo $?; ipcmk -M x; echo $?; ipcrm; echo $?",
  ),
  one(
    'SysV objects of a namespace',
    "ipcmk -S 1 > /dev/null; unshare -i bash -c 'ipcs -s | wc -l; ipcmk -S 2 > /dev/null; ipcs -s | wc -l'; ipcs -s | wc -l; cat /proc/sysvipc/sem | wc -l; cat /proc/sys/kernel/shmmni /proc/sys/kernel/msgmni",
  ),
  one(
    'SysV objects of somebody else',
    'ipcmk -M 64 -p 600 > /dev/null; setpriv --reuid 1000 --regid 1000 --clear-groups ipcrm -m 0; echo $?; ipcs -m | wc -l; setpriv --reuid 1000 --regid 1000 --clear-groups ipcmk -Q > /dev/null; ipcs -q -c | tail -n +4 | awk "{print \\$3, \\$4}"',
  ),
  one(
    'POSIX queues as files',
    "unshare -im bash -c 'mkdir /tmp/q; mount -t mqueue mq /tmp/q; touch /tmp/q/a; ls -l /tmp/q | cut -c 1-10; cat /tmp/q/a; echo x > /tmp/q/a; echo $?; mkdir /tmp/q/d; echo $?; mv /tmp/q/a /tmp/q/b; echo $?; rm /tmp/q/a; ls /tmp/q; findmnt -n -o FSTYPE /tmp/q; cat /proc/sys/fs/mqueue/*'",
  ),
  one(
    'a clock of its own',
    "unshare -T --monotonic 1000 --boottime 5000 bash -c 'awk \"{print (\\$1 > 5000)}\" /proc/uptime; cat /proc/self/timens_offsets'; cat /proc/self/timens_offsets; unshare -T bash -c 'echo monotonic 5 0 > /proc/self/timens_offsets; echo $?; cat /proc/$$/timens_offsets'; unshare --boottime 5 true; echo $?; readlink /proc/self/ns/time /proc/self/ns/time_for_children | uniq | wc -l",
  ),
  one(
    'a FIFO',
    'mkfifo /tmp/f; (cat /tmp/f; echo end) & echo one > /tmp/f; wait; exec 3<> /tmp/f; echo two >&3; read l <&3; echo $l; exec 3>&-; stat -c %F /tmp/f; mkfifo /tmp/f; echo $?; timeout 0.2 cat /tmp/f; echo $?; mkfifo -m 600 /tmp/g; stat -c %a /tmp/g; rm /tmp/f /tmp/g',
  ),
  one(
    'unix sockets in listings',
    'nc -lkU /tmp/s & comes test -S /tmp/s; ss -xlnH | grep -c /tmp/s; awk \'$8 == "/tmp/s" {print $4, $5, $6}\' /proc/net/unix; stat -c %F /tmp/s; ls -F /tmp/s; kill $!; wait $! 2> /dev/null; echo x | nc -NU /tmp/s; echo $?; cat /tmp/s; echo $?; timeout 0.3 nc -lU /tmp/s; echo $?; touch /tmp/r; timeout 0.3 nc -lU /tmp/r; ls -F /tmp/r',
  ),
  one(
    'findmnt',
    'mkdir -p /m/a; mount -t tmpfs -o size=1m,mode=755 src /m; mount --bind /m /m/a; findmnt -n -o TARGET,SOURCE,FSTYPE,OPTIONS /m; findmnt -n -o TARGET -R /m; findmnt -n -l -o TARGET -t tmpfs | grep ^/m; findmnt -rn -o TARGET,PROPAGATION /m/a; findmnt -P -o SOURCE,TARGET /m; findmnt -J -o target,source /m; findmnt -n -S src -o TARGET; findmnt /nothing; echo $?; findmnt -n -T /m/a/x -o TARGET; findmnt --nosuch; echo $?; findmnt -o NOSUCH; echo $?',
  ),
  one(
    'findmnt as a tree',
    'mkdir -p /m; mount -t tmpfs -o size=1m m /m; mkdir /m/a /m/b; mount -t tmpfs a /m/a; mkdir /m/a/c; mount -t tmpfs c /m/a/c; mount -t tmpfs b /m/b; findmnt -R /m -o TARGET,SOURCE; findmnt -n -D /m | cut -c 1-20; findmnt -nu -o TARGET --submounts /m/a',
  ),
  one(
    'tree',
    "mkdir -p /t/a/b /t/.h /t/e; echo 12 > /t/a/x; ln -s x /t/a/l; touch /t/a/b/y; cd /t; tree; tree -a -L 1; tree -d; tree -f a; tree -s a; tree -p a; tree --noreport -i; tree -P 'x*'; tree -I b; tree -F; tree /nothing; echo $?; tree -J a; tree -h a; tree -u a/b; tree --dirsfirst a; tree -L 0; echo $?",
  ),
  one(
    'lsns',
    'unshare -u -n sleep 30 & comes grep -q ^sleep /proc/$!/comm; lsns -n -o TYPE -p $! | sort; lsns -n -t net -o NPROCS,USER > /tmp/seen; sort /tmp/seen; lsns -o NS,TYPE | head -n 1; lsns -J -t uts -o type,nprocs | head -n 3; lsns -p 99999; echo $?; lsns -t nosuch; echo $?; lsns -o nosuch; echo $?; lsns -rn -o TYPE -p $! | head -n 1; kill $!',
  ),
  one(
    'words of a long text',
    `x=$(seq 1 30000 | tr '\\n' ' '); set -- $x; echo $#; y=\${x// /, }; IFS=' ,'; set -- $y; echo $#; a=($y z); echo \${#a[@]} \${a[29999]}; IFS=,; set -- $y; echo $# "[$2]"; IFS=; set -- $y; echo $#; IFS=3; set -- $x; echo $# "[$9]"; set -- a"$x"$x"b"; echo $#`,
  ),
  one(
    'xxd',
    'seq 1 20 > a; xxd a; xxd -p a; xxd -p -c 0 a; xxd -c 5 -g 1 a | head -n 3; xxd -b -l 13 a; xxd -s 7 -l 20 a; xxd -s -7 a; xxd -i -l 4 < a; xxd /etc; echo $?; xxd nope; echo $?; (head -c 100 /dev/zero; echo) | xxd -a; xxd /dev/zero | head -n 2; xxd -p -l 0 a; : | xxd; : | xxd -p -c 0; xxd -e -c 8 a | head -n 2; xxd a | xxd -r | cmp - a; xxd -p a | xxd -r -p | cmp - a; seq 1 10000 | xxd | md5sum; seq 1 10000 | xxd -p -c 0 | md5sum',
  ),
  one(
    'nsenter in combinations',
    "unshare -umin --mount-proc -pf bash -c 'hostname inner; mount -t tmpfs t /mnt; touch /mnt/in; sleep 30' & comes pgrep -x sleep; P=$(pgrep -x sleep); nsenter -t $P -u hostname; nsenter -t $P -m ls /mnt; nsenter -t $P -n ip -br link | wc -l; nsenter -t $P -p -r bash -c 'echo $$' | wc -l; nsenter -t $P -a hostname; nsenter -t $P -m -u -w pwd; nsenter --uts=/proc/$P/ns/uts hostname; nsenter -t $P; echo $?; nsenter -u true; echo $?; nsenter -t 99999 -u true; echo $?; nsenter -t $P -u nosuch; echo $?; nsenter -t $P -S 1000 -G 1000 -u id -u; nsenter -t $P -F -p readlink /proc/self/ns/pid | wc -l; { pkill -KILL sleep; wait; } 2> /dev/null; echo $?",
  ),
  one(
    'capsh',
    "capsh --print | grep -E '^(Current IAB|Securebits|uid|gid)'; capsh --drop=cap_net_raw -- -c 'grep CapBnd /proc/self/status'; capsh --has-p=cap_chown; echo $?; capsh --decode=0000000000003000; capsh --uid=1000 -- -c 'grep CapEff /proc/self/status'; capsh --nosuch 2>&1 | sed -n 1p; echo ${PIPESTATUS[0]}; capsh --drop=nosuch; echo $?; capsh --caps=cap_chown+ep --print | head -n 1; capsh --user=learner -- -c id; capsh --gid=5 -- -c 'id -g'; capsh --supports=cap_nosuch; echo $?",
  ),
  one(
    'su and sudo',
    "su learner -c 'id -un; echo $HOME; pwd'; su - learner -c 'pwd; echo $USER $SHELL'; su nosuch; echo $?; sudo -u learner id -un; sudo -u learner -i pwd; sudo -n true; echo $?; sudo -u nosuch true; echo $?; sudo -V | head -n 1 | cut -d ' ' -f 1-2; sudo VAR=5 env | grep ^VAR; sudo -E env | grep -c ^SUDO; sudo; echo $?; su -s /bin/sh learner -c 'echo $0'",
  ),
  asLearner(
    'sudo of a learner',
    'sudo id -un; sudo -u learner id -un; id -Gn; sudo -l 2>&1 | tail -n 1; sudo sh -c "echo $HOME"; sudo env | grep -E "^(SUDO_USER|SUDO_UID|HOME|USER|LOGNAME)" | sort; sudo nosuch; echo $?; sudo -k; echo $?; sudo -g root id -gn; sudo bash -c "exit 5"; echo $?',
  ),
  one(
    'curl at a small server',
    "mkdir /w; cd /w; echo page > index.html; mkdir d; echo sub > d/x.txt; python3 -m http.server 8000 > /tmp/log 2>&1 & comes bash -c ': < /dev/tcp/127.0.0.1/8000'; curl -s localhost:8000/; curl -s localhost:8000/d/ | grep -o 'x.txt</a>'; curl -s -o /dev/null -w '%{http_code} %{content_type} %{size_download}\\n' localhost:8000/d/x.txt; curl -s localhost:8000/no | grep -c 404; curl -sI localhost:8000/ | grep -iE '^(HTTP|content|server)' | tr -d '\\r' | sed 's,/[0-9.]*,,g'; curl -sf localhost:8000/no; echo $?; curl -s -X POST -d a=1 -o /dev/null -w '%{http_code}\\n' localhost:8000/; curl -s -r 0-1 localhost:8000/ | head -c 5; curl -sL -o /dev/null -w '%{url_effective} %{num_redirects}\\n' localhost:8000/d; curl -sO localhost:8000/d/x.txt; ls; curl -s localhost:1; echo $?; curl; echo $?; curl --nosuch; echo $?; kill %1",
  ),
  one(
    'ps formats',
    "sleep 30 & comes grep -q ^sleep /proc/$!/comm; P=$!; ps -p $P -o pid=,ppid= | awk -v p=$P -v s=$$ '{print ($1 == p), ($2 == s)}'; ps -p $P -o user,group,ni,pri,cls,stat,comm,args; ps -p $P -o 'comm=Name' -o args=; ps -o comm= -C sleep; ps h -o comm $P; ps -p $P -o uid,gid,euid,ruser,nlwp,tty,f,rtprio; ps u -p $P | awk '{print $1, $11, $12}'; ps -f -p $P | awk '{print $1, $8, $9}'; ps -p $P -o nosuch; echo $?; ps -p 99999; echo $?; ps -o pid,comm --no-headers -p $P | awk '{print $2}'; ps --ppid $$ -o comm= | sort; ps -eo comm --sort=comm | head -n 2; ps j $P | awk 'NR == 1'; ps -l -p $P | awk 'NR == 1'; ps --nosuch; echo $?; kill $P",
  ),
  one(
    'top in batch mode',
    "top -b -n 1 | sed -n '7p'; top -b -n 1 -p $$ | tail -n 1 | awk '{print $2, $12}'; top -bn1 -o PID | sed -n 7p; top -bn1 -u nosuch; echo $?; top -b -n x; echo $?; top -bn1 | sed -n 2p | sed 's/[0-9]*//g' | tr -s ' '; top -bn1 -p 99999 | wc -l; top -Z; echo $?; top -bn1 -e m | sed -n 4p | cut -c 1-3",
  ),
  one(
    'watch',
    'watch -n 1 -t 2>&1 | sed -n 1,3p; echo ${PIPESTATUS[0]}; watch --nosuch 2>&1 | sed -n 1p; echo ${PIPESTATUS[0]}; watch -n x true; echo $?; watch -v; TERM=dumb timeout 0.5 watch -e false < /dev/null > /dev/null; echo $?',
    [{ match: /watch from procps-ng.*/g, as: 'VERSION' }],
  ),
  one(
    'limits of processes',
    "ulimit -a | grep -E 'open files|core'; ulimit -n 64; ulimit -n; ulimit -Hn; ulimit -n 65; echo $?; ulimit -c unlimited; echo $?; ulimit -x 5; echo $?; prlimit --nofile=10:20 bash -c 'ulimit -Sn; ulimit -Hn'; ulimit -f 1; head -c 4096 /dev/zero > /tmp/big; echo $?; ls -s /tmp/big; ulimit -t; ulimit -z; echo $?",
  ),
  one(
    'who uses a file',
    "exec 3> /tmp/used; fuser /tmp/used > /tmp/users 2>&1; awk '{print NF}' /tmp/users; ls -l /proc/$$/fd/3 | awk '{print $NF}'; rm /tmp/used; readlink /proc/$$/fd/3; cat /proc/$$/fdinfo/3 | head -n 2; lsof -p $$ -a -d 3 -F n | tail -n 1; echo late >&3; cat /proc/$$/fd/3; exec 3>&-; fuser /tmp/nothing; echo $?",
  ),
  one(
    'extended attributes and ACLs',
    'cd /tmp; touch f; setfattr -n user.a -v 1 f; getfattr -d f; setfattr -n nosuch.a -v 1 f; echo $?; setfattr -x user.a f; getfattr -n user.a f; echo $?; setfacl -m u:1000:rw,g:5:r f; getfacl f; ls -l f | cut -c 1-11; setfacl -b f; getfacl -c f; setfacl -m x f; echo $?; mkdir d; setfacl -d -m u:1000:rwx d; touch d/n; getfacl -cp d/n',
  ),
  one(
    'dates and times of files',
    "cd /tmp; TZ=UTC touch -d '2024-02-29 12:34:56.5' f; stat -c '%y %Y' f; date -u -r f +%F_%T.%N; touch -r f g; stat -c %Y g; date -u -d @0; date -u -d '2024-01-31 +1 month' +%F; date -d nosuch; echo $?; TZ=America/New_York date -d @0; TZ=XYZ5 date -d @0 +%Z%z; find . -newer f -name 'g*'; test f -ot g; echo $?; date -u -d '1 day ago' +%F | wc -c",
  ),
  one(
    'ls of BusyBox',
    "cd /tmp; mkdir b; cd b; mkdir d; echo hi > f; ln -s f l; mkfifo p; mknod c c 1 3; chmod 4755 f; touch x .h; chown 12345:1000 x; touch -d '2020-02-03 04:05' f x p c d; touch -h -d '2020-02-03' l; busybox ls; busybox ls -la | tail -n 5; busybox ls -lnF; busybox ls -s f; busybox ls -C; busybox ls -p; busybox ls --color=always; busybox ls d f nosuch; echo $?; busybox ls -R; busybox ls -ld d; busybox ls -lL l; busybox ls --full-time f; busybox ls -z 2>&1 | head -n 1",
  ),
  one(
    'mounts and processes of BusyBox',
    'mkdir /m; busybox mount -t tmpfs -o size=1m src /m; busybox mount | tail -n 1; busybox df /m; busybox df -h /m; busybox df -T /m; busybox mount -o remount,ro /m; busybox mount | tail -n 1; busybox mount -t nosuch a /m; echo $?; busybox mount --bind /nothing /m; echo $?; busybox umount /m; busybox umount /m; echo $?; busybox df nosuch; (exec -a other sleep 30) & comes grep -q ^sleep /proc/$!/comm; busybox ps -o pid,user,args > /tmp/ps; grep "[{]sleep} other" /tmp/ps | cut -c 6-; busybox ps | head -n 1; busybox ps -o nosuch; echo $?; busybox free | head -n 1; kill $!',
  ),
  one(
    'ping of BusyBox',
    'busybox ping -c 2 -i 0.1 127.0.0.1; busybox ping -c 1 -q lab; busybox ping nosuch; echo $?; busybox ping -c 1 10.9.9.9; echo $?; busybox ping -c x 127.0.0.1; echo $?; busybox ping6 -c 1 ::1',
    [
      { match: /time=[0-9.]+/g, as: 'TIME' },
      { match: /min.*/g, as: 'TIMES' },
    ],
  ),
  one(
    'the shell of BusyBox needs no PATH',
    "mkdir -p /r/bin; cp /bin/busybox /r/bin/; chroot /r /bin/busybox sh -c 'ls /; PATH=/none; echo x > /f; cat /f; wc /f; nosuch; echo $?; for i in 1 2; do echo $i; done | tail -n 1; head -n 1 /f; ls -d /bin; (ls /nothing); echo $?; cat < /f > /g; ls /; exec echo last'; busybox nosuch; echo $?; ln -s /bin/busybox /tmp/what; /tmp/what; echo $?; ln -s /bin/busybox /tmp/ls; /tmp/ls -d /tmp; mkdir /tmp/inst; busybox --install -s /tmp/inst; readlink /tmp/inst/ls; busybox --list-full | grep -E '/(ls|ping|chroot|ip|awk)$'",
  ),
];
