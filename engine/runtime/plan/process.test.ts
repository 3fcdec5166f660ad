import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kill, remove, start } from '..';
import { cannotRun, Workshop } from '../testing/bundle';

describe.skipIf(cannotRun())("a container's process", () => {
  const workshop = new Workshop();
  const { context } = workshop;
  afterAll(() => workshop.dispose());
  const lines = (text: string) => text.trim().split('\n');

  it('is who it is to be, where it is to be, with what it may', async () => {
    const script = `
      id -u; id -g; id -G; umask; pwd; echo $HOME $GREETING
      ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj
      cat /proc/sys/kernel/domainname /proc/sys/net/ipv4/ip_forward
      while read -r name value; do case $name in CapInh:|CapPrm:|CapEff:|CapBnd:|CapAmb:|NoNewPrivs:) echo $name$value;; esac; done < /proc/self/status`;
    const bundle = workshop.shell(script, (config) => {
      config.domainname = 'example.org';
      config.process.user = { uid: 1000, gid: 100, additionalGids: [5, 6], umask: 0o077 };
      config.process.cwd = '/home/somebody';
      config.process.env = ['PATH=/bin', 'GREETING=hello world'];
      config.process.rlimits = [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }];
      config.process.oomScoreAdj = 100;
      config.process.capabilities = {
        bounding: ['CAP_KILL', 'CAP_NET_BIND_SERVICE'],
        permitted: ['CAP_KILL', 'CAP_NET_BIND_SERVICE'],
        effective: ['CAP_KILL'],
        inheritable: ['CAP_KILL'],
        ambient: ['CAP_KILL'],
      };
      config.linux.sysctl = { 'net.ipv4.ip_forward': '1' };
    });
    const kill = '0000000000000020';
    expect(lines((await workshop.run(bundle)).output)).toEqual([
      ...['1000', '100', '100 5 6', '0077', '/home/somebody', '/ hello world', '100', '200', '100', 'example.org', '1'],
      ...[
        `CapInh:${kill}`,
        `CapPrm:${kill}`,
        `CapEff:${kill}`,
        'CapBnd:0000000000000420',
        `CapAmb:${kill}`,
        'NoNewPrivs:1',
      ],
    ]);
  });

  it('has no capabilities where none are given', async () => {
    const bundle = workshop.shell('grep Cap /proc/self/status | grep -v 0000000000000000 || echo none', (config) => {
      config.process.capabilities = undefined;
      config.process.noNewPrivileges = false;
    });
    expect((await workshop.run(bundle)).output).toMatch(/none\n$/);
  });

  it('is root of a user namespace that is somebody else outside', async () => {
    const bundle = workshop.shell(
      'id -u; cat /proc/self/uid_map; echo x > /tmp/file; stat -c %u /tmp/file; ls -l /dev/null',
      (config) => {
        config.linux.namespaces?.push({ type: 'user' });
        config.linux.uidMappings = [{ containerID: 0, hostID: 100_000, size: 1000 }];
        config.linux.gidMappings = [{ containerID: 0, hostID: 100_000, size: 1000 }];
      },
    );
    const rootfs = join(bundle, 'rootfs');
    for (const path of [rootfs, join(rootfs, 'tmp')]) chownSync(path, 100_000, 100_000);
    chmodSync(workshop.directory, 0o755);
    const { output } = await workshop.run(bundle);
    expect(lines(output)[0]).toBe('0');
    expect(lines(output)[1]?.trim().split(/\s+/)).toEqual(['0', '100000', '1000']);
    expect(lines(output)[2]).toBe('0');
    expect(statSync(join(rootfs, 'tmp/file')).uid).toBe(100_000);
  });

  it('joins namespaces by path, and shares those that are not named', async () => {
    const first = await workshop.create(workshop.bundle(['/bin/sleep', '100']));
    await start(context, first.id);
    const pid = first.container.record.process?.pid;
    const script = 'for kind in net uts ipc; do readlink /proc/self/ns/$kind; done; cat /proc/sys/kernel/hostname';
    const bundle = workshop.shell(script, (config) => {
      config.hostname = undefined;
      config.linux.namespaces = [
        { type: 'pid' },
        { type: 'mount' },
        { type: 'network', path: `/proc/${pid}/ns/net` },
        { type: 'uts', path: `/proc/${pid}/ns/uts` },
      ];
    });
    const { output } = await workshop.run(bundle);
    const of = (process: number | string | undefined, kind: string) => readlinkSync(`/proc/${process}/ns/${kind}`);
    expect(lines(output)).toEqual([of(pid, 'net'), of(pid, 'uts'), of('self', 'ipc'), 'container']);
    await kill(context, first.id, 9);
    await first.exit;
    await remove(context, first.id);
  });

  it('gets a terminal, whose master goes to the console socket', async () => {
    const socket = join(workshop.directory, 'console');
    const receiver = spawn('python3', ['-c', receive, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    receiver.stdout.on('data', (chunk) => chunks.push(chunk));
    const ended = new Promise((resolve) => receiver.once('close', resolve));
    while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 5));
    const bundle = workshop.shell(
      'tty; stat -c %F /dev/console; stat -c %u /dev/pts/0; echo size $(stty size)',
      (config) => {
        config.process.terminal = true;
        config.process.consoleSize = { height: 33, width: 99 };
        config.process.user.uid = 12;
      },
    );
    await workshop.run(bundle, { consoleSocket: socket });
    await ended;
    expect(lines(Buffer.concat(chunks).toString().replaceAll('\r', ''))).toEqual([
      ...['/dev/pts/0', 'character special file', '12', 'size 33 99'],
    ]);
  });
});

/** Takes the descriptor of a terminal's master from a socket, and copies what comes out of it. */
const receive = `
import array, os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1] + '~')
listener.listen(1)
os.rename(sys.argv[1] + '~', sys.argv[1])
connection, _ = listener.accept()
_, control, _, _ = connection.recvmsg(100, socket.CMSG_SPACE(4))
master = array.array('i', control[0][2][:4])[0]
try:
    while True: os.write(1, os.read(master, 1000))
except OSError: pass
`;
