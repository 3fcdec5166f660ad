import type { Nanoseconds } from '../sched/blocking';

/**
 * After a change, how long until those who listen are told, on the lab's own clock: an event of the lab like any other,
 * so that a lab that is played again is seen at the same moments.
 */
export const publishAfterNs: Nanoseconds = 4_000_000;
