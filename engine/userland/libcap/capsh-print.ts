/** What `capsh --print` shows. */
import type { Sys } from '../../kernel/sim';
import { allCapabilities } from '../../kernel/sim';
import type { Accounts } from '../lib/users';
import { iabText, namesIn, toText } from './sets';

/** What the kernel keeps and has no call to ask for. */
export interface ShellState {
  keepCaps: boolean;
  noNewPrivs: boolean;
}

export function printState(sys: Sys, accounts: Accounts, { keepCaps, noNewPrivs }: ShellState): string {
  const sets = sys.capget();
  const [bounding, ambient] = [sys.capbset(), sys.capAmbient()];
  const iab = { inheritable: sets.inheritable, ambient, blocked: allCapabilities & ~bounding };
  const [uid, euid, gid, egid] = [sys.getuid(), sys.geteuid(), sys.getgid(), sys.getegid()];
  const user = (id: number) => `${id}(${accounts.userById(id)?.name ?? '???'})`;
  const group = (id: number) => `${id}(${accounts.groupById(id)?.name ?? '???'})`;
  const bits = keepCaps ? "020/0x10/5'b10000" : "00/0x0/1'b0";
  const lines = [
    `Current: ${toText(sets)}`,
    `Bounding set =${namesIn(bounding)}`,
    `Ambient set =${namesIn(ambient)}`,
    `Current IAB: ${iabText(iab)}`,
    `Securebits: ${bits} (no-new-privs=${noNewPrivs ? 1 : 0})`,
    ' secure-noroot: no (unlocked)',
    ' secure-no-suid-fixup: no (unlocked)',
    ` secure-keep-caps: ${keepCaps ? 'yes' : 'no'} (unlocked)`,
    ' secure-no-ambient-raise: no (unlocked)',
    `uid=${user(uid)} euid=${user(euid)}`,
    `gid=${group(gid)}${egid === gid ? '' : ` egid=${group(egid)}`}`,
    `groups=${sys.getgroups().map(group).join(',')}`,
    `Guessed mode: ${keepCaps ? 'UNCERTAIN (0)' : 'HYBRID (4)'}`,
  ];
  return `${lines.join('\n')}\n`;
}
