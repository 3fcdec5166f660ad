/** The engine: a runtime that stays, so that a command costs no start of Node. */
import { type CommandLine, type LauncherClient, LauncherServer, LauncherSystem } from '../../engine/kernel/linux';
import type { Cli } from './io';
import { runCli } from './run-cli';

/** Serves until the process is ended. Errors: EADDRINUSE when there is one already. */
export function serveLaunchers(socket: string): void {
  const server = new LauncherServer(socket, serve);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.dispose();
      process.exit();
    });
  }
}

async function serve(client: LauncherClient, { words, env, cwd }: CommandLine): Promise<number> {
  const system = new LauncherSystem(client);
  const cli: Cli = {
    system,
    cwd,
    env,
    exitCode: 0,
    out: (text) => client.print(1, text),
    err: (text) => client.print(2, text),
    attend: (pid, exit) => {
      void client.wait(pid);
      return exit;
    },
  };
  return runCli(words, cli);
}
