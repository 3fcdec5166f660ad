/**
 * A table that is asked by names somebody typed: without what every object of JavaScript has, so that `constructor` and
 * `toString` are as unknown in it as any other word.
 */
export function bare<T extends object>(entries: T): T {
  return Object.assign(Object.create(null), entries);
}
