import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { describe, expect, test } from 'vitest';
import { homeDirectory, isBuilt, rootfsPath } from './paths.mjs';
import { adviceFor } from './rootfs.mjs';
import { overlayFiles, rootfsName } from './rootfs-spec.mjs';

const run = promisify(execFile);

test.each([
  ["Err: Temporary failure resolving 'deb.debian.org'", /mirror cannot be reached/],
  ['cp: write error: No space left on device', /disk is full/],
  ["The following signatures couldn't be verified: NO_PUBKEY 0E98404D386FA1D9", /debian-archive-keyring/],
  ['E: cannot mknod: Operation not permitted', /forbids device files/],
  ['something new', /Try again/],
])('advice for "%s"', (output, advice) => {
  expect(adviceFor(output)).toMatch(advice);
});

test('the tree is named for its suite, its architecture and what it is made of', () => {
  expect(rootfsName('x64')).toMatch(/^bookworm-x64-[0-9a-f]{12}$/);
  expect(rootfsName('x64')).toBe(rootfsName('x64'));
  expect(rootfsName('arm64').slice(-12)).not.toBe(rootfsName('x64').slice(-12));
  expect(overlayFiles()).toContain('etc/bash.bashrc');
  expect(rootfsPath({ UNDERLAY_CACHE: '/c' })).toBe(`/c/rootfs/${rootfsName()}`);
});

test('data is kept where the variable says, else where root or the user keeps it', () => {
  expect(homeDirectory({ UNDERLAY_HOME: '/h' }, 0)).toBe('/h');
  expect(homeDirectory({}, 0)).toBe('/var/lib/underlay');
  expect(homeDirectory({ XDG_DATA_HOME: '/x' }, 1000)).toBe('/x/underlay');
});

const obstacle = process.getuid?.() !== 0 ? 'only root can enter the tree' : isBuilt() ? '' : 'the tree is not built';

describe('the tree', () => {
  /** A command in the tree, in namespaces of its own so that nothing in it changes. */
  const inTree = (command: string) => {
    const enter = `mount -t tmpfs none ${rootfsPath()}/root && mount -t tmpfs none ${rootfsPath()}/tmp && exec chroot ${rootfsPath()} /bin/bash -lc "$0"`;
    return run('unshare', ['-muinpf', `--mount-proc=${rootfsPath()}/proc`, 'sh', '-c', enter, command]);
  };

  test('has the programs and the man pages that lessons use', async (context) => {
    context.skip(obstacle !== '', obstacle);
    const programs =
      'bash ls unshare nsenter lsns findmnt setpriv uuidgen ipcmk ipcrm lsipc mount ps pstree ip ping tracepath nft iptables curl nc socat tcpdump tree less vi vim nano sudo newuidmap newgidmap capsh getfattr getfacl strace man python3 jq file bc busybox hexdump xxd lsof tini';
    const { stdout } = await inTree(`for p in ${programs}; do command -v $p > /dev/null || echo missing $p; done`);
    expect(stdout).toBe('');
    const pages = '1 unshare, 7 namespaces, 2 mount, 8 pivot_root, 2 pivot_root, 7 mq_overview, 8 ip-link, 5 proc';
    const lookUp = `for p in ${pages.replaceAll(/(\d) ([^,]+),?/g, '$2.$1')}; do man -w $p > /dev/null || echo missing $p; done`;
    expect((await inTree(lookUp)).stdout).toBe('');
  });

  test('has a learner who may use sudo and has subordinate ids', async (context) => {
    context.skip(obstacle !== '', obstacle);
    const { stdout, stderr } = await inTree(
      'su - learner -c "id -u; pwd; sudo -n id -u; cat /etc/subuid; command -v nft"',
    );
    expect(stdout.trim().split('\n')).toEqual(['1000', '/home/learner', '0', 'learner:100000:65536', '/usr/sbin/nft']);
    expect(stderr).toBe('');
  });

  test('has a complete Python and a C.UTF-8 locale', async (context) => {
    context.skip(obstacle !== '', obstacle);
    const { stdout } = await inTree(
      'python3 -c "import ctypes, socket, http.server, json; print(1)"; bash -ic locale 2>/dev/null',
    );
    expect(stdout).toContain('1\nLANG=C.UTF-8');
  });

  test('has no device or package leftovers from the host that built it', async (context) => {
    context.skip(obstacle !== '', obstacle);
    expect(existsSync(join(rootfsPath(), 'var/lib/apt/lists/partial'))).toBe(false);
    const { stdout } = await inTree('cat /etc/hostname /etc/motd /etc/resolv.conf | grep -v "^#"');
    expect(stdout).toBe('lab\n');
  });
});

describe('the prompt', () => {
  /** Types lines into an interactive bash of the tree, each when the last prompt has come; resolves to all it printed. */
  const type = (args: string[], lines: string[]) =>
    new Promise<string>((resolve) => {
      const root = rootfsPath();
      const enter = `mount -t tmpfs none ${root}/root && exec chroot ${root} /bin/bash "$@"`;
      const env = { TERM: 'xterm-256color', HOME: '/root', PATH: process.env.PATH ?? '' };
      const terminal = spawn('unshare', ['-muf', 'sh', '-c', `hostname lab; ${enter}`, 'sh', ...args], {
        env,
        cols: 200,
      });
      const prompt = /(\x1b\]133;B\x07|bash-5\.\d# )$/;
      let output = '';
      let seen = 0;
      const waiting = [...lines];
      terminal.onData((data) => {
        output += data;
        if (!prompt.test(output.slice(seen))) return;
        seen = output.length;
        terminal.write(`${waiting.shift() ?? 'exit'}\r`);
      });
      terminal.onExit(() => resolve(output.replaceAll(/\x1b\[\?2004[hl]\r?/g, '')));
    });
  /** The marks in the order they came. */
  const marks = (output: string) =>
    [...output.matchAll(/\x1b\]133;([^\x07]+)\x07/g)].map((match) => match[1]).join(' ');

  test('marks prompts, commands and their ends', async (context) => {
    context.skip(obstacle !== '', obstacle);
    const output = await type(['-i'], ['', 'false', '(exit 3)', 'echo "status $?"']);
    expect(marks(output)).toBe('A B A B C D;1 A B C D;3 A B C D;0 A B C');
    expect(output).toContain('status 3');
    expect(output).toContain('root@lab:');
  });

  test('marks a shell within a shell and a login shell, and leaves bash --norc alone', async (context) => {
    context.skip(obstacle !== '', obstacle);
    const nested = await type(['-l'], ['bash', '(exit 4)', 'exit', 'bash --norc', 'true', 'exit']);
    expect(marks(nested)).toBe('A B C A B C D;4 A B C D;4 A B C D;0 A B C');
  });

  test('loads completion with the first Tab', async (context) => {
    context.skip(obstacle !== '', obstacle);
    const output = await type(['-i'], ['man() { echo "the page of $1"; }', 'man unsha\t']);
    expect(output).toContain('the page of unshare');
  });
});
