/** Who gets the master of a process's terminal: a listener at a socket, or whoever called the runtime. */
import type { System, WindowSize } from '../../kernel';
import type { Process } from '../config';
import { RuntimeError } from '../error';

/** The runtime's caller, who is at a terminal. */
export interface TakesTerminal {
  /** Makes the connection that the master comes over; the plan's end is closed once the plan has it. Called at most once. */
  connect(): number;
  /** Called once the process is there, and the master is on its way. */
  take(): Promise<void>;
  /** How large the terminal is to be where the configuration does not say. */
  readonly size: WindowSize;
}

interface Takers {
  consoleSocket?: string;
  terminal?: TakesTerminal;
}

/** Errors: a terminal that nobody would take. */
export function checkTerminal({ terminal }: Process, taker: unknown): void {
  if (!terminal || taker !== undefined) return;
  throw new RuntimeError('cannot allocate tty if runc will detach without setting console socket');
}

/** A connection for the plan. Errors: of connect(2). */
export function consoleOf(system: System, { consoleSocket, terminal }: Takers): number {
  if (consoleSocket !== undefined) return system.descriptors.connect(consoleSocket);
  if (!terminal) throw new RuntimeError('nobody takes the terminal');
  return terminal.connect();
}

/** Has the caller take the master, if it was sent to him. */
export async function handTo({ consoleSocket, terminal }: Takers, process: Process | undefined): Promise<void> {
  if (process?.terminal && consoleSocket === undefined) await terminal?.take();
}

export function sizedAs(process: Process, { consoleSocket, terminal }: Takers): Process {
  if (!process.terminal || process.consoleSize || consoleSocket !== undefined || !terminal) return process;
  const { rows, columns } = terminal.size;
  return { ...process, consoleSize: { height: rows, width: columns } };
}
