/** A plugin as a process of its own: what it was executed with, one call, its exit status. */
import { readFileSync } from 'node:fs';
import { LinuxNetworks } from '../../engine/kernel/linux';
import { callPlugin } from './call';

/** `name`: as it was executed. `client`: the bytes of our executables. */
export async function callOnce(name: string, client: Buffer): Promise<void> {
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const stdin = environment.CNI_COMMAND ? readFileSync(0, 'utf8') : '';
  const networks = new LinuxNetworks();
  const output = await callPlugin(networks, networks.own, client, { name, environment, stdin });
  process.stdout.write(output.stdout);
  process.stderr.write(output.stderr);
  process.exitCode = output.exitCode ?? 1;
  networks.dispose();
}
