/** What the plugins stand on. */
import type { Networks } from '../../kernel';
import type { Delegates } from '../plugin';

/** Files a plugin remembers something in between ADD and DEL. */
export interface StateFiles {
  read(path: string): Promise<string | null>;
  makeDirectory(path: string, mode: number): Promise<void>;
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface PluginHost {
  networks: Networks;
  /** IPAM plugins, above all. */
  delegates: Delegates;
  files: StateFiles;
}
