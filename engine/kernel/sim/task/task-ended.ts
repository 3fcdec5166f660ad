/** Unwinds the program of a task that has ended in the middle of a call. The scheduler has dropped the program already. */
export class TaskEnded extends Error {
  constructor() {
    super('the task has ended');
    this.name = 'TaskEnded';
  }
}
