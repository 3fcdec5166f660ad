/** One container in one network: what a runtime says of it, and keeps of it. */
import type { CniArgs } from '../spec';

export interface RuntimeConfig {
  containerId: string;
  /** Path of its network namespace; empty when it is gone. */
  netns: string;
  ifname: string;
  /** CNI_ARGS. */
  args?: CniArgs;
  /** Values of capabilities (`portMappings`, `ips`, `mac` ...); a plugin that declares one gets it. */
  capabilityArgs?: Readonly<Record<string, unknown>>;
}

/** A container that was added and not deleted yet. */
export interface CachedAttachment extends RuntimeConfig {
  network: string;
  /** The configuration it was added with. */
  config: string;
}
