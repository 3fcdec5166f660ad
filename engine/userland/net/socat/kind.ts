/** What a type of address of socat(1) is, and what it needs to be opened. */
import { type Blocking, type InetFamily, isSysError, type Sys, strerror } from '../../../kernel/sim';
import type { Services } from '../names';
import type { Address } from './address';
import type { Channel } from './channel';
import { SocatError, type SocatLog } from './log';

export interface Opening {
  sys: Sys;
  env: Readonly<Record<string, string>>;
  services: Services;
  log: SocatLog;
  /** Only one direction is wanted. */
  access: 'read' | 'write' | 'both';
}

/** What a listening address does for everyone who comes: runs in a child when it forks. */
export type Serve = (opening: Opening, channel: Channel) => Blocking<void>;

export interface Kind {
  parameters: number;
  family?: InetFamily;
  open: (opening: Opening, address: Address, serve: Serve) => Blocking<void>;
}

export function failed(call: string, error: unknown): SocatError {
  if (!isSysError(error)) throw error;
  return new SocatError(`${call}: ${strerror(error.errno)}`);
}
