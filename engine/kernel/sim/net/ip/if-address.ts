/** Addresses of devices (ip-address(8)). */
import type { TimerHandle } from '../../sched/event-queue';
import { type IpAddress, inetFamilyOf, networkOf } from '../address/ip';
import type { NetDevice } from '../device/device';
import type { RouteScope } from '../route/route';

export interface IfAddress {
  readonly device: NetDevice;
  readonly address: IpAddress;
  readonly prefix: number;
  /** Point to point; the same as `address` otherwise. */
  readonly peer: IpAddress;
  readonly broadcast: number | null;
  label: string;
  readonly scope: RouteScope;
  /** Another address of the same network was there first. */
  secondary: boolean;
  tentative: boolean;
  dadFailed: boolean;
  noPrefixRoute: boolean;
  noDad: boolean;
  readonly metric: number;
  /** Absolute moments; null for ever. */
  validUntil: number | null;
  preferredUntil: number | null;
  /** DAD, or the end of its life. */
  timer: TimerHandle | null;
  /** It came by itself (link-local). */
  automatic: boolean;
}

export function sameNetwork(a: IfAddress, b: IfAddress): boolean {
  return (
    a.prefix === b.prefix &&
    inetFamilyOf(a.peer) === inetFamilyOf(b.peer) &&
    networkOf(a.peer, a.prefix) === networkOf(b.peer, b.prefix)
  );
}
