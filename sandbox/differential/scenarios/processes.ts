/** Processes: birth, end, signals, groups, users, limits, files they hold. */
import type { Scenario } from '../scenario';

const one = (name: string, script: string, user?: 'learner'): Scenario => ({ name, script, ...(user ? { user } : {}) });

export const processes: readonly Scenario[] = [
  one(
    'exit codes',
    "true; echo $?; false; echo $?; (exit 7); echo $?; sh -c 'exit 300'; echo $?; nosuch; echo $?; /etc/passwd; echo $?; /etc; echo $?",
  ),
  one(
    'ended by a signal',
    'for s in TERM KILL INT HUP USR1 PIPE SEGV; do bash -c "kill -$s \\$\\$" 2> /dev/null; echo $?; done',
  ),
  one(
    'what bash says of it',
    "bash -c 'kill -SEGV $$'; bash -c 'kill -KILL $$'; bash -c 'kill -ABRT $$'; bash -c 'kill -TERM $$'; echo $?",
  ),
  one(
    'signals by number and name',
    'kill -l | head -n 3; kill -l 9 15 TERM SIGHUP 143; /bin/kill -l 9; /bin/kill -L | head -n 2',
  ),
  one('a handler', 'bash -c \'trap "echo got" USR1; kill -USR1 $$; echo after; trap - USR1; trap -p\''),
  one(
    'ignored over exec',
    'bash -c \'trap "" TERM; exec bash -c "kill -TERM \\$\\$; echo alive; grep SigIgn /proc/self/status"\'',
  ),
  one(
    'handled, but not over exec',
    'bash -c \'trap "echo no" TERM; exec bash -c "kill -TERM \\$\\$; echo alive"\'; echo $?',
  ),
  one(
    'masks in status',
    'bash -c \'trap : USR1 TERM; trap "" HUP; while read -r line; do [[ $line =~ SigIgn|SigCgt|SigBlk|SigPnd ]] && echo "$line"; done < /proc/$$/status\'',
  ),
  one(
    'stop and continue',
    'sleep 100 & comes grep -q ^sleep /proc/$!/comm; kill -STOP $!; comes grep -q stopped /proc/$!/status; ps -o stat= -p $!; kill -CONT $!; comes grep -q sleeping /proc/$!/status; ps -o stat= -p $!; kill $!; wait $!; echo $?',
  ),
  one(
    'a stopped process takes SIGKILL',
    'sleep 100 & comes grep -q ^sleep /proc/$!/comm; kill -STOP $!; comes grep -q stopped /proc/$!/status; kill -TERM $!; sleep 0.1; kill -0 $!; echo $?; kill -KILL $!; wait $!; echo $?',
  ),
  one(
    'a pending signal at continue',
    'sleep 100 & comes grep -q ^sleep /proc/$!/comm; kill -STOP $!; comes grep -q stopped /proc/$!/status; kill -TERM $!; kill -CONT $!; wait $!; echo $?',
  ),
  one(
    'wait',
    '(sleep 0.2; exit 3) & A=$!; (exit 4) & B=$!; wait $A; echo $?; wait $B; echo $?; wait 99999; echo $?; wait; echo $?',
  ),
  one('wait -n', '(sleep 1; exit 3) & (exit 4) & wait -n; echo $?; wait -n; echo $?; wait -n; echo $?'),
  one(
    'a zombie and its reaping',
    "bash -c 'sleep 0.1 & exec sleep 30' & comes eval 'ps -e -o stat= | grep -q ^Z'; ps -e -o stat=,args= | grep '^Z'; kill $!; wait; ps -e -o stat= | grep -c '^Z'",
  ),
  one(
    'an orphan has another parent',
    "bash -c 'sleep 30 & echo $!' > /tmp/p; ps -o ppid= -p $(cat /tmp/p) | tr -d ' '; kill $(cat /tmp/p)",
  ),
  one(
    'sessions and groups',
    'setsid bash -c \'ps -o pid=,pgid=,sid= -p $$ | awk "{ print (\\$1 == \\$2), (\\$2 == \\$3) }"\'; bash -c \'ps -o pgid=,sid= -p $$ | awk "{ print (\\$1 == \\$2) }"\'',
  ),
  one(
    'a group gets a signal',
    'set -m; (sleep 100 | sleep 101) & comes pgrep -xf "sleep 101"; comes pgrep -xf "sleep 100"; set +m; kill -TERM -- -$!; wait; echo $?; comes eval "! pgrep sleep"; pgrep -c sleep',
  ),
  one(
    'signal 0 and wrong numbers',
    'kill -0 $$; echo $?; kill -0 99999; echo $?; kill -99 $$; echo $?; kill -TERM nobody; echo $?',
  ),
  one(
    'signals to others',
    'sleep 5 & setpriv --reuid 1000 --regid 1000 --clear-groups kill -TERM $!; echo $?; kill -0 $!; echo $?; kill $!',
  ),
  one(
    'status of a process',
    "setpriv --reuid 1000 --regid 1000 --groups 4,27 grep -E '^(Uid|Gid|Groups|NoNewPrivs|Threads|CapEff|Umask|Seccomp):' /proc/self/status",
  ),
  one(
    'a name and arguments',
    "bash -c 'exec -a renamed sleep 3' & comes grep -q ^sleep /proc/$!/comm; cat /proc/$!/comm; tr '\\0' ' ' < /proc/$!/cmdline; echo; ps -o comm=,args= -p $!; readlink /proc/$!/exe; kill $!",
  ),
  one(
    'a long name',
    'cp /bin/sleep /tmp/a-very-long-program-name; /tmp/a-very-long-program-name 3 & comes grep -q ^a-very /proc/$!/comm; cat /proc/$!/comm; ps -o comm= -p $!; pgrep -c a-very-long-pro; pgrep -cf a-very-long-program; kill $!',
  ),
  one(
    'working directory and root',
    'cd /usr; sleep 3 & sleep 0.1; readlink /proc/$!/cwd /proc/$!/root; kill $!; mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone; readlink /proc/self/cwd; pwd; ls; touch x; echo $?',
  ),
  one(
    'environment',
    "env -i A=1 B=2 bash -c \"tr '\\\\0' '\\\\n' < /proc/self/environ\" | sort; env -i /bin/sh -c 'export A=1; env' | sort",
  ),
  one(
    'descriptors',
    'exec 5< /etc/passwd 6> /tmp/out; ls /proc/self/fd; readlink /proc/self/fd/5 /proc/self/fd/6; exec 5<&- 6>&-; ls /proc/self/fd | wc -l',
  ),
  one(
    'a shared position',
    'exec 5< /etc/passwd; head -c 4 <&5; (head -c 3 <&5); head -c 2 <&5; echo; grep pos: /proc/self/fdinfo/5',
  ),
  one(
    'a deleted file',
    'exec 5<> /tmp/del; rm /tmp/del; echo hidden >&5; readlink /proc/self/fd/5; cat /proc/self/fd/5',
  ),
  one(
    'pipes',
    'echo abc | { read x; echo $x; }; yes | head -n 2; (sleep 0.1; echo late) | cat; echo ${PIPESTATUS[@]}; yes | true; echo ${PIPESTATUS[@]}',
  ),
  one(
    'SIGPIPE',
    'bash -c \'trap "" PIPE; sleep 0.2; echo x; echo y\' | true; (yes; echo $? > /tmp/status) | head -n 1; cat /tmp/status',
  ),
  one('a pipe has 64 KiB', '(sleep 0.3; cat > /dev/null) | { head -c 65536 /dev/zero; echo full >&2; }'),
  one(
    'a FIFO',
    'mkfifo /tmp/f; (echo through > /tmp/f) & cat /tmp/f; stat -c %F /tmp/f; timeout 0.2 cat /tmp/f; echo $?; rm /tmp/f',
  ),
  one(
    'limits',
    "ulimit -n; ulimit -Hn; (ulimit -n 5; exec 5< /etc/passwd; echo $?); (ulimit -f 1; head -c 5000 /dev/zero > /tmp/big; echo $?; stat -c %s /tmp/big); grep -E 'Max (open|proc|file)' /proc/self/limits | awk '{print $1, $2, $3}'",
  ),
  one(
    'too many processes',
    "(ulimit -u 10; setpriv --reuid 1000 --regid 1000 --clear-groups bash -c 'for i in $(seq 20); do sleep 1 & done' 2>&1 | head -n 1 | cut -c 1-30)",
  ),
  one(
    'nice',
    'nice; nice -n 5 nice; nice -n -5 nice; echo $?; nice -n 19 bash -c "ps -o ni= -p \\$\\$"; setpriv --reuid 1000 --regid 1000 --clear-groups nice -n -5 nice; echo $?',
  ),
  one(
    'umask',
    'umask; umask 077; touch /tmp/u; mkdir /tmp/ud; stat -c %a /tmp/u /tmp/ud; umask u=rwx,g=rx,o=; umask; umask -S',
  ),
  one(
    'set-user-id',
    'cp /usr/bin/id /tmp/id; chmod 4755 /tmp/id; setpriv --reuid 1000 --regid 1000 --clear-groups /tmp/id -u; setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs /tmp/id -u; chmod 2755 /tmp/id; setpriv --reuid 1000 --regid 1000 --clear-groups /tmp/id -g',
  ),
  one(
    'set-user-id of a script',
    "printf '#!/bin/sh\\nid -u\\n' > /tmp/s; chmod 4755 /tmp/s; setpriv --reuid 1000 --regid 1000 --clear-groups /tmp/s",
  ),
  one(
    'interpreters',
    "printf '#!/bin/cat\\ntext\\n' > /tmp/c; chmod +x /tmp/c; /tmp/c; printf '#!/nowhere\\n' > /tmp/n; chmod +x /tmp/n; /tmp/n; echo $?; printf 'echo plain $0\\n' > /tmp/p; chmod +x /tmp/p; /tmp/p; printf '#!/bin/echo one two\\n' > /tmp/e; chmod +x /tmp/e; /tmp/e three",
  ),
  one(
    'not executable',
    "echo echo hi > /tmp/x; chmod -x /tmp/x; /tmp/x; echo $?; sh /tmp/x; printf '\\x7fELF' > /tmp/y; chmod +x /tmp/y; /tmp/y; echo $?",
  ),
  one(
    'capabilities',
    "capsh --print | grep -E '^(Current|Bounding)' | cut -c 1-60; grep Cap /proc/self/status; setpriv --bounding-set -net_raw grep CapBnd /proc/self/status; setpriv --inh-caps +chown --ambient-caps +chown --reuid 1000 --regid 1000 --clear-groups grep -E 'Cap(Eff|Amb)' /proc/self/status",
  ),
  one(
    'without a capability',
    "setpriv --bounding-set -chown --inh-caps -chown bash -c 'touch /tmp/q; chown 5 /tmp/q; echo $?'; setpriv --bounding-set -kill true; echo $?",
  ),
  one(
    'file capabilities',
    'cp /usr/bin/id /tmp/fc; setcap cap_net_raw+ep /tmp/fc; getcap /tmp/fc; cp /bin/grep /tmp/g; setcap cap_chown+ep /tmp/g; setpriv --reuid 1000 --regid 1000 --clear-groups /tmp/g CapEff /proc/self/status; setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs /tmp/g CapEff /proc/self/status; setcap -r /tmp/g; getcap /tmp/g',
  ),
  one(
    'who may do what',
    'cat /etc/shadow; echo $?; touch /etc/x; echo $?; kill -0 1; echo $?; chown root /tmp; echo $?; ls /root; echo $?; mknod /tmp/n c 1 3; echo $?',
    'learner',
  ),
  one(
    'sudo',
    'sudo id -u; sudo -u learner id -un; sudo -n true; echo $?; sudo sh -c "echo $HOME"; sudo -l | tail -n 1',
    'learner',
  ),
  one(
    'su',
    "su learner -c 'id -un; pwd'; su - learner -c 'pwd; echo $HOME'; su nobody -s /bin/sh -c 'id -u'; su nosuch -c true; echo $?",
  ),
  one(
    'timeout',
    'timeout 0.2 sleep 5; echo $?; timeout -s KILL 0.2 sleep 5; echo $?; timeout 5 true; echo $?; timeout 1 nosuch; echo $?',
  ),
  one('cgroup of a process', 'cut -d: -f 1,2 /proc/self/cgroup | tail -n 1'),
  one(
    'pstree',
    'bash -c "sleep 3 & sleep 3; true" & comes eval "test \\$(pgrep -xc sleep) = 2"; pstree $!; pstree -a $! | head -n 3; kill $!; pkill sleep',
  ),
  one(
    'pgrep and pkill',
    'sleep 101 & sleep 102 & comes eval "test \\$(pgrep -xc sleep) = 2"; pgrep -c sleep; pgrep -xfc "sleep 101"; pgrep -lx sleep | cut -d " " -f 2; pkill -f "sleep 10[12]"; wait; pgrep sleep; echo $?',
  ),
  one(
    'a prlimit',
    'sleep 3 & prlimit --nofile=10:20 -p $!; prlimit --nofile -p $! -o SOFT,HARD --noheadings; kill $!; prlimit --nofile=5:4 true; echo $?',
  ),
  one(
    'flock',
    'flock /tmp/l -c "touch /tmp/has; sleep 1; echo first" & comes test -e /tmp/has; flock -n /tmp/l -c "echo no"; echo $?; flock /tmp/l -c "echo second"; wait',
  ),
  one(
    'job numbers in a script',
    'sleep 0.1 & jobs; wait; jobs; set -m; sleep 0.1 & jobs -l | cut -c 1-4; fg > /dev/null; echo $?',
  ),
  one(
    'fork in a loop',
    'i=0; while [ $i -lt 50 ]; do (exit $i); i=$((i + 1)); done; echo $i $?; for i in $(seq 30); do true & done; wait; echo $?',
  ),
  one(
    'uptime and load have their forms',
    "awk '{ print NF }' /proc/uptime /proc/loadavg; uptime | grep -c 'load average'; nproc > /dev/null && echo ok",
  ),
  one(
    'proc of nobody',
    'cat /proc/99999/status; echo $?; ls /proc/self/nothing; echo $?; echo x > /proc/self/stat; echo $?; cd /proc/self/fd && pwd',
  ),
];
