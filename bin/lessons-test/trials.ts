/** What has to be tried of a lesson: the whole way through, each accepted way, each pitfall. */
import type { LessonDefinition, Step, Task, Way } from '../../lessons';

/** One stretch of typing that is to turn a task green. */
export interface Leg {
  task: Task;
  way: Way;
}

export interface Trial {
  lesson: LessonDefinition;
  kind: 'journey' | 'way' | 'pitfall';
  /** The task it is about; null for the journey, which is about all of them. */
  task: Task | null;
  title: string;
  /** Typed first: the first ways of the tasks it needs, in order. A journey has nothing else. */
  before: Leg[];
  steps: Step[];
  /** The hint a pitfall has to raise. */
  hint: string | null;
}

/** All trials of a lesson, the journey first. Each is done in a lab of its own. */
export function trialsOf(lesson: LessonDefinition): Trial[] {
  return [journey(lesson), ...lesson.tasks.flatMap((task) => [...ways(lesson, task), ...pitfalls(lesson, task)])];
}

/** Every task in the order of the prose, each by its first way: what a learner does. */
function journey(lesson: LessonDefinition): Trial {
  const before = lesson.tasks.map(firstLeg);
  return { lesson, kind: 'journey', task: null, title: 'All tasks in a row', before, steps: [], hint: null };
}

function ways(lesson: LessonDefinition, task: Task): Trial[] {
  const before = legsBefore(lesson, task);
  return task.solutions.map(({ title, steps }) => ({ lesson, kind: 'way', task, title, before, steps, hint: null }));
}

function pitfalls(lesson: LessonDefinition, task: Task): Trial[] {
  const before = legsBefore(lesson, task);
  return task.pitfalls.map(({ title, steps, hint }) => ({ lesson, kind: 'pitfall', task, title, before, steps, hint }));
}

function firstLeg(task: Task): Leg {
  return { task, way: task.solutions[0] };
}

/** First ways of everything the task needs, and of what those need: in the order of the lesson. */
export function legsBefore(lesson: LessonDefinition, task: Task): Leg[] {
  const needed = new Set<string>();
  const collect = (ids: readonly string[]) => {
    for (const id of ids) {
      if (needed.has(id)) continue;
      needed.add(id);
      collect(lesson.tasks.find((one) => one.id === id)?.needs ?? []);
    }
  };
  collect(task.needs ?? []);
  return inOrderOfNeed(lesson.tasks.filter(({ id }) => needed.has(id))).map(firstLeg);
}

/** A task comes after what it needs, whatever the order in the lesson. */
function inOrderOfNeed(tasks: readonly Task[]): Task[] {
  const rest = [...tasks];
  const ordered: Task[] = [];
  while (rest.length > 0) {
    const next = rest.findIndex(({ needs = [] }) => !rest.some(({ id }) => needs.includes(id)));
    if (next < 0) throw new Error(`tasks need each other in a circle: ${rest.map(({ id }) => id).join(', ')}`);
    ordered.push(...rest.splice(next, 1));
  }
  return ordered;
}
