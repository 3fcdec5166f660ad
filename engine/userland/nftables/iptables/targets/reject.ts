/** REJECT: an answer that says no. */

import { bare } from '../../../../kernel/sim';
import type { Translation } from '../extension';
import { IptablesError, type Words } from '../words';
import { Target } from './target';

const rejectKinds4 = [
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-port-unreachable',
  'icmp-proto-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
  'tcp-reset',
];

const rejectKinds6 = [
  'icmp6-no-route',
  'icmp6-adm-prohibited',
  'icmp6-addr-unreachable',
  'icmp6-port-unreachable',
  'tcp-reset',
];

const shortKinds: Record<string, string> = bare({
  'net-unreach': 'icmp-net-unreachable',
  'host-unreach': 'icmp-host-unreachable',
  'port-unreach': 'icmp-port-unreachable',
  'proto-unreach': 'icmp-proto-unreachable',
  'net-prohib': 'icmp-net-prohibited',
  'host-prohib': 'icmp-host-prohibited',
  'admin-prohib': 'icmp-admin-prohibited',
});

export class Reject extends Target {
  readonly name = 'REJECT';
  #with: string;

  constructor(private readonly isV6: boolean) {
    super();
    this.#with = isV6 ? 'icmp6-port-unreachable' : 'icmp-port-unreachable';
  }
  option(option: string, words: Words): boolean {
    if (option !== '--reject-with') return false;
    const text = words.value(option);
    const kind = shortKinds[text] ?? text;
    if (!(this.isV6 ? rejectKinds6 : rejectKinds4).includes(kind))
      throw new IptablesError(`unknown reject type "${text}"`);
    this.#with = kind;
    return true;
  }
  save(): string {
    return `--reject-with ${this.#with}`;
  }
  list(): string {
    return `reject-with ${this.#with}`;
  }
  translate(): Translation[] {
    const protocol = this.isV6 ? 'icmpv6' : 'icmp';
    if (this.#with === 'tcp-reset')
      return [{ text: 'reject with tcp reset', does: [{ kind: 'reject', with: 'tcp reset' }] }];
    const code = this.#with
      .replace(/^icmp6?-/, '')
      .replace('adm-', 'admin-')
      .replace('proto-', 'prot-');
    if (code === 'port-unreachable') return [{ text: 'reject', does: [{ kind: 'reject', with: null }] }];
    return [{ text: `reject with ${protocol} type ${code}`, does: [{ kind: 'reject', with: `${protocol} ${code}` }] }];
  }
}
