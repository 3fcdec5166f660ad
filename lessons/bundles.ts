/** Bundles that the lessons on the OCI runtime hand out: a root filesystem of BusyBox, and a configuration beside it. */

const applets = [
  'sh',
  'cat',
  'date',
  'echo',
  'env',
  'grep',
  'hostname',
  'id',
  'kill',
  'ls',
  'mount',
  'ps',
  'sleep',
  'touch',
  'wc',
];

/** Shell commands that make a bundle in `directory`: `config` as its config.json, and a root filesystem of one program. */
export function bundleSetup(directory: string, config: object): string {
  return [rootfsSetup(`${directory}/rootfs`), fileSetup(`${directory}/config.json`, config)].join('\n');
}

export function rootfsSetup(rootfs: string): string {
  return `
    mkdir -p ${rootfs}/bin ${rootfs}/dev ${rootfs}/etc ${rootfs}/proc ${rootfs}/srv ${rootfs}/sys ${rootfs}/tmp
    cp /usr/bin/busybox ${rootfs}/bin/
    for name in ${applets.join(' ')}; do ln -s busybox ${rootfs}/bin/$name; done
  `;
}

export function fileSetup(path: string, document: object): string {
  return `cat > ${path} <<'END'\n${JSON.stringify(document, null, 2)}\nEND`;
}

/** A program as `process.args` has it, without a terminal. */
export function plainProcess(...args: string[]) {
  const capabilities = ['CAP_KILL', 'CAP_NET_BIND_SERVICE'];
  return {
    terminal: false,
    user: { uid: 0, gid: 0 },
    args,
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    cwd: '/',
    capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
    noNewPrivileges: true,
  };
}

/** A configuration with the usual namespaces and mounts, as `runc spec` writes it, but for the cgroup parts and what of /proc not every kernel has. */
export function plainConfig(process: object) {
  const restricted = ['nosuid', 'noexec', 'nodev'];
  return {
    ociVersion: '1.2.1',
    process,
    root: { path: 'rootfs', readonly: false },
    hostname: 'box',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
      },
      {
        destination: '/dev/shm',
        type: 'tmpfs',
        source: 'shm',
        options: [...restricted, 'mode=1777', 'size=65536k'],
      },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...restricted, 'ro'] },
    ],
    linux: {
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      maskedPaths: ['/proc/kcore', '/sys/firmware'],
      readonlyPaths: ['/proc/fs', '/proc/sys'],
    },
  };
}
