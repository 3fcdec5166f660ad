/** The resident engine: answers the clients that are executed as plugins, until nobody has called for a while. */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { Caller, declined, type LinuxNetworks } from '../../engine/kernel/linux';
import { callPlugin } from './call';
import type { Installation } from './installation';
import { NetworksOfCallers } from './networks-of-callers';

/** Somebody listens at the socket. */
export function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Resolves at once when another engine serves the installation already. */
export async function serve(installation: Installation): Promise<void> {
  const path = installation.socket;
  if (await isServed(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Of an engine that was killed.
  rmSync(path, { force: true });
  const resident = new Resident(installation);
  await resident.listen();
}

class Resident {
  readonly #networks = new NetworksOfCallers();
  readonly #server: Server;
  #idle: NodeJS.Timeout | undefined;
  #calls = 0;

  constructor(private readonly installation: Installation) {
    this.#server = createServer((socket) => {
      void this.#answer(socket);
    });
  }

  listen(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#end());
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.installation.socket, () => {
        // Whoever can connect has plugins run as this user.
        chmodSync(this.installation.socket, 0o600);
        this.#rest();
        resolve();
      });
    });
  }

  async #answer(socket: Socket): Promise<void> {
    clearTimeout(this.#idle);
    this.#calls += 1;
    socket.on('error', () => {});
    const pid = await firstNumber(socket);
    if (pid === null) socket.destroy();
    else socket.end(Buffer.of(await this.#call(new Caller(pid))));
    this.#calls -= 1;
    this.#rest();
  }

  /** The exit status. What cannot be done for the caller here it does itself, as long as nothing has been done. */
  async #call(caller: Caller): Promise<number> {
    try {
      if (!caller.executes(this.installation.client) || !caller.seesSameFiles()) return declined;
      const [name = ''] = caller.arguments();
      const environment = caller.environment();
      return await this.#networks.use(caller, (networks) => this.#run(caller, networks, name, environment));
    } catch {
      return declined;
    }
  }

  /** Never rejects: by now its standard input may be read, and by the end the plugin has done its work. */
  async #run(
    caller: Caller,
    networks: LinuxNetworks,
    name: string,
    environment: Record<string, string>,
  ): Promise<number> {
    try {
      const stdin = environment.CNI_COMMAND ? await caller.input() : '';
      const call = { name, environment, stdin };
      const output = await callPlugin(networks, caller.network().path, this.installation.client, call);
      caller.output(1)(output.stdout);
      caller.output(2)(output.stderr);
      return output.exitCode ?? 1;
    } catch {
      // It was killed, or does not want to hear the answer.
      return 1;
    }
  }

  #rest(): void {
    if (this.#calls > 0 || this.installation.idleSeconds === 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), this.installation.idleSeconds * 1000);
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#server.close();
    this.#networks.dispose();
    if (existsSync(this.installation.socket)) rmSync(this.installation.socket, { force: true });
    process.exit();
  }
}

/** The caller's process id, in the eight bytes it sends; null when it hangs up. */
function firstNumber(socket: Socket): Promise<number | null> {
  return new Promise((resolve) => {
    socket.once('data', (bytes) => resolve(bytes.length >= 8 ? bytes.readInt32LE(0) : null));
    socket.once('close', () => resolve(null));
  });
}
