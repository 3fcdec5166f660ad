/** For tests: network namespaces made by ip-netns(8), and what its programs say in them. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import { inNetworkNamespace } from '../syscall';

/** Prints why and returns true when this machine lets nobody make network namespaces. */
export function cannotMakeNetworks(...programs: string[]): boolean {
  const reason = whyNot(['/usr/sbin/ip', ...programs]);
  if (reason) console.warn(`skipped, no network namespaces here: ${reason}`);
  return reason !== null;
}

function whyNot(programs: string[]): string | null {
  if (process.getuid?.() !== 0) return 'only root can make them';
  const missing = programs.filter((program) => !existsSync(program));
  return missing.length > 0 ? `${missing.join(', ')} missing` : null;
}

let made = 0;

/** A namespace of the test's own; `dispose` removes it with all that is in it. */
export class TestNetwork {
  readonly name = `underlay-test-${process.pid}-${++made}`;
  readonly path = `/run/netns/${this.name}`;

  readonly #servers: Server[] = [];

  constructor() {
    execFileSync('ip', ['netns', 'add', this.name]);
  }

  /** What a program prints that runs in there. Throws with its error output when it fails. */
  run(program: string, ...args: string[]): string {
    const { status, stdout, stderr } = this.attempt(program, ...args);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  attempt(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync('ip', ['netns', 'exec', this.name, program, ...args], { encoding: 'utf8', timeout: 30_000 });
  }

  /** Commands of ip(8), all with these options, in one process. */
  ip(options: string[], ...commands: string[]): string {
    const input = commands.map((command) => `${command}\n`).join('');
    return execFileSync('ip', ['-n', this.name, ...options, '-batch', '-'], { input, encoding: 'utf8' });
  }

  /** A server on all addresses that tells everybody the address they come from. */
  serve(port: number): Server {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${socket.remoteAddress?.replace('::ffff:', '')}\n`);
    });
    inNetworkNamespace(this.path, () => server.listen(port));
    this.#servers.push(server);
    return server;
  }

  /** What such a server says when it is called from here; null when it cannot be reached. */
  async ask(address: string, port: number, seconds = 5): Promise<string | null> {
    const script = `exec 3<>/dev/tcp/${address}/${port} && read -t ${seconds} -u 3 line && echo "$line"`;
    try {
      const { stdout } = await promisify(execFile)('ip', [
        'netns',
        'exec',
        this.name,
        'timeout',
        String(seconds),
        'bash',
        '-c',
        script,
      ]);
      return stdout.trim();
    } catch {
      return null;
    }
  }

  dispose(): void {
    for (const server of this.#servers) server.close();
    execFileSync('ip', ['netns', 'delete', this.name]);
  }
}
