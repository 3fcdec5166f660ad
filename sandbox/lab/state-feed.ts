import type { Disposable } from '../../engine/kernel';
import { diff, isEmptyPatch, type LabState, type StatePatch } from '../../engine/state';
import type { LabChannel } from '../protocol';
import type { Clock } from './clock';

/** Beyond this a page gets no patches until it has caught up, and then one that holds all it missed. */
const maxBacklogBytes = 1024 * 1024;
const retryMs = 100;

export interface Observation {
  state: LabState;
  /** From the observation before this one. */
  patch: StatePatch;
  seq: number;
  at: number;
}

/** Tells one page of the state, as fast as it can take it. */
export class StateFeed implements Disposable {
  #sent: LabState | null = null;
  #latest: Observation | null = null;
  #retry: Disposable | null = null;

  constructor(
    private readonly channel: LabChannel,
    private readonly clock: Clock,
  ) {}

  /** Starts over with the whole state. */
  snapshot({ state, seq, at }: Omit<Observation, 'patch'>): void {
    this.#latest = null;
    this.#sent = state;
    this.channel.send({ type: 'state.snapshot', at, seq, state });
  }

  update(observation: Observation): void {
    if (!this.#sent) return;
    if (this.#latest === null && this.channel.backlogBytes() <= maxBacklogBytes) {
      return this.#send(observation.patch, observation);
    }
    this.#latest = observation;
    this.#retry ??= this.clock.after(retryMs, () => this.#catchUp());
  }

  dispose(): void {
    this.#retry?.dispose();
    this.#sent = null;
  }

  #catchUp(): void {
    this.#retry = null;
    if (!this.#latest || !this.#sent) return;
    if (this.channel.backlogBytes() > maxBacklogBytes) {
      this.#retry = this.clock.after(retryMs, () => this.#catchUp());
      return;
    }
    const observation = this.#latest;
    this.#latest = null;
    const patch = diff(this.#sent, observation.state);
    if (!isEmptyPatch(patch)) this.#send(patch, observation);
  }

  #send(patch: StatePatch, { state, seq, at }: Observation): void {
    this.#sent = state;
    this.channel.send({ type: 'state.patch', at, seq, patch });
  }
}
