/**
 * The history of a lab as the page knows it: a start state, then patches and commands in the order of their lab time.
 *
 * Any earlier state is computed again from the nearest keyframe, so memory grows with what changed and not with how
 * often. Independent of React; `subscribe` and `version` fit `useSyncExternalStore`.
 */
import { applyPatch, diff, emptyState, isEmptyPatch, type LabState, type StatePatch } from '../../../engine/state';

/** A command line taken by a shell. `at` is the lab time of its start, in milliseconds. */
export interface CommandMark {
  at: number;
  terminal: string;
  line: string;
}

/** A journal entry as far as the timeline reads it. */
export type TimelineEntry =
  | { at: number; event: { kind: 'state'; patch: StatePatch } }
  | { at: number; event: { kind: 'command'; terminal: string; line: string } };

export type TimelineEvent =
  | { kind: 'state'; at: number; patch: StatePatch }
  | { kind: 'command'; at: number; command: CommandMark };

/** What happened between a command and the next one, or between it and the position that was asked for. */
export interface CommandChanges {
  /** Null for what happened before the first command. */
  command: CommandMark | null;
  before: LabState;
  after: LabState;
  patch: StatePatch;
}

const maxSegments = 64;

export interface TimelineOptions {
  /** Patches between two keyframes. */
  keyframeEvery?: number;
  /** Events kept; the oldest quarter is folded into the start state when there are more. */
  maxEvents?: number;
}

/**
 * A position is a number of events that have happened: 0 is the start, `end` is now. Positions stay valid while events
 * are added at the end; `epoch` changes when they do not (older history was loaded, or folded away).
 */
export class StateTimeline {
  readonly #keyframeEvery: number;
  readonly #maxEvents: number;
  readonly #listeners = new Set<() => void>();
  #base: LabState = emptyState();
  #baseAt = 0;
  #started = false;
  #events: TimelineEvent[] = [];
  #keyframes = new Map<number, LabState>();
  #segments = new Map<number, CommandChanges>();
  #head: LabState = this.#base;
  #version = 0;
  #epoch = 0;

  constructor(options: TimelineOptions = {}) {
    this.#keyframeEvery = options.keyframeEvery ?? 64;
    this.#maxEvents = options.maxEvents ?? 4000;
  }

  /** Calls `listener` after every change; returns the function that stops it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Grows with every change: the snapshot for `useSyncExternalStore`. */
  readonly getVersion = (): number => this.#version;

  get epoch(): number {
    return this.#epoch;
  }

  get events(): readonly TimelineEvent[] {
    return this.#events;
  }

  /** The position that means "now". */
  get end(): number {
    return this.#events.length;
  }

  /** The newest state. */
  get head(): LabState {
    return this.#head;
  }

  /** Lab time of the start, in milliseconds. */
  get startAt(): number {
    return this.#baseAt;
  }

  /** Forgets everything: a new lab begins. */
  reset(): void {
    this.#base = emptyState();
    this.#baseAt = 0;
    this.#started = false;
    this.#events = [];
    this.#head = this.#base;
    this.#forgetComputed();
    this.#epoch += 1;
    this.#changed();
  }

  /** A whole state, observed at `at`: the first one is the start, a later one (after a reconnect) becomes a patch. */
  observe(at: number, state: LabState): void {
    if (!this.#started) {
      this.#started = true;
      this.#base = state;
      this.#baseAt = at;
      this.#events = this.#events.filter((event) => event.at >= at);
      this.#forgetComputed();
      this.#head = this.#stateAfter(this.#events.length);
      this.#changed();
      return;
    }
    const patch = diff(this.#head, state);
    if (!isEmptyPatch(patch)) this.#append(at, patch, state);
  }

  /** What came after `at` has not happened: the lab went back. */
  cut(at: number): void {
    const kept = this.#events.filter((event) => event.at <= at);
    if (kept.length === this.#events.length) return;
    this.#events = kept;
    this.#forgetComputed();
    this.#head = this.#stateAfter(kept.length);
    this.#epoch += 1;
    this.#changed();
  }

  /** A patch against the newest state, observed at `at`. */
  patch(at: number, patch: StatePatch): void {
    if (!isEmptyPatch(patch)) this.#append(at, patch, applyPatch(this.#head, patch));
  }

  /** A command, put where its time belongs: the page may hear of it after its first effects. */
  command(mark: CommandMark): void {
    let index = this.#events.length;
    for (let before = this.#events[index - 1]; before && before.at > mark.at; before = this.#events[index - 1])
      index -= 1;
    const known = this.#events[index - 1];
    if (known?.kind === 'command' && known.at === mark.at && known.command.terminal === mark.terminal) return;
    this.#events.splice(index, 0, { kind: 'command', at: mark.at, command: mark });
    for (const key of this.#keyframes.keys()) if (key > index) this.#keyframes.delete(key);
    for (const key of this.#segments.keys()) if (key >= index) this.#segments.delete(key);
    this.#segments.delete(this.#lastCommandIndex(index));
    this.#trim();
    this.#changed();
  }

  /**
   * Puts the journal of the time before the first observed state in front. Entries start with the lab (the first state
   * entry is a patch against the empty state); those that the timeline saw itself are left out.
   */
  load(entries: readonly TimelineEntry[]): void {
    const older: TimelineEvent[] = [];
    for (const { at, event } of entries) {
      if (this.#started && at >= this.#baseAt) continue;
      if (event.kind === 'state') older.push({ kind: 'state', at, patch: event.patch });
      else older.push({ kind: 'command', at, command: { at, terminal: event.terminal, line: event.line } });
    }
    if (older.length === 0) return;
    const reached = older.reduce(applyEvent, emptyState());
    const rest = this.#started ? diff(reached, this.#base) : {};
    if (!isEmptyPatch(rest)) older.push({ kind: 'state', at: this.#baseAt, patch: rest });
    this.#base = emptyState();
    this.#baseAt = older[0]?.at ?? 0;
    this.#started = true;
    this.#events = [...older, ...this.#events];
    this.#forgetComputed();
    this.#epoch += 1;
    this.#trim();
    this.#head = this.#stateAfter(this.#events.length);
    this.#changed();
  }

  /** The state at a position; positions outside the history are moved to its nearest end. */
  stateAt(position: number): LabState {
    const index = this.#clamp(position);
    return index === this.#events.length ? this.#head : this.#stateAfter(index);
  }

  /** Lab time of a position, in milliseconds. */
  timeAt(position: number): number {
    return this.#events[this.#clamp(position) - 1]?.at ?? this.#baseAt;
  }

  /** The last position at or before a lab time. */
  positionAt(time: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#events[middle - 1]?.at ?? 0) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** What changed between the last command before `position` and `position`; nothing when there was no command yet. */
  changesAt(position: number = this.end): CommandChanges {
    const index = this.#clamp(position);
    const after = this.stateAt(index);
    const start = this.#lastCommandIndex(index);
    const event = this.#events[start];
    if (event?.kind !== 'command') return { command: null, before: after, after, patch: {} };
    const before = this.#stateAfter(start);
    return { command: event.command, before, after, patch: diff(before, after) };
  }

  /** The commands before `position`, newest first, at most `limit`, each with what changed until the next one. */
  commandsBefore(position: number = this.end, limit = 30): CommandChanges[] {
    const found: CommandChanges[] = [];
    let until = this.#clamp(position);
    for (let start = this.#lastCommandIndex(until); start >= 0 && found.length < limit; ) {
      found.push(this.#segment(start, until));
      until = start;
      start = this.#lastCommandIndex(start);
    }
    return found;
  }

  /** The position of the next command after `position` (direction 1) or of the one before it (-1). */
  nextCommand(position: number, direction: 1 | -1): number {
    const step = (index: number) => index + direction;
    for (let index = step(this.#clamp(position)); index > 0 && index < this.end; index = step(index)) {
      if (this.#events[index]?.kind === 'command') return index;
    }
    return direction === 1 ? this.end : 0;
  }

  #segment(start: number, until: number): CommandChanges {
    const event = this.#events[start];
    const closed = this.#events[until]?.kind === 'command';
    const known = closed ? this.#segments.get(start) : undefined;
    if (known) return known;
    const before = this.#stateAfter(start);
    const after = this.stateAt(until);
    const command = event?.kind === 'command' ? event.command : null;
    const segment = { command, before, after, patch: diff(before, after) };
    if (closed) this.#keep(start, segment);
    return segment;
  }

  /** Remembers a finished command's changes; the oldest are forgotten and computed again when asked for. */
  #keep(start: number, segment: CommandChanges): void {
    this.#segments.set(start, segment);
    const [oldest] = this.#segments.keys();
    if (this.#segments.size > maxSegments && oldest !== undefined) this.#segments.delete(oldest);
  }

  #lastCommandIndex(position: number): number {
    for (let index = position - 1; index >= 0; index -= 1) if (this.#events[index]?.kind === 'command') return index;
    return -1;
  }

  #append(at: number, patch: StatePatch, state: LabState): void {
    this.#events.push({ kind: 'state', at: Math.max(at, this.#events.at(-1)?.at ?? 0), patch });
    this.#head = state;
    this.#trim();
    this.#changed();
  }

  /** The state after the first `count` events, from the nearest keyframe. */
  #stateAfter(count: number): LabState {
    let index = count - (count % this.#keyframeEvery);
    while (index > 0 && !this.#keyframes.has(index)) index -= this.#keyframeEvery;
    let state = index > 0 ? (this.#keyframes.get(index) ?? this.#base) : this.#base;
    for (let next = Math.max(index, 0); next < count; next += 1) {
      const event = this.#events[next];
      if (event) state = applyEvent(state, event);
      if ((next + 1) % this.#keyframeEvery === 0) this.#keyframes.set(next + 1, state);
    }
    return state;
  }

  #trim(): void {
    if (this.#events.length <= this.#maxEvents) return;
    const count = this.#events.length - Math.floor(this.#maxEvents * 0.75);
    this.#base = this.#stateAfter(count);
    this.#baseAt = this.#events[count - 1]?.at ?? this.#baseAt;
    this.#events = this.#events.slice(count);
    this.#forgetComputed();
    this.#epoch += 1;
  }

  #clamp(position: number): number {
    return Math.min(Math.max(Math.trunc(position), 0), this.#events.length);
  }

  #forgetComputed(): void {
    this.#keyframes = new Map();
    this.#segments = new Map();
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function applyEvent(state: LabState, event: TimelineEvent): LabState {
  return event.kind === 'state' ? applyPatch(state, event.patch) : state;
}
