/** What a page knows of its lesson before there is a lab: plain data, written into the page at build time. */
import { type DiagramName, type FirstTerminal, firstTerminals, type LessonDefinition, type Vars } from '../../lessons';
import { fillKnown } from '../prose/vars';

export interface TaskFacts {
  id: string;
  /** May hold `{{name}}`. */
  title: string;
  points: number;
  challenge: boolean;
  needs: readonly string[];
}

export interface LessonFacts {
  number: string;
  title: string;
  minutes: number;
  machines: ReadonlyArray<{ id: string; hostname: string }>;
  /** What the lab opens at its start, as it will name them. */
  terminals: readonly FirstTerminal[];
  diagrams: readonly DiagramName[];
  tasks: readonly TaskFacts[];
  /** The anonymous learner's values; the lab tells the real ones. */
  vars: Vars;
  /** What the lesson lays into its Machines, for a lab in this tab: by Machine, then by path. Texts only. */
  files: Readonly<Record<string, Readonly<Record<string, FileFacts>>>>;
}

export interface FileFacts {
  content: string;
  mode: number;
  owner: 'root' | 'learner';
}

export function factsOf(lesson: LessonDefinition, vars: Vars, files: LessonFacts['files'] = {}): LessonFacts {
  return {
    number: lesson.number,
    title: lesson.title,
    minutes: lesson.minutes,
    machines: lesson.machines.map(({ name, hostname }) => ({ id: name, hostname: fillKnown(hostname ?? name, vars) })),
    terminals: firstTerminals(lesson),
    diagrams: lesson.diagrams,
    tasks: lesson.tasks.map((task) => ({
      id: task.id,
      title: task.title,
      points: task.points,
      challenge: task.challenge ?? false,
      needs: task.needs ?? [],
    })),
    vars,
    files,
  };
}
