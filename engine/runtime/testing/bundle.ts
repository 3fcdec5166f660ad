/** For tests: bundles of one busybox, run by the library on this kernel. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { rootfsPath } from '../../../setup/paths.mjs';
import { LinuxSystem } from '../../kernel/linux';
import { type CreateOptions, create, remove, run, runtimeContext } from '..';
import type { Config } from '../config';

const busybox = join(rootfsPath(), 'usr/bin/busybox');
const applets = [
  'sh',
  'cat',
  'ls',
  'id',
  'sleep',
  'true',
  'false',
  'mount',
  'umount',
  'stat',
  'echo',
  'readlink',
  'touch',
  'tty',
  'stty',
  'grep',
  'cut',
  'head',
];

/** Prints why containers cannot be made here and returns true, so that a test file can skip itself. */
export function cannotRun(): boolean {
  const reason =
    process.getuid?.() === 0 ? (existsSync(busybox) ? '' : `there is no ${busybox}`) : 'containers need root';
  if (reason) console.warn(`skipped: ${reason}`);
  return reason !== '';
}

export const system = new LinuxSystem();

/** A directory with a runtime's root and bundles in it, on a tmpfs where there is one. */
export class Workshop {
  readonly directory = mkdtempSync('/run/underlay-oci-test-');
  readonly context = runtimeContext(system, join(this.directory, 'state'));
  readonly #prefix = this.directory.split('-').at(-1);
  #count = 0;

  /** A name that no other test has. */
  name(): string {
    this.#count += 1;
    return `test-${this.#prefix}-${this.#count}`;
  }

  /** Makes a bundle; `change` may alter its configuration. */
  bundle(args: readonly string[], change: (config: TestConfig) => void = () => {}): string {
    const directory = join(this.directory, `bundle-${this.#count++}`);
    mkdirSync(join(directory, 'rootfs/bin'), { recursive: true });
    mkdirSync(join(directory, 'rootfs/tmp'), { recursive: true });
    copyFileSync(busybox, join(directory, 'rootfs/bin/busybox'));
    for (const applet of applets) symlinkSync('busybox', join(directory, 'rootfs/bin', applet));
    const config = testConfig(args);
    change(config);
    writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
    return directory;
  }

  shell(script: string, change?: (config: TestConfig) => void): string {
    return this.bundle(['/bin/sh', '-c', script], change);
  }

  /** Runs a bundle to its end and deletes the container. */
  async run(
    bundle: string,
    options: Partial<CreateOptions> = {},
  ): Promise<{ output: string; exitCode: number | null }> {
    const id = this.name();
    const file = join(this.directory, `output-${id}`);
    const output = openSync(file, 'w+');
    try {
      const { exit } = await run(this.context, { id, bundle, stdio: ['ignore', output, output], ...options });
      const { exitCode } = await exit;
      await remove(this.context, id);
      return { output: readFileSync(file, 'utf8'), exitCode };
    } finally {
      closeSync(output);
    }
  }

  /** Creates a container; the caller deletes it. */
  async create(bundle: string, options: Partial<CreateOptions> = {}) {
    const id = this.name();
    return { id, ...(await create(this.context, { id, bundle, ...options })) };
  }

  /** What containers of it could leave: cgroups, mounts; descriptors and children of this process. */
  traces() {
    const prefix = `test-${this.#prefix}-`;
    return {
      cgroups: system
        .cgroupHierarchies()
        .flatMap(({ mountPoint }) => readdirSync(mountPoint).filter((entry) => entry.startsWith(prefix))),
      // Others may mount meanwhile.
      mounts: readFileSync('/proc/self/mountinfo', 'utf8').split(this.directory).length - 1,
      descriptors: readdirSync('/proc/self/fd').length,
      children: readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim(),
    };
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true });
  }
}

export interface TestConfig extends Config {
  process: NonNullable<Config['process']>;
  linux: NonNullable<Config['linux']>;
  mounts: NonNullable<Config['mounts']>;
}

function testConfig(args: readonly string[]): TestConfig {
  const capabilities = ['CAP_KILL', 'CAP_CHOWN', 'CAP_NET_BIND_SERVICE'];
  return {
    ociVersion: '1.2.0',
    root: { path: 'rootfs' },
    process: {
      cwd: '/',
      args: [...args],
      env: ['PATH=/bin'],
      user: { uid: 0, gid: 0 },
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: true,
    },
    hostname: 'container',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
      },
    ],
    linux: {
      namespaces: (['pid', 'network', 'ipc', 'uts', 'mount'] as const).map((type) => ({ type })),
    },
  };
}
