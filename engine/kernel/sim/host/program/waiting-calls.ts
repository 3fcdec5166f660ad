/** System calls that wait, several at a time for one process: its program is made of promises and may ask for all of them at once. */
import type { Blocking, Suspend } from '../../sched/blocking';
import type { WaitQueue } from '../../sched/wait-queue';
import type { Answers } from '../system/answers';

interface Call {
  /** Goes on with it. What it waits for; null when it has been answered. */
  goOn(): Suspend | null;
  suspend: Suspend | null;
}

export class WaitingCalls {
  readonly #calls = new Set<Call>();

  constructor(private readonly answers: Answers) {}

  begin<T>(work: () => Blocking<T>): Promise<T> {
    return this.answers.promise((resolve, reject) => {
      const call = callOf(work(), resolve, reject);
      this.#calls.add(call);
    });
  }

  /** Every call looks again whether there is an answer. */
  goOn(): void {
    for (const call of [...this.#calls]) {
      call.suspend = call.goOn();
      if (call.suspend === null) this.#calls.delete(call);
    }
  }

  /** What all of them wait for, and `queue`. */
  suspend(queue: WaitQueue): Suspend {
    const waits = [...this.#calls].flatMap(({ suspend }) => (suspend ? [suspend] : []));
    const deadlines = waits.flatMap(({ deadline }) => (deadline === undefined ? [] : [deadline]));
    return {
      queues: [queue, ...new Set(waits.flatMap(({ queues }) => queues))],
      ...(deadlines.length > 0 && { deadline: Math.min(...deadlines) }),
      preempt: waits.some(({ preempt }) => preempt === true),
    };
  }
}

function callOf<T>(work: Blocking<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Call {
  return {
    suspend: null,
    goOn() {
      try {
        const step = work.next();
        if (!step.done) return step.value;
        resolve(step.value);
      } catch (error) {
        reject(error);
      }
      return null;
    },
  };
}
