/** All of them, loaded when the first is executed. */

import type { Program } from '../../kernel/sim';
import { bare } from '../../kernel/sim';
import {
  ip6tables,
  ip6tablesRestore,
  ip6tablesSave,
  iptables,
  iptablesRestore,
  iptablesSave,
} from './iptables/iptables';
import { nft } from './nft/nft';

const multi: Readonly<Record<string, Program>> = bare({
  iptables,
  ip6tables,
  'iptables-save': iptablesSave,
  'ip6tables-save': ip6tablesSave,
  'iptables-restore': iptablesRestore,
  'ip6tables-restore': ip6tablesRestore,
});

/** One file with many names. */
const xtables: Program = function* (sys, argv, env) {
  const name = (argv[0] ?? '').replace(/^.*\//, '').replace('-nft', '');
  return yield* (multi[name] ?? iptables)(sys, argv, env);
};

export const programs = { nft, 'xtables-nft-multi': xtables } satisfies Record<string, Program>;
