/**
 * Engine programs: programs of ours that a learner finds in a Machine (`runc`, `cnitool`, CNI's plugins ...). They are written once,
 * as functions over the process that was executed, and cannot tell which kernel that is on.
 *
 * - On Linux the process is Node's own, or that of a launcher (`linux/program/`).
 * - In the simulator it is the simulated process that executed the program's file (`sim/host/program/`): `engineProgram` makes a
 *   program of the table out of such a function. Everything is done with that process's own namespaces, credentials, cgroup, directory and
 *   descriptors; what it starts are its children. It acts in its own steps only: its lab stands still, in the middle of a step, until
 *   the function has done what follows from what it was told and waits for something in the lab again. Signals find it as they find any
 *   process; who is killed is simply never told anything more.
 *
 * In the simulator a function must not wait for something in the lab and for something outside of it at the same time: the lab would go
 * on before the latter has come. Outside is what only JavaScript makes one wait for: a stream that decompresses, a module on its way.
 */
import type { Networks } from './network';
import type { OwnTerminal } from './own-terminal';
import type { Disposable } from './port';
import type { ProcessExit, System } from './system';
import type { Tree } from './tree';

/** Answers with the exit status. What it throws is a mistake of ours: the process ends as by SIGSEGV in the simulator. */
export type EngineProgram = (process: ProgramProcess) => Promise<number>;

/** The process an engine program runs in. */
export interface ProgramProcess {
  /** With the program's own name, as it was called. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly system: System;
  /** Its own network namespace, and others by paths as it sees them. */
  readonly networks: Networks;
  /** A directory as a root of its own. Errors: ENOENT, ENOTDIR, EACCES. */
  openTree(path: string): Tree;
  /** To standard output (1) or standard error (2). In order; all is written before the program ends, or lost where nothing can be. */
  write(stream: 1 | 2, data: string | Uint8Array): void;
  isTerminal(stream: 0 | 1 | 2): boolean;
  /** Errors: ENXIO where there is none. */
  openTerminal(): OwnTerminal;
  /** Standard input, up to its end. */
  readInput(): Promise<Uint8Array>;
  /** As long as it lasts, the signals that can be passed on are told here instead of doing what they do. */
  onSignal(listener: (signal: number) => void): Disposable;
  /** Waits for a child and passes on to it whatever signal comes meanwhile: `exit` is of `System.childExit`. */
  attend(pid: number, exit: Promise<ProcessExit>, send: (signal: number) => void): Promise<ProcessExit>;
}
