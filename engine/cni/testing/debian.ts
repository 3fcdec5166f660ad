/** Debian's package containernetworking-plugins, with which ours are compared. */
import { existsSync } from 'node:fs';

export const debianPlugins = '/usr/lib/cni';

/** Why a test with them cannot run; undefined when it can. */
export function noDebianPlugins(): string | undefined {
  if (existsSync(`${debianPlugins}/host-local`)) return undefined;
  const reason = 'skipped: there are no CNI plugins of Debian here (apt-get install containernetworking-plugins)';
  process.stderr.write(`${reason}\n`);
  return reason;
}
