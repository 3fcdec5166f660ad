/** What the plugins stand on. */
import type { Networks } from '../../kernel';
import type { CniFiles } from '../files';
import type { Delegates } from '../plugin';

export interface PluginHost {
  networks: Networks;
  /** IPAM plugins, above all. */
  delegates: Delegates;
  /** What is remembered between ADD and DEL. */
  files: CniFiles;
}
