import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabKernel } from '../../engine/kernel';
import { LinuxSystem } from '../../engine/kernel/linux';
import {
  exec,
  kill,
  parseProcess,
  pause,
  type RuntimeContext,
  remove,
  resume,
  run,
  runtimeContext,
} from '../../engine/runtime';
import { rootfsPath } from '../../setup/paths.mjs';
import { realHost, simulatedHost } from './hosts';
import { limits } from './run';

/** A place where containers are made: the same bundles on either kernel. */
interface Site {
  context: RuntimeContext;
  /** Makes a bundle with that configuration; answers its directory. */
  bundle(name: string, config: object): Promise<string>;
}

const settings = {
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

function configOf(script: string, change: { process?: object; linux?: object; mounts?: object[]; root?: object } = {}) {
  return (rootfs: string) => ({
    ociVersion: '1.2.0',
    root: { path: rootfs, readonly: true, ...change.root },
    hostname: 'box',
    process: { ...settings, args: ['bash', '-c', script], ...change.process },
    mounts: [...mounts, ...(change.mounts ?? [])],
    linux: {
      resources: { devices: [{ allow: false, access: 'rwm' }], pids: { limit: 40 } },
      namespaces,
      maskedPaths: ['/proc/interrupts', '/proc/none', '/sys/firmware'],
      readonlyPaths: ['/proc/sys', '/proc/none'],
      ...change.linux,
    },
  });
}

const scenarios: Array<[name: string, config: (rootfs: string) => object]> = [
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

const real = realHost().availability();
if (!real.available) console.warn(`skipped: containers on both kernels: ${real.reason}`);

let directory = '';
let lab: LabKernel;
let sites: Site[] = [];
const rootfs = { real: '', simulated: '/root/rootfs' };

beforeAll(async () => {
  if (!real.available) return;
  directory = mkdtempSync(join(tmpdir(), 'underlay-containers-'));
  rootfs.real = rootfsPath();
  lab = await simulatedHost().boot({
    id: 'containers',
    machines: [
      { id: 'lab', hostname: 'lab', setup: `mkdir ${rootfs.simulated} && mount --bind / ${rootfs.simulated}` },
    ],
    links: [],
    limits,
  });
  sites = [onLinux(), onSim(lab)];
});
afterAll(async () => {
  await lab?.dispose();
  if (directory !== '') rmSync(directory, { recursive: true });
});

function onLinux(): Site {
  return {
    context: runtimeContext(new LinuxSystem(), join(directory, 'state')),
    bundle: async (name, config) => {
      const place = join(directory, name);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'config.json'), JSON.stringify(config));
      return place;
    },
  };
}

function onSim({ machines, simulation }: LabKernel): Site {
  const machine = machines.get('lab');
  if (!machine || !simulation) throw new Error('no simulated Machine');
  return {
    context: runtimeContext(simulation.openSystem('lab'), '/run/oci'),
    bundle: async (name, config) => {
      const place = `/root/${name}`;
      await machine.files.makeDirectory(place);
      await machine.files.write(`${place}/config.json`, new TextEncoder().encode(JSON.stringify(config)));
      return place;
    },
  };
}

/** Runs a container to its end: what it wrote, how it ended, or why it could not begin. */
async function story({ context, bundle }: Site, id: string, config: (rootfs: string) => object): Promise<string> {
  const { descriptors } = context.system;
  const place = await bundle(id, config(context.system instanceof LinuxSystem ? rootfs.real : rootfs.simulated));
  const output = descriptors.pipe();
  try {
    const { exit, container } = await run(context, {
      id,
      bundle: place,
      stdio: ['ignore', output.write, output.write],
    });
    descriptors.close(output.write);
    const text = new TextDecoder().decode(await descriptors.readAll(output.read));
    const { exitCode, signal } = await exit;
    const told = `${text}[${exitCode ?? `signal ${signal}`}] ${container.status()}`;
    await remove(context, id);
    return told;
  } catch (error) {
    descriptors.close(output.write);
    return String(error).replaceAll(place, 'BUNDLE');
  } finally {
    descriptors.close(output.read);
  }
}

describe.skipIf(!real.available)('a container on both kernels', () => {
  scenarios.forEach(([name, config], number) => {
    it(name, async () => {
      const [expected, simulated] = await Promise.all(
        sites.map((site) => story(site, `c${process.pid}-${number}`, config)),
      );
      expect(simulated).toBe(expected);
      for (const { context } of sites) expect(context.store.list()).toEqual([]);
    });
  });

  it('goes through its states, and lets in another process', async () => {
    const stories = await Promise.all(sites.map((site) => life(site, `life${process.pid}`)));
    expect(stories[1]).toEqual(stories[0]);
    expect(stories[0]?.slice(0, 3)).toEqual(['running', 'added box 1\n', 'exec: 5']);
  });
});

async function life({ context, bundle }: Site, id: string): Promise<string[]> {
  const told: string[] = [];
  const tell = async (name: string, work: () => Promise<unknown>) => {
    await work().catch((error) => told.push(`${name}: ${error}`));
    told.push(container.status());
  };
  const isReal = context.system instanceof LinuxSystem;
  const config = configOf('exec sleep 1000')(isReal ? rootfs.real : rootfs.simulated);
  const { container, exit } = await run(context, { id, bundle: await bundle(id, config) });
  told.push(container.status());
  const output = context.system.descriptors.pipe();
  const added = await exec(context, id, {
    process: parseProcess(
      JSON.stringify({
        ...settings,
        args: ['bash', '-c', 'echo added $(hostname) $(cat /proc/1/stat | cut -d" " -f1); exit 5'],
      }),
      'process.json',
    ),
    stdio: ['ignore', output.write, output.write],
  });
  context.system.descriptors.close(output.write);
  told.push(new TextDecoder().decode(await context.system.descriptors.readAll(output.read)));
  context.system.descriptors.close(output.read);
  told.push(`exec: ${(await added.exit).exitCode}`);
  await tell('pause', () => pause(context, id));
  await tell('resume', () => resume(context, id));
  await tell('delete', () => remove(context, id));
  await tell('kill', async () => {
    await kill(context, id, 9);
    await exit;
  });
  await tell('kill', () => kill(context, id, 9));
  await remove(context, id);
  told.push(`${(await exit).signal}`, `${context.store.list().length}`);
  return told;
}
