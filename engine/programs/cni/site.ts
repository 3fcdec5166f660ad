/** What cnitool and CNI's plugins stand on, on either kernel: what they were executed with, and what they may use. */
import type { AskDaemon, LeaseFiles, Plugin, PluginExecutor } from '../../cni';
import type { Networks } from '../../kernel';

export interface CniSite {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  networks: Networks;
  files: LeaseFiles;
  askDaemon: AskDaemon;
  /** Plugins found in CNI_PATH, executed. `own` are ours, for whom none needs a process. */
  executor(own: ReadonlyMap<string, Plugin>): PluginExecutor;
  readInput(): Promise<string>;
  write(stream: 1 | 2, text: string): void;
}

/** Without the variables that are not set. */
export function environmentOf({ env }: Pick<CniSite, 'env'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
