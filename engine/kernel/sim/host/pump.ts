/**
 * Lets a lab's kernel run beside whatever else the thread does: in short turns, with the virtual clock following the real
 * one. A turn ends early, so that no other message waits long; what is too much work for real time just takes longer, and
 * the virtual clock stays behind instead of skipping anything.
 */
import type { Disposable } from '../../port';
import type { SimKernel } from '../kernel';
import { type Part, PartMissing } from '../sched/part';
import { load } from './loading';
import type { Pace } from './pace';

const turnMs = 8;
/** Steps between two looks at the real clock. */
const stepsPerLook = 32;
/** And so much of the lab's own time: slices that are used up to the end take far longer than others. */
const nsPerLook = 1_000_000;
/** A lab that is further behind than this does not try to catch up. */
const maxLagMs = 50;
const nsPerMs = 1_000_000;
/** The longest wait a timer of JavaScript knows; what is later is planned again then. */
const maxTimerMs = 2 ** 31 - 1;

export class Pump implements Disposable {
  #timer: Disposable | null = null;
  /** Where the two clocks were put together. */
  #anchor: { real: number; virtual: number };
  #speed = 1;
  #running = false;
  /** The lab stands still in the middle of a step, until a part of the simulator is loaded. */
  #held = false;
  /** Somebody outside was told something in this step. */
  #turnDue = false;
  /** Parts the step that is held has to do without. */
  #lost: Part[] = [];
  #disposed = false;

  constructor(
    private readonly kernel: SimKernel,
    private readonly pace: Pace,
    private readonly listener: {
      /** Called after each turn, between two steps. */
      afterTurn(): void;
      /** The kernel has failed in the middle of a step, and is moved no more. */
      failed(error: unknown): void;
      /** The step that has just ended had to do without a part. */
      lost(part: Part): void;
    },
  ) {
    this.#anchor = { real: pace.now(), virtual: kernel.now };
  }

  /** How much faster than the real one the virtual clock goes; 0 while it stands still. */
  get speed(): number {
    return this.#speed;
  }

  setSpeed(speed: number): void {
    this.#reanchor();
    this.#speed = speed;
    this.kick();
  }

  /** True while a step is being done: nothing may be changed from outside then. */
  get isRunning(): boolean {
    return this.#running || this.#held;
  }

  /** There may be something to do. */
  kick(): void {
    if (this.#disposed || this.isRunning) return;
    this.#plan(0);
  }

  /** Brings the clock up to now, so that what comes from outside comes at the right time. As far as a turn allows. */
  catchUp(): void {
    if (!this.isRunning && !this.#disposed && this.#speed > 0) this.#turn();
  }

  /** One step while the clock stands still: the next event or the next slice of a task. False when there is nothing. */
  step(): boolean {
    if (this.isRunning) return true;
    const stepped = this.#move(() => {
      const before = this.kernel.scheduler.steps;
      while (this.kernel.scheduler.steps === before)
        if (!this.kernel.scheduler.step(Number.POSITIVE_INFINITY)) return false;
      return true;
    });
    this.#reanchor();
    if (this.#turnDue && !this.#held) this.#letAct();
    else if (!this.#held) this.listener.afterTurn();
    return stepped;
  }

  /**
   * Whoever runs the Machine from outside, step for step with it, was told something: it acts on that before the next step,
   * while the lab stands still. So what it does is at the same place of the lab's history each time.
   */
  giveTurn(): void {
    this.#turnDue = true;
    if (!this.isRunning) this.#letAct();
  }

  /** Stands still, between two steps, until it is released. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#reanchor();
    if (this.#disposed) return;
    this.listener.afterTurn();
    this.kick();
  }

  dispose(): void {
    this.#disposed = true;
    this.#timer?.dispose();
    this.#timer = null;
  }

  #plan(ms: number): void {
    this.#timer?.dispose();
    this.#timer = this.pace.after(ms, () => {
      this.#timer = null;
      this.#turn();
      this.#planNext();
    });
  }

  #planNext(): void {
    if (this.#disposed || this.#speed === 0 || this.#held) return;
    const target = this.#target();
    if (this.kernel.scheduler.hasWork(target)) return this.#plan(0);
    const next = this.kernel.events.next;
    if (next !== null) this.#plan(Math.min(maxTimerMs, Math.max(0, (next - target) / nsPerMs / this.#speed)));
  }

  #turn(): void {
    if (this.#speed === 0 || this.isRunning) return;
    const began = this.pace.now();
    const isBusy = this.#move(() => {
      const target = this.#target();
      for (;;) {
        const lookAt = this.kernel.now + nsPerLook;
        for (let i = 0; i < stepsPerLook && this.kernel.now < lookAt; i++) {
          if (!this.kernel.scheduler.step(target)) return false;
          if (this.#turnDue) return true;
        }
        if (this.pace.now() - began > turnMs) return true;
      }
    });
    if (this.#held) return;
    if (this.#turnDue) return this.#letAct();
    if (isBusy && (this.#target() - this.kernel.now) / nsPerMs > maxLagMs) this.#reanchor();
    this.listener.afterTurn();
    if (!this.#timer) this.#planNext();
  }

  /** False, and never again anything, when the kernel fails: what it holds cannot be trusted any more. */
  #move(steps: () => boolean): boolean {
    if (this.#disposed) return false;
    this.#running = true;
    try {
      return steps();
    } catch (error) {
      if (error instanceof PartMissing) {
        this.#hold(error.part);
        return true;
      }
      this.dispose();
      this.listener.failed(error);
      return false;
    } finally {
      this.#running = false;
    }
  }

  #hold(part: Part): void {
    this.#held = true;
    void load(part).then((isThere) => {
      if (!this.#disposed) this.#goOn(part, isThere);
    });
  }

  /** Ends the step that was held; then all is as after any other. */
  #goOn(part: Part, isThere: boolean): void {
    this.#held = false;
    if (!isThere) {
      this.kernel.scheduler.lose(part.name);
      this.#lost.push(part);
    }
    this.#move(() => this.kernel.scheduler.step(this.kernel.now));
    this.#reanchor();
    if (this.#held) return;
    for (const lost of this.#lost.splice(0)) this.listener.lost(lost);
    if (this.#turnDue) return this.#letAct();
    this.listener.afterTurn();
    this.kick();
  }

  /** Everything that waits for what was told runs before the next task of JavaScript's own queue. */
  #letAct(): void {
    this.#held = true;
    this.pace.after(0, () => {
      this.#held = false;
      this.#turnDue = false;
      if (this.#disposed) return;
      this.#reanchor();
      this.listener.afterTurn();
      this.kick();
    });
  }

  /** Where the virtual clock should be by now. */
  #target(): number {
    return this.#anchor.virtual + (this.pace.now() - this.#anchor.real) * nsPerMs * this.#speed;
  }

  #reanchor(): void {
    this.#anchor = { real: this.pace.now(), virtual: this.kernel.now };
  }
}
