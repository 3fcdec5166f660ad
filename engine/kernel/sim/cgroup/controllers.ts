/** The controllers there are, in the order in which the kernel names them. */
export const controllers = ['cpuset', 'cpu', 'memory', 'pids'] as const;
export type Controller = (typeof controllers)[number];

export function isController(name: string): name is Controller {
  return controllers.some((controller) => controller === name);
}

/** Limits and counters of the pids controller. */
export interface PidsState {
  max: number | null;
  current: number;
  peak: number;
  /** Forks that were refused here or below; those refused by this very limit. */
  refused: number;
  refusedHere: number;
}

export interface MemoryEvents {
  low: number;
  high: number;
  max: number;
  oom: number;
  oomKill: number;
  oomGroupKill: number;
}

export interface MemoryState {
  current: number;
  peak: number;
  min: number;
  low: number;
  high: number | null;
  max: number | null;
  swapMax: number | null;
  oomGroup: boolean;
  events: MemoryEvents;
  eventsHere: MemoryEvents;
}

/** Times in nanoseconds. */
export interface CpuState {
  weight: number;
  /** cpu.idle */
  idle: boolean;
  quota: number | null;
  period: number;
  burst: number;
  used: number;
  periods: number;
  throttledPeriods: number;
  throttledTime: number;
}

const noEvents = (): MemoryEvents => ({ low: 0, high: 0, max: 0, oom: 0, oomKill: 0, oomGroupKill: 0 });

export function newPids(): PidsState {
  return { max: null, current: 0, peak: 0, refused: 0, refusedHere: 0 };
}
export function newMemory(): MemoryState {
  return {
    current: 0,
    peak: 0,
    min: 0,
    low: 0,
    high: null,
    max: null,
    swapMax: null,
    oomGroup: false,
    events: noEvents(),
    eventsHere: noEvents(),
  };
}
export function newCpu(): CpuState {
  return {
    weight: 100,
    idle: false,
    quota: null,
    period: 100_000_000,
    burst: 0,
    used: 0,
    periods: 0,
    throttledPeriods: 0,
    throttledTime: 0,
  };
}
