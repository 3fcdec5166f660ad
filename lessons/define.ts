/** What a lesson is: its Machines, its tasks and how each is checked, hinted at, solved and gotten wrong. */
import type { LabHandle } from './lab';
import type { Picker, Vars } from './vars';

export interface LessonDefinition<V extends Vars = Vars> {
  /** As in `content/curriculum.json`: `1.1`. */
  number: string;
  /** Folder and address: `overlayfs`. */
  slug: string;
  title: string;
  /** What the learner can do at the end, in one sentence. */
  goal: string;
  /** How long it takes most people. */
  minutes: number;
  /** The first Machine is the learner's. */
  machines: MachineDefinition[];
  links?: LinkDefinition[];
  /** Terminals that are open at the start; one on the first Machine as root by default. */
  terminals?: Array<{ machine: string; user: 'root' | 'learner' }>;
  /** Drawn at the start, most telling first. */
  diagrams: DiagramName[];
  vars?(pick: Picker): V;
  /** In the order of the prose. The last one or more are challenges: only the goal is given. */
  tasks: Array<Task<V>>;
}

export const diagramNames = [
  'layers',
  'namespaces',
  'processes',
  'mounts',
  'network',
  'users',
  'ipc',
  'images',
  'containers',
  'cni',
] as const;
export type DiagramName = (typeof diagramNames)[number];

export interface MachineDefinition {
  name: string;
  hostname?: string;
  /** Run as root (bash, `set -e`) before the first prompt; `{{name}}` is replaced. Files beside the lesson in `files/MACHINE/` are laid over the Machine's root first. */
  setup?: string;
}

export interface LinkDefinition {
  ends: [LinkEndDefinition, LinkEndDefinition];
}
export interface LinkEndDefinition {
  machine: string;
  device: string;
  addresses?: string[];
  gateway?: string;
}

export interface Task<V extends Vars = Vars> {
  /** Unique in the lesson; lower-case words with dashes. The prose places the task with `<Task id="..." />`. */
  id: string;
  /** What is to be reached, as an order in one line. `{{name}}` is replaced. */
  title: string;
  /** Tasks that have to be done before this one counts; the task is locked until then. */
  needs?: string[];
  points: number;
  /** `level` (default): true now, and red again when it no longer is. `edge`: it happened once. */
  kind?: 'level' | 'edge';
  challenge?: boolean;
  /** Pure: reads the lab, changes nothing. */
  check(lab: LabHandle, vars: V): boolean | Promise<boolean>;
  /** Tried in order; the first one that applies is shown. The last one must apply always. */
  hints: Array<Hint<V>>;
  /** Accepted ways, best first. Each must turn the task green after the first ways of the tasks it needs. */
  solutions: [Way, ...Way[]];
  /** Wrong answers people give: each must leave the task red and raise the named hint. */
  pitfalls: Pitfall[];
}

export interface Hint<V extends Vars = Vars> {
  id: string;
  when?(lab: LabHandle, vars: V): boolean | Promise<boolean>;
  text(lab: LabHandle, vars: V): string | Promise<string>;
}

export interface Way {
  title: string;
  steps: Step[];
}

export interface Pitfall {
  title: string;
  steps: Step[];
  /** Id of the hint it must raise. */
  hint: string;
}

/**
 * One thing done at a terminal. A string is a command line, typed with Enter at the prompt of the current terminal.
 * `{{name}}` is replaced.
 */
export type Step =
  | string
  /** Goes on in another terminal, which is opened when it is not there yet. */
  | { terminal: string; machine?: string; user?: 'root' | 'learner' }
  /** A key: `C-c`, `C-d`, `C-z`, `Enter`. */
  | { key: 'C-c' | 'C-d' | 'C-z' | 'Enter' };

/** Says what a lesson is; returns it unchanged, checked by the compiler. `npm run lessons:lint` checks the rest. */
export function defineLesson<V extends Vars>(definition: LessonDefinition<V>): LessonDefinition<V> {
  return definition;
}
