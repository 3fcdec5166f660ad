/** The engine: a runtime that stays, so that a command costs no start of Node. */
import { type CommandLine, LaunchedProcess, type LauncherClient, LauncherServer } from '../../engine/kernel/linux';
import { runc } from '../../engine/programs';

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

function serve(client: LauncherClient, line: CommandLine): Promise<number> {
  return runc(new LaunchedProcess(client, line, 'underlay-oci'));
}
