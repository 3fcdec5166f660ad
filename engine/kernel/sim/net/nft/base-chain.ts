/** Base chains: what is allowed at which hook. */

import { type Errno, SysError } from '../../abi/errno';
import type { NftBase, NftChain, NftFamily } from './ruleset';

export function updateBase(chain: NftChain, base: NftBase): void {
  const { base: before } = chain;
  if (!before || before.hook !== base.hook || before.type !== base.type || before.priority !== base.priority)
    throw new SysError('EEXIST');
  before.policy = base.policy;
}

const natHooks = ['prerouting', 'input', 'output', 'postrouting'];

export function checkBase(family: NftFamily, { type, hook, priority }: NftBase): void {
  const refuse = (errno: Errno) => {
    throw new SysError(errno);
  };
  if (type === 'nat' && (!natHooks.includes(hook) || family === 'bridge' || family === 'arp' || family === 'netdev'))
    refuse('EOPNOTSUPP');
  if (type === 'nat' && priority <= -200) refuse('EOPNOTSUPP');
  if (type === 'route' && hook !== 'output') refuse('EOPNOTSUPP');
  if (family === 'arp' && hook !== 'input' && hook !== 'output') refuse('EOPNOTSUPP');
  if (family === 'netdev' && hook !== 'ingress' && hook !== 'egress') refuse('EOPNOTSUPP');
  if ((hook === 'ingress' || hook === 'egress') && family !== 'netdev' && family !== 'inet') refuse('EOPNOTSUPP');
}
