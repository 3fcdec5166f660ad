/** The processes of a lab: which there are, and what is known of each. */
import type { Process } from '../../../state';
import { hasRun, type ProcessContext, type ProcessRecord, readProcess } from './process-reader';

interface Entry {
  context: ProcessContext;
  record: ProcessRecord | undefined;
  dirty: boolean;
  /** When it was last read, in milliseconds of the observer's clock. */
  readAt: number;
  /** When it was last found to have run. */
  ranAt: number;
}

/** A few milliseconds' work each. */
const maxLookedAtAtATime = 500;
const maxAgedAtATime = 20;
const maxReadAtATime = 150;
const livelyMs = 2000;

/** Told which processes are the lab's. */
export interface Claims {
  claim(pid: number): void;
  release(pid: number): void;
}

export class ProcessTable {
  readonly #entries = new Map<number, Entry>();
  #processes: Record<string, Process> = {};
  #stale = false;
  #heldVersion = 0;
  #cursor = 0;

  constructor(private readonly claims: Claims) {}

  get size(): number {
    return this.#entries.size;
  }

  /** The collection of `LabState`; the same object as long as no process changed. */
  get processes(): Record<string, Process> {
    if (this.#stale) {
      this.#stale = false;
      const processes: Record<string, Process> = {};
      for (const [pid, { record }] of this.#entries) if (record) processes[pid] = record.process;
      this.#processes = processes;
    }
    return this.#processes;
  }

  /** Grows whenever the namespaces change that processes keep alive by open descriptors. */
  get heldVersion(): number {
    return this.#heldVersion;
  }

  has(pid: number): boolean {
    return this.#entries.has(pid);
  }

  contextOf(pid: number): ProcessContext | undefined {
    return this.#entries.get(pid)?.context;
  }

  record(pid: number): ProcessRecord | undefined {
    return this.#entries.get(pid)?.record;
  }

  *records(): Generator<ProcessRecord> {
    for (const { record } of this.#entries.values()) if (record) yield record;
  }

  add(pid: number, context: ProcessContext): void {
    if (this.#entries.has(pid)) return;
    this.#entries.set(pid, { context, record: undefined, dirty: true, readAt: 0, ranAt: Number.NEGATIVE_INFINITY });
    this.claims.claim(pid);
  }

  markDirty(pid: number): void {
    const entry = this.#entries.get(pid);
    if (entry) entry.dirty = true;
  }

  markChildrenDirty(parent: number): void {
    for (const entry of this.#entries.values()) if (entry.record?.process.parent === parent) entry.dirty = true;
  }

  /** Takes `pids` for all there are: adds the new ones, has the missing ones looked at. */
  reconcile(pids: readonly number[], context: ProcessContext): void {
    const listed = new Set(pids);
    for (const pid of listed) this.add(pid, context);
    for (const [pid, entry] of this.#entries) {
      // Zombies are in no cgroup.procs of v1; reading tells a zombie from one that is gone.
      if (entry.context === context && !listed.has(pid)) entry.dirty = true;
    }
  }

  /**
   * Looks for processes that changed without an event: those that have run since, and those not read for
   * `maxAgeMs`. Of a large lab a part is looked at each time, in turn; session leaders (shells) and those that ran
   * lately always. Returns (by the generator's end) whether any has run.
   */
  *findChanged(now: number, maxAgeMs: number): Generator<void, boolean> {
    let ran = false;
    let aged = 0;
    for (const [pid, entry] of this.#due(now)) {
      if (entry.dirty || !entry.record) continue;
      if (entry.record.process.state === 'zombie') entry.dirty = true;
      else if (hasRun(pid, entry.record)) {
        entry.dirty = true;
        entry.ranAt = now;
        ran = true;
      } else if (now - entry.readAt > maxAgeMs && aged < maxAgedAtATime) {
        entry.dirty = true;
        aged++;
      }
      yield;
    }
    return ran;
  }

  /**
   * Reads what is dirty, one process a step, the newest first. Of very many, unless `all` are wanted, the others are left
   * for the next time, so that what just happened need not wait. Returns whether any were left.
   */
  *refresh(now: number, all: boolean): Generator<void, boolean> {
    const dirty = [...this.#entries].filter(([, entry]) => entry.dirty).reverse();
    const taken = all ? dirty : dirty.slice(0, maxReadAtATime);
    for (const [pid, entry] of taken) {
      entry.dirty = false;
      entry.readAt = now;
      this.#read(pid, entry);
      yield;
    }
    return taken.length < dirty.length;
  }

  #due(now: number): Array<[number, Entry]> {
    const all = [...this.#entries];
    if (all.length <= maxLookedAtAtATime) return all;
    const from = this.#cursor % all.length;
    this.#cursor = from + maxLookedAtAtATime;
    const inTurn = [...all.slice(from), ...all.slice(0, from)];
    const lively = ([pid, { record, ranAt }]: [number, Entry]) =>
      record?.process.session === pid || now - ranAt < livelyMs;
    return [...inTurn.slice(0, maxLookedAtAtATime), ...inTurn.slice(maxLookedAtAtATime).filter(lively)];
  }

  #read(pid: number, entry: Entry): void {
    const before = entry.record;
    const after = readProcess(pid, entry.context, before);
    if (isDifferent(before?.held, after?.held)) this.#heldVersion++;
    if (!after) {
      this.#entries.delete(pid);
      this.claims.release(pid);
      this.#stale ||= before !== undefined;
      return;
    }
    if (before && !isDifferent(before.process, after.process)) after.process = before.process;
    else this.#stale = true;
    entry.record = after;
  }
}

/** Both were written by `readProcess`, so the order of their fields is the same. */
function isDifferent<T>(a: T | undefined, b: T | undefined): boolean {
  return JSON.stringify(a ?? []) !== JSON.stringify(b ?? []);
}
