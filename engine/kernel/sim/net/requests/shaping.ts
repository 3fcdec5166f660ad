/** RTM_NEWQDISC and RTM_NEWTFILTER, as far as limits of rate go (tc-tbf(8), tc-mirred(8)). */
import type { TokenBucket } from '../../../network';
import { SysError } from '../../abi/errno';
import type { NetDevice } from '../device/device';
import { TokenBucketFilter } from '../device/token-bucket-filter';
import type { Shaping } from '../route-types';

export function shapingOf({ qdisc, ingressRedirect }: NetDevice): Shaping {
  const tokenBucket = qdisc instanceof TokenBucketFilter ? qdisc.bucket : null;
  const handle = qdisc instanceof TokenBucketFilter ? qdisc.handle : 0;
  return {
    tokenBucket,
    handle,
    ingressRedirect: ingressRedirect && { index: ingressRedirect.index, name: ingressRedirect.name },
  };
}

/** In place of what was there. EINVAL for a rate of nothing. */
export function tokenBucketSet(device: NetDevice, bucket: TokenBucket, handle: number): void {
  if (bucket.bytesPerSecond <= 0 || bucket.burstBytes <= 0) throw new SysError('EINVAL');
  device.qdisc = new TokenBucketFilter({ ...bucket }, handle);
  device.ns.network.kernel.touch('devices');
}

/** EEXIST when what comes in there goes somewhere else already. */
export function redirectIngress(from: NetDevice, to: NetDevice): void {
  if (from.ingressRedirect) throw new SysError('EEXIST', 'Exclusivity flag on, cannot modify');
  from.ingressRedirect = to;
}
