/** Containers that must be the same on both kernels: what they see, may do, and how they end. */

/** Of a process, but for what it runs. */
export const settings = {
  cwd: '/',
  env: ['PATH=/usr/bin:/bin', 'LC_ALL=C'],
  user: { uid: 0, gid: 0 },
  noNewPrivileges: true,
  capabilities: {
    bounding: ['CAP_KILL', 'CAP_CHOWN', 'CAP_SETUID'],
    effective: ['CAP_KILL'],
    permitted: ['CAP_KILL', 'CAP_CHOWN'],
    inheritable: ['CAP_KILL'],
    ambient: ['CAP_KILL'],
  },
  rlimits: [{ type: 'RLIMIT_NOFILE', soft: 64, hard: 96 }],
};
const quiet = ['nosuid', 'noexec', 'nodev'];
const mounts = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...quiet, 'mode=1777', 'size=65536k'] },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: quiet },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...quiet, 'ro'] },
  { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['mode=1777'] },
];
const namespaces = ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type }));

function hook(script: string, timeout?: number): object {
  return { path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'], ...(timeout && { timeout }) };
}

/** A configuration, for a root filesystem at some place. */
export function configOf(
  script: string,
  change: { process?: object; linux?: object; mounts?: object[]; root?: object; hooks?: object } = {},
) {
  return (rootfs: string) => ({
    ociVersion: '1.2.0',
    root: { path: rootfs, readonly: true, ...change.root },
    hostname: 'box',
    process: { ...settings, args: ['bash', '-c', script], ...change.process },
    mounts: [...mounts, ...(change.mounts ?? [])],
    ...(change.hooks && { hooks: change.hooks }),
    linux: {
      resources: { devices: [{ allow: false, access: 'rwm' }], pids: { limit: 40 } },
      namespaces,
      maskedPaths: ['/proc/interrupts', '/proc/none', '/sys/firmware'],
      readonlyPaths: ['/proc/sys', '/proc/none'],
      ...change.linux,
    },
  });
}

export const containers: Array<[name: string, config: (rootfs: string) => object]> = [
  [
    'who it is',
    configOf('hostname; id; pwd; umask; ulimit -n -Hn; env | sort; grep -E "^(Cap|NoNewPrivs)" /proc/self/status'),
  ],
  [
    'what is mounted',
    configOf("tail -n +2 /proc/self/mountinfo | cut -d' ' -f 4- | grep -v interrupts | sed 's/ - .*//'"),
  ],
  [
    'what /dev has',
    configOf(
      "stat -c '%A %u:%g %t,%T %n' /dev/*; readlink /dev/ptmx /dev/fd; ls -A /dev/shm /dev/mqueue; echo hi > /dev/null; head -c 3 /dev/zero | od -An -tx1",
    ),
  ],
  [
    'what it may not do',
    configOf(
      'touch /x; echo $?; mount -t tmpfs x /tmp; echo $?; echo a > /proc/sys/kernel/hostname; echo $?; cat /proc/interrupts; mknod /tmp/m b 7 0; echo $?; hostname y; echo $?',
    ),
  ],
  ['its processes', configOf('sleep 50 & ps -eo pid,ppid,args; kill $!; wait $!; echo $?; exit 7')],
  [
    'a filter of its system calls',
    configOf(
      'grep ^Seccomp /proc/self/status; cd /tmp; mkdir d; echo $?; > f; chmod 600 f; echo $?; ln -s f l; echo $?; sleep 0; echo $?',
      {
        linux: {
          seccomp: {
            defaultAction: 'SCMP_ACT_ALLOW',
            syscalls: [
              { names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' },
              { names: ['chmod', 'fchmodat', 'fchmodat2'], action: 'SCMP_ACT_ERRNO', errnoRet: 30 },
              { names: ['symlink', 'symlinkat'], action: 'SCMP_ACT_KILL_PROCESS' },
            ],
          },
        },
      },
    ),
  ],
  ['its network', configOf('ip -br link; cat /proc/sys/net/ipv4/ip_forward')],
  [
    'another user',
    configOf('id; grep ^Cap /proc/self/status; pwd; touch f; stat -c %A:%u:%g f; umask', {
      process: { cwd: '/tmp', user: { uid: 1000, gid: 1001, additionalGids: [5, 30], umask: 0o27 } },
    }),
  ],
  [
    'a root that can be written to, without masks',
    configOf("grep -c . /proc/self/mountinfo; cut -d' ' -f 5,6 /proc/self/mountinfo | grep '^/proc'", {
      linux: { maskedPaths: [], readonlyPaths: [] },
    }),
  ],
  ['its end by a signal', configOf('kill -KILL $$')],
  [
    'binds, one of them with all below read-only',
    configOf('touch /mnt/a; echo $?; touch /mnt/shm/a; echo $?; touch /media/a; echo $?; mkdir /mnt/pts/x; echo $?', {
      mounts: [
        { destination: '/mnt', type: 'bind', source: '/dev', options: ['rbind', 'rro', 'rprivate'] },
        { destination: '/media', type: 'bind', source: '/usr', options: ['bind', 'ro'] },
      ],
    }),
  ],
  [
    'devices of its own',
    configOf(
      "stat -c '%F %a %u:%g %t,%T' /dev/mine /dev/pipe /tmp/x/deep; head -c 2 /dev/mine | od -An -tx1; head -c 1 /dev/other; echo $?",
      {
        linux: {
          devices: [
            { path: '/dev/mine', type: 'c', major: 1, minor: 5, fileMode: 0o640, uid: 3, gid: 4 },
            { path: '/dev/other', type: 'c', major: 1, minor: 7, fileMode: 0o666 },
            { path: '/dev/pipe', type: 'p', fileMode: 0o600 },
            { path: '/tmp/x/deep', type: 'c', major: 1, minor: 3, fileMode: 0o666 },
          ],
          resources: {
            devices: [
              { allow: false, access: 'rwm' },
              { allow: true, type: 'c', major: 1, minor: 5, access: 'r' },
              { allow: true, access: 'm' },
            ],
          },
        },
      },
    ),
  ],
  [
    'settings and the way it is to be chosen for death',
    configOf(
      'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/self/oom_score_adj; cat /proc/sys/kernel/domainname; nice',
      {
        process: { oomScoreAdj: 500, scheduler: { policy: 'SCHED_OTHER', nice: 5 } },
        linux: { sysctl: { 'net.ipv4.ip_forward': '1', 'kernel.msgmax': '4096' } },
      },
    ),
  ],
  [
    'no namespaces but that of mounts',
    configOf('tail -n +2 /proc/self/mountinfo | wc -l; ls -l /proc/self/ns | wc -l', {
      linux: { namespaces: [{ type: 'mount' }] },
      root: {},
      process: {},
    }),
  ],
  [
    'a cgroup of its own',
    configOf("grep -o '::/$' /proc/self/cgroup | tail -n 1; ulimit -n", {
      linux: { namespaces: [...namespaces, { type: 'cgroup' }] },
    }),
  ],
  [
    'shared propagation',
    configOf(
      'awk \'$5 == "/" || $5 == "/tmp" {print $5, ($7 == "-" ? "none" : substr($7, 1, 6))}\' /proc/self/mountinfo',
      { linux: { rootfsPropagation: 'shared' } },
    ),
  ],
  [
    'a namespace that is not there',
    configOf('', { linux: { namespaces: [...namespaces, { type: 'ipc', path: '/nowhere' }].slice(3) } }),
  ],
  [
    'hooks in the container, with its state',
    configOf('cat /tmp/started; ls -A /tmp', {
      hooks: {
        createRuntime: [hook('cat > /dev/null')],
        createContainer: [hook('grep -q creating && test -e /proc/self')],
        startContainer: [hook('(hostname; grep -o \'"status":"[a-z]*"\') > /tmp/started')],
        poststart: [hook('exit 0')],
      },
    }),
  ],
  ['a hook of the runtime that fails', configOf('', { hooks: { createRuntime: [hook('echo no >&2; exit 3')] } })],
  ['a hook in the container that fails', configOf('', { hooks: { createContainer: [hook('exit 4')] } })],
  ['a hook at the start that fails', configOf('', { hooks: { startContainer: [hook('exit 5')] } })],
  ['a hook that takes too long', configOf('', { hooks: { createContainer: [hook('sleep 100', 1)] } })],
  [
    'no rights to speak of',
    configOf('id -u; chown 1 /tmp; echo $?; ls /root > /dev/null; echo $?; kill -0 1; echo $?', {
      process: { capabilities: {} },
    }),
  ],
  ['no program in a directory', configOf('', { process: { args: ['/usr'] } })],
  ['a file that is no program', configOf('', { process: { args: ['/etc/passwd'] } })],
  [
    'a limit of processes',
    configOf('for i in 1 2 3 4 5 6 7 8; do sleep 30 & done 2> /dev/null; jobs -p | wc -l; kill $(jobs -p)', {
      linux: { resources: { pids: { limit: 40 } } },
    }),
  ],
  [
    'a new user namespace',
    configOf("id -u; cat /proc/self/uid_map | tr -s ' '; grep ^CapEff /proc/self/status", {
      linux: {
        namespaces: [...namespaces, { type: 'user' }],
        uidMappings: [{ containerID: 0, hostID: 0, size: 1 }],
        gidMappings: [{ containerID: 0, hostID: 0, size: 6 }],
        resources: {},
      },
    }),
  ],
  ['a program that is not there', configOf('', { process: { args: ['/nope'] } })],
  ['a program that is not there in PATH', configOf('', { process: { args: ['nope'] } })],
  ['a working directory that is a file', configOf('', { process: { cwd: '/etc/passwd' } })],
  ['a mount that fails', configOf('', { mounts: [{ destination: '/opt', type: 'nosuchfs', source: 'x' }] })],
  [
    'a mount with bad options',
    configOf('', { mounts: [{ destination: '/opt', type: 'tmpfs', source: 'x', options: ['size=rubbish'] }] }),
  ],
  [
    'a source that is not there',
    configOf('', { mounts: [{ destination: '/opt', type: 'bind', source: '/nowhere', options: ['bind'] }] }),
  ],
];
