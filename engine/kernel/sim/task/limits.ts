/** Resource limits a process begins with (getrlimit(2)), as a Debian gives them. */
import type { ResourceLimit, ResourceName } from './task';

const unlimited = Number.POSITIVE_INFINITY;

export function defaultLimits(): Record<ResourceName, ResourceLimit> {
  const both = (value: number): ResourceLimit => ({ soft: value, hard: value });
  return {
    cpu: both(unlimited),
    fsize: both(unlimited),
    data: both(unlimited),
    stack: { soft: 8_388_608, hard: unlimited },
    core: { soft: 0, hard: unlimited },
    rss: both(unlimited),
    nproc: both(unlimited),
    nofile: both(20_000),
    memlock: both(8_388_608),
    as: both(unlimited),
    locks: both(unlimited),
    sigpending: both(95_000),
    msgqueue: both(819_200),
    nice: both(0),
    rtprio: both(0),
    rttime: both(unlimited),
  };
}
