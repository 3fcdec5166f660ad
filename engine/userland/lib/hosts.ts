/** Names of hosts: the lines of /etc/hosts (hosts(5)). There is no name server. */
import type { Blocking, Sys } from '../../kernel/sim';
import { readFileOrNull } from './io';

export interface HostLine {
  address: string;
  /** The canonical name first, then aliases. */
  names: string[];
}

/** A file that cannot be read counts as empty. */
export function* readHosts(sys: Sys): Blocking<HostLine[]> {
  return parseHosts((yield* readFileOrNull(sys, '/etc/hosts')) ?? '');
}

export function parseHosts(text: string): HostLine[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return address === '' ? [] : [{ address, names }];
  });
}
