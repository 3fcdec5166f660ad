/** Adds all of them, however many: as arguments of one call of `push` they would have to fit on the stack. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const item of more) list.push(item);
}
