/** Packet rules of a network namespace, as nft(8) prints them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { NsId, PacketRule } from '../../../state';
import { parseNftList } from '../../inspect';
import { inNamespace } from './enter';

/** How nft is run on the host: a program, its first arguments and its environment. */
export interface NftCommand {
  program: string;
  args: string[];
  env: Record<string, string>;
}

const timeoutMs = 5000;
const maxBytes = 4 * 1024 * 1024;
const searched = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin'];

/** The host's nft, or the one of the Machines' root filesystem run with its own loader and libraries; null without either. */
export function findNft(rootfs: string | undefined): NftCommand | null {
  for (const directory of searched) {
    if (existsSync(`${directory}/nft`)) return { program: `${directory}/nft`, args: [], env: {} };
  }
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const loader = process.arch === 'arm64' ? 'lib/ld-linux-aarch64.so.1' : 'lib64/ld-linux-x86-64.so.2';
  if (!rootfs || !existsSync(`${rootfs}/usr/sbin/nft`) || !existsSync(`${rootfs}/${loader}`)) return null;
  return {
    program: `${rootfs}/${loader}`,
    args: ['--library-path', `${rootfs}/usr/lib/${triplet}:${rootfs}/lib/${triplet}`, `${rootfs}/usr/sbin/nft`],
    // Where it finds how to print what iptables-nft has put there.
    env: { XTABLES_LIBDIR: `${rootfs}/usr/lib/${triplet}/xtables` },
  };
}

/**
 * The rules in the namespace `path` leads to; null when they cannot be had. Errors: ENOENT, ESRCH when it is gone.
 */
export function readPacketRules(nft: NftCommand, path: string, ns: NsId): Promise<Record<string, PacketRule> | null> {
  // Without counters (stateless): they change with every packet.
  const args = [...nft.args, '--handle', '--stateless', 'list', 'ruleset'];
  const options = { timeout: timeoutMs, maxBuffer: maxBytes, env: { ...process.env, ...nft.env } };
  return new Promise((resolve) => {
    // A child starts in the namespaces its parent's thread is in at that moment.
    inNamespace('net', path, () =>
      execFile(nft.program, args, options, (error, stdout) => {
        if (error) resolve(null);
        else resolve(Object.fromEntries(parseNftList(stdout, ns).map((rule) => [ruleKey(rule), rule])));
      }),
    );
  });
}

function ruleKey(rule: PacketRule): string {
  return `${rule.ns}/${rule.family}/${rule.table}/${rule.chain}/${rule.handle}`;
}
