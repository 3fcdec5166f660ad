/**
 * How a process of the lab hears of what it has asked for: nothing is told to it but in its own steps. What happens in
 * somebody else's step is due until then, and wakes it.
 */
import { WaitQueue } from '../../sched/wait-queue';
import type { Answers } from '../system/answers';

export class ProgramAnswers implements Answers {
  /** Woken when something is due. */
  readonly queue = new WaitQueue();
  #due: Array<() => void> = [];
  #open = 0;

  /** It waits for something in the lab. */
  get areAwaited(): boolean {
    return this.#open > 0;
  }

  get areDue(): boolean {
    return this.#due.length > 0;
  }

  promise<T>(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#open += 1;
      let isAnswered = false;
      const answering =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          if (isAnswered) return;
          isAnswered = true;
          this.tell(() => {
            this.#open -= 1;
            settle(value);
          });
        };
      begin(answering(resolve), answering(reject));
    });
  }

  tell(news: () => void): void {
    this.#due.push(news);
    this.queue.wake();
  }

  /** Tells all that is due. */
  settle(): void {
    for (const news of this.#due.splice(0)) news();
  }
}
