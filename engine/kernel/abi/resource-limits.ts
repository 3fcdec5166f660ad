/** What can be limited by getrlimit(2), by number (asm-generic/resource.h). */
export const resourceNames = [
  'cpu',
  'fsize',
  'data',
  'stack',
  'core',
  'rss',
  'nproc',
  'nofile',
  'memlock',
  'as',
  'locks',
  'sigpending',
  'msgqueue',
  'nice',
  'rtprio',
  'rttime',
] as const;
export type ResourceName = (typeof resourceNames)[number];

/** `RLIMIT_NOFILE` is 7; undefined for a name no kernel knows. */
export function resourceNumber(name: string): number | undefined {
  const number = resourceNames.findIndex((resource) => name === `RLIMIT_${resource.toUpperCase()}`);
  return number < 0 ? undefined : number;
}
