/** What rules are compiled to: functions that are called for every packet. */

import type { NetNamespace } from '../types';
import type { HookContext } from './context';
import type { NftSet, NftVerdict } from './ruleset';

/** `next`: the rule goes on. `break`: it does not match. A verdict ends it. */
export type Outcome = 'next' | 'break' | NftVerdict;

export type Op = (context: HookContext) => Outcome;

export const accept: NftVerdict = { kind: 'accept' };

export const drop: NftVerdict = { kind: 'drop' };

/** Sets are looked up by name each time: they may be made anew. */
export type FindSet = (ns: NetNamespace, name: string) => NftSet | undefined;
