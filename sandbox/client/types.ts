/**
 * What the page sees of a lab: one client object, one immutable view, one stream a terminal.
 *
 * Nothing here knows the DOM, React or WebSockets: the transport and the clock are injected.
 */
import type { LabState } from '../../engine/state';
import type {
  ErrorCode,
  FileEntry,
  JournalEntry,
  LabTimes,
  PageChannel,
  PortView,
  ServerMessage,
  TaskView,
  TerminalView,
} from '../protocol';

/** Opens a connection; rejects when there is none to be had. `app/gateway/dial.ts` makes one over a WebSocket. */
export type Dial = () => Promise<PageChannel>;

export interface LabClientOptions {
  dial: Dial;
  /** Number of the lesson, `1.1`. */
  lesson: string;
  /** Anonymous name of the learner, 8 to 64 of `A-Z a-z 0-9 _ -`; kept by the page across visits. */
  learner: string;
  /** A lab to join again, from `LabView.lab` of an earlier page. When it is gone, a new one is started. */
  lab?: string;
  /** Milliseconds of a steady clock; `performance.now()` by default. */
  now?: () => number;
  /** Timers, for tests. */
  setTimer?: (run: () => void, ms: number) => () => void;
  /** Number from 0 to 1 that spreads reconnects; `Math.random` by default. */
  random?: () => number;
}

/**
 * - `connecting`: first connection, or on the way back after a cut (`attempt` counts from 1)
 * - `booting`: connected, the Machines are being started
 * - `ready`: everything works
 * - `waiting`: cut; the next try is under way or due; what is typed is kept and sent later
 * - `ended`: the lab is over (`reason` says why); `restart()` begins a new one
 * - `failed`: the server refused (`code`, `reason`); `restart()` tries again
 */
export type LabStatus =
  | { phase: 'connecting' | 'booting' | 'ready' }
  | { phase: 'waiting'; attempt: number }
  | { phase: 'ended'; reason: string }
  | { phase: 'failed'; code: ErrorCode | 'connection'; reason: string };

/** A command line as the shell took it; `exitCode` is null while it runs, and when the shell did not say. */
export interface CommandView {
  terminal: string;
  line: string;
  /** Lab time of its start, in milliseconds. */
  startedAt: number;
  /** Lab time of its end; null while it runs. */
  endedAt: number | null;
  exitCode: number | null;
}

export type SolutionWay = Extract<ServerMessage, { type: 'task.solution' }>['ways'][number];

/** Immutable: a new object each time something changed, parts that did not change are the same objects. */
export interface LabView {
  status: LabStatus;
  lab: string | null;
  lesson: string;
  machines: ReadonlyArray<{ id: string; hostname: string }>;
  /** The learner's own names and values; empty until the lab is ready. */
  vars: Readonly<Record<string, string>>;
  tasks: readonly TaskView[];
  /** Terminals that are open, oldest first. `end` moves only when the list is sent anew. */
  terminals: readonly TerminalView[];
  /** The observed state; empty until the first snapshot. */
  state: LabState;
  /** Number of the newest state patch, and the lab time (ms) it was observed at. */
  seq: number;
  stateAt: number;
  ports: readonly PortView[];
  /** Limits as last told; `toldAt` is the client's clock at that moment: time left = `idleMs - (now() - toldAt)`. */
  times: (LabTimes & { toldAt: number }) | null;
  /** How much faster than real time a simulated lab's clock runs, 0 while it stands; null on a real kernel. */
  speed: number | null;
  /** What the lab says when a limit is near; null when none is. */
  warning: string | null;
  /** The hint last asked for, a task. */
  hints: Readonly<Record<string, { hint: string; text: string }>>;
  /** Solutions that were asked for, a task. */
  solutions: Readonly<Record<string, readonly SolutionWay[]>>;
  /** The command that was started last, in any terminal. */
  command: CommandView | null;
  /** The last refusal that belongs to no request; the page may show it and go on. */
  problem: { code: ErrorCode; message: string } | null;
}

export type Unsubscribe = () => void;

/** Failure of a request (`listFiles`, `saveFile` ...). `connection`: it was cut before the answer came. */
export class LabRequestError extends Error {
  constructor(
    readonly code: ErrorCode | 'connection',
    message: string,
  ) {
    super(message);
    this.name = 'LabRequestError';
  }
}

/** Where a terminal's output goes: xterm.js, or a test. */
export interface TerminalSink {
  /** Draws bytes. Call `drawn` once they are on the screen (`xterm.write(data, drawn)`): it lets more output come. */
  output(data: Uint8Array, drawn: () => void): void;
  /** `bytes` of older output are lost to this page (it was away too long): a good moment to reset the screen. */
  skipped(bytes: number): void;
}

/**
 * One terminal. Bytes typed survive a cut connection: they are numbered and sent again until the lab has them.
 * Output is asked for from the last byte that came, so nothing is lost or drawn twice.
 */
export interface TerminalStream {
  readonly id: string;
  /**
   * Starts output into `sink`, from the oldest byte the lab still keeps; one sink at a time. Attaching again (a
   * component that mounts anew) replays the scrollback. Undo with the returned function.
   */
  attach(sink: TerminalSink, size: { cols: number; rows: number }): Unsubscribe;
  /** Keys and pastes, of any length. */
  write(data: string | Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Bytes written and not yet taken by the terminal. */
  readonly unsentBytes: number;
}

/**
 * A page's end of one lab. Starts with `start()`; keeps itself connected; ends with `dispose()` (the lab lives on and
 * can be joined again) or `leave()` (the lab is taken down).
 */
export interface LabClient {
  /** The newest view: stable between changes, fit for React's `useSyncExternalStore(client.subscribe, client.getView)`. */
  readonly getView: () => LabView;
  readonly subscribe: (listener: () => void) => Unsubscribe;
  start(): void;
  /** Begins a new lab of the same lesson after `ended` or `failed`. */
  restart(): void;
  /** Closes the connection and keeps the lab. */
  dispose(): void;
  /** Ends the lab. */
  leave(): void;
  /** New Machines under the same lab; terminals start over and their screens are cleared. */
  reset(): void;
  /** Asks for more time. */
  extend(): void;

  /** The stream of a terminal, whether or not it is open already. The same object for the same id. */
  terminal(id: string): TerminalStream;
  /** Opens another terminal; it appears in `LabView.terminals`. Returns its id. */
  openTerminal(spec: { machine: string; user: 'root' | 'learner'; cols: number; rows: number; id?: string }): string;
  closeTerminal(id: string): void;

  /** The answer appears in `LabView.hints` and `LabView.solutions`. */
  askHint(task: string): void;
  askSolution(task: string): void;

  /** All of these reject with `LabRequestError`. `path` is absolute, inside the Machine. */
  listFiles(machine: string, path: string): Promise<FileEntry[]>;
  readFile(machine: string, path: string): Promise<Uint8Array>;
  saveFile(machine: string, path: string, content: Uint8Array): Promise<void>;
  makeDirectory(machine: string, path: string): Promise<void>;
  removeFile(machine: string, path: string): Promise<void>;
  renameFile(machine: string, path: string, to: string): Promise<void>;
  /**
   * Journal entries from number `from` on; `end` is the number the next entry will get. Not all of them at a time: ask
   * again, from after the last, until `end`.
   */
  readJournal(from: number): Promise<{ entries: JournalEntry[]; end: number }>;

  /** Simulated labs only (`LabView.speed` is not null); a real one refuses. */
  setSpeed(speed: number): void;
  /** The next event while the clock stands. */
  step(): void;
  /** Back to a moment of lab time, in milliseconds, and on from there. */
  rewind(to: number): void;
  /** Whether `sim.packets` messages are to come. */
  watchPackets(on: boolean): void;
  /** The lab as a file that `underlay replay` plays again (JSON). */
  exportRecording(): Promise<string>;

  /** Called with every message of the lab after it was applied; for logs and tests. */
  onMessage(listener: (message: ServerMessage) => void): Unsubscribe;
}
