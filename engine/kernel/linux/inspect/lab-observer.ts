/** Observes one lab: hears what happens, decides when to look, and tells who listens. */
import type { LabState } from '../../../state';
import type { Disposable } from '../../port';
import { contain } from '../events/contain';
import type { LabObserver, ObservedMachine } from '../observer';
import { LabInspector } from './lab-inspector';
import type { ProcessEvent } from './netlink/process-event';
import type { Observatory, Subscriber } from './observatory';
import { Pace } from './pace';
import type { NftCommand } from './packet-rules';
import { parseCgroupPath } from './parse/cgroup-path';
import { runSliced } from './slicer';

/** The observer's own account, for benches and tests. */
export interface ObserverStats {
  processEvents: 'connector' | 'polling';
  scans: number;
  /** Processor time of all scans, in milliseconds. */
  costMs: number;
  /** Scans that ended with an error, and the last one's. */
  failures: number;
  lastError: unknown;
}

const sweepEveryMs = 30;
/** Where nobody tells of processes, a lab is looked at this often. */
const pollEveryMs = 250;
/** A guard against mistakes only, where the proc connector tells of every process. */
const reconcileEveryMs = 5000;
/** Sockets and IPC objects are read when processes have run; this often in any case. */
const deepEveryMs = 5000;
/** Processes are read anew this often even when they have not run: others may have changed them. */
const maxAgeMs = 5000;

export class LinuxLabObserver implements LabObserver, Subscriber {
  readonly stats: ObserverStats;
  readonly #inspector: LabInspector;
  readonly #listeners = new Set<(state: LabState) => void>();
  readonly #pace: Pace;
  /** Those waiting for a scan that has not started. */
  #waiting: Array<(state: LabState) => void> = [];
  #timer: { at: number; handle: NodeJS.Timeout } | null = null;
  #scanning = false;
  #reconcileWanted = true;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #deepAt = Number.NEGATIVE_INFINITY;
  #reconciledAt = Number.NEGATIVE_INFINITY;
  #heardDuringScan = false;
  #disposed = false;

  constructor(
    machines: readonly ObservedMachine[],
    private readonly observatory: Observatory,
    nft: NftCommand | null,
    private readonly now: () => number,
  ) {
    this.stats = { processEvents: observatory.processEvents, scans: 0, costMs: 0, failures: 0, lastError: null };
    this.#pace = new Pace(now());
    const claims = {
      claim: (pid: number) => observatory.claim(pid, this),
      release: (pid: number) => observatory.release(pid, this),
    };
    this.#inspector = new LabInspector(machines, observatory, nft, claims, () => this.#heard());
    observatory.subscribe(this);
    this.#schedule(this.now());
  }

  get state(): LabState {
    return this.#inspector.state;
  }

  inspect(): Promise<LabState> {
    if (this.#disposed) return Promise.resolve(this.state);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#reconcileWanted = true;
      this.#sweptAt = Number.NEGATIVE_INFINITY;
      this.#schedule(this.#pace.soon(this.now()));
    });
  }

  onState(listener: (state: LabState) => void): Disposable {
    const own = (state: LabState) => listener(state);
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
  }

  expectChange(): void {
    const now = this.now();
    this.#pace.event(now);
    this.#heardDuringScan = true;
    this.#schedule(this.#pace.soonAfterTyping(now));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#timer) clearTimeout(this.#timer.handle);
    this.observatory.unsubscribe(this);
    // A scan under way lets go of everything at its end.
    if (!this.#scanning) this.#inspector.dispose();
    this.#listeners.clear();
    for (const resolve of this.#waiting.splice(0)) resolve(this.state);
  }

  onProcessEvent(event: ProcessEvent): void {
    const { processes } = this.#inspector;
    if (event.kind === 'exit') this.#inspector.suspectMounts(event.pid);
    if (event.kind === 'fork') {
      const context = processes.contextOf(event.parent);
      if (context) processes.add(event.pid, context);
    } else {
      processes.markDirty(event.pid);
      // They have another parent now.
      if (event.kind === 'exit') processes.markChildrenDirty(event.pid);
    }
    this.#heard();
  }

  onStranger(pid: number, cgroup: string): void {
    const context = this.#inspector.contextFor((controller) => parseCgroupPath(cgroup, controller));
    if (!context) return;
    this.#inspector.processes.add(pid, context);
    this.#heard();
  }

  onEventsLost(): void {
    this.#reconcileWanted = true;
    this.#heard();
  }

  onHostName(): void {
    // Most likely another lab's: worth a look, not a reason to expect more.
    this.#inspector.hostNamesDirty = true;
    this.#heardDuringScan = true;
    this.#schedule(this.#pace.soon(this.now()));
  }

  #heard(): void {
    const now = this.now();
    this.#pace.event(now);
    this.#heardDuringScan = true;
    this.#schedule(this.#pace.soon(now));
  }

  #schedule(at: number): void {
    if (this.#disposed || this.#scanning) return;
    if (this.#timer) {
      if (this.#timer.at <= at) return;
      clearTimeout(this.#timer.handle);
    }
    const handle = setTimeout(() => this.#scan(), Math.max(0, at - this.now()));
    // An observer alone is no reason to keep the process; somebody who waits is.
    if (this.#waiting.length === 0) handle.unref();
    else handle.ref();
    this.#timer = { at, handle };
  }

  #scan(): void {
    this.#timer = null;
    this.#scanning = true;
    const now = this.now();
    const waiting = this.#waiting.splice(0);
    const polling = this.stats.processEvents === 'polling';
    const sweep = now - this.#sweptAt >= sweepEveryMs;
    const reconcile = this.#reconcileWanted || now - this.#reconciledAt >= (polling ? 0 : reconcileEveryMs);
    const deep = sweep && (this.#pace.isActive(now) || waiting.length > 0 || now - this.#deepAt >= deepEveryMs);
    if (sweep) this.#sweptAt = now;
    if (deep) this.#deepAt = now;
    if (reconcile) this.#reconciledAt = now;
    this.#reconcileWanted = false;
    const before = this.state;
    this.#heardDuringScan = false;
    runSliced(
      this.#inspector.scan({ now, sweep, deep, complete: waiting.length > 0, reconcile, maxAgeMs }),
      (costMs, error) => {
        this.#finish(before, waiting, costMs, error, sweep);
      },
    );
  }

  #finish(
    before: LabState,
    waiting: Array<(state: LabState) => void>,
    costMs: number,
    error: unknown,
    swept: boolean,
  ): void {
    this.#scanning = false;
    this.stats.scans++;
    this.stats.costMs += costMs;
    if (error !== undefined) {
      this.stats.failures++;
      this.stats.lastError = error;
    }
    if (this.#disposed) this.#inspector.dispose();
    else this.#plan(costMs, swept);
    const { state } = this;
    for (const resolve of waiting) resolve(state);
    if (state !== before) for (const listener of [...this.#listeners]) contain(() => listener(state));
  }

  #plan(costMs: number, swept: boolean): void {
    const now = this.now();
    this.#pace.scanned(now, costMs);
    if (swept && this.#inspector.ran) this.#pace.ran(now);
    const heard = this.#heardDuringScan || this.#inspector.unfinished || this.#waiting.length > 0;
    const next = this.#pace.next(now);
    const polled = this.stats.processEvents === 'polling' ? Math.min(next, this.#pace.soon(now + pollEveryMs)) : next;
    this.#schedule(heard ? this.#pace.soon(now) : polled);
  }
}
