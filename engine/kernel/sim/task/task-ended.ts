/** Unwinds the program of a task that has ended in the middle of a call. The scheduler has dropped the program already. */
export class TaskEnded extends Error {
  constructor() {
    super('the task has ended');
    this.name = 'TaskEnded';
  }
}

/** More in one piece than the page has room for: on Linux, the OOM killer would have been there before. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && /length|allocation|too large|maximum size/i.test(error.message);
}
