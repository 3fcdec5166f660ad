/** What a simulated lab can do that a real one cannot: stand still, go back, be played again. */
import type { MachineId, NsId } from '../state';
import type { Networks } from './network';
import type { Disposable } from './port';
import type { System } from './system';
import type { Tree } from './tree';

/**
 * Everything that reaches a lab from outside. A simulated lab is its seed, its specification and these, each at its
 * place: played again, they give the same lab.
 */
export type Action =
  | {
      do: 'terminal.open';
      terminal: number;
      machine: MachineId;
      user: 'root' | 'learner';
      cols: number;
      rows: number;
      argv: readonly string[] | null;
      cwd: string | null;
      env: Readonly<Record<string, string>>;
    }
  | { do: 'terminal.write'; terminal: number; data: Uint8Array }
  | { do: 'terminal.resize'; terminal: number; cols: number; rows: number }
  /** Its output is not wanted for now, or again. */
  | { do: 'terminal.hold'; terminal: number; on: boolean }
  | { do: 'terminal.close'; terminal: number }
  | {
      do: 'spawn';
      process: number;
      machine: MachineId;
      user: 'root' | 'learner';
      argv: readonly string[];
      cwd: string | null;
      env: Readonly<Record<string, string>>;
      stdin: Uint8Array;
      timeoutMs: number | null;
    }
  | { do: 'kill'; process: number; signal: string }
  | { do: 'file.write'; machine: MachineId; path: string; content: Uint8Array; mode: number | null }
  | { do: 'file.makeDirectory' | 'file.remove'; machine: MachineId; path: string }
  | { do: 'file.rename'; machine: MachineId; path: string; to: string }
  /** A part of the simulator was needed in the step before, and could not be loaded. */
  | { do: 'part.lost'; part: string };

/** An action and its place: after so many steps of the scheduler, at that moment of the lab's clock (nanoseconds). */
export interface PlacedAction {
  step: number;
  at: number;
  action: Action;
  /** What had happened when it was done (see `mark`). */
  mark: string;
}

/** One station of a packet on its way: a device, a hook of netfilter, a routing decision. */
export interface PacketHop {
  /** The same at every station of one packet, also after its addresses were rewritten. */
  packet: number;
  /** Nanoseconds of the lab's clock. */
  at: number;
  ns: NsId;
  device: string | null;
  /** `egress`, `ingress`, `prerouting`, `route`, `forward`, `bridge`, `deliver`, `drop` ... */
  stage: string;
  /** Protocol, addresses, ports, flags, in words. */
  summary: string;
  rule: { family: string; table: string; chain: string; handle: number; text: string } | null;
  /** What address translation made of it. */
  rewrite: { before: string; after: string } | null;
  verdict: string | null;
  /** Why it was dropped or answered. */
  reason: string | null;
}

/** Something the simulator was never meant to do. */
export interface Mistake {
  /** What was thrown, for whoever is to mend it. */
  error: unknown;
  /** The process that ended of it, as by SIGSEGV; null when the kernel itself failed, and the lab stands still for ever. */
  process: { pid: number; comm: string } | null;
}

export interface Simulation {
  /** Nanoseconds of the lab's clock, steps of its scheduler, and how much faster than real time it runs (0: it stands). */
  readonly time: { now: number; step: number; speed: number };
  setSpeed(speed: number): void;
  /** The next event or slice; false when there is nothing to do. */
  step(): boolean;
  /** Looks at the lab between two steps, which may not be at once: a step can be waiting for a program. */
  between<T>(look: () => T): Promise<T>;
  /** Back to that moment of the lab's clock, in nanoseconds: terminals show what they showed then. */
  rewind(at: number): Promise<void>;
  /** Calls `listener` for every station of every packet, as long as somebody listens. */
  onHop(listener: (hop: PacketHop) => void): Disposable;
  onMistake(listener: (mistake: Mistake) => void): Disposable;
  /** With these, seed and epoch, the lab can be played again. */
  readonly actions: readonly PlacedAction[];
  readonly seed: string;
  /** Nanoseconds since 1970 at which its realtime clock began. */
  readonly epoch: number;
  /**
   * A process of a Machine for an engine that acts there as root, between two steps of the lab: nothing goes on before it has
   * done what follows from what it was told. What it does is not among the actions: whoever plays the lab again runs it again.
   */
  openSystem(machine: MachineId): System;
  /** The networks of a Machine as its root sees them, for an engine that acts between two steps. */
  openNetworks(machine: MachineId): Networks;
  /** A directory of a Machine as a root of its own. Errors: ENOENT, ENOTDIR. */
  openTree(machine: MachineId, path: string): Tree;
  /** A mark of everything that has happened so far: two labs that differ have different ones. */
  mark(): string;
}
