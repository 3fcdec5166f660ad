/** Mistakes in tasks: what they need, hint at, accept and refuse. */
import type { LessonDefinition, Pitfall, Task, Way } from '../define';
import type { Note } from './finding';

/** Tasks a lesson needs besides its challenges. */
const fewestTasks = 4;

export function lintTasks(lesson: LessonDefinition): Note[] {
  return [
    ...lintNumberOfTasks(lesson),
    ...lintRepetitions(lesson.tasks),
    ...lintNeeds(lesson.tasks),
    ...lesson.tasks.flatMap((task) => [
      ...lintForm(task),
      ...lintHints(task),
      ...lintWays(task),
      ...lintPitfalls(task),
    ]),
  ];
}

function lintNumberOfTasks(lesson: LessonDefinition): Note[] {
  const challenges = lesson.tasks.filter((task) => task.challenge);
  const others = lesson.tasks.length - challenges.length;
  const notes: Note[] = [];
  if (others < fewestTasks) {
    notes.push({
      place: 'tasks',
      message: `${others} tasks besides the challenges, at least ${fewestTasks} are wanted`,
      remedy: 'add tasks, or divide one that asks for two things',
    });
  }
  if (challenges.length === 0) {
    notes.push({
      place: 'tasks',
      message: 'no challenge',
      remedy: 'add a last task with challenge: true that gives the goal but not the way',
    });
  }
  const firstChallenge = lesson.tasks.findIndex((task) => task.challenge);
  const late = firstChallenge < 0 ? undefined : lesson.tasks.slice(firstChallenge).find((task) => !task.challenge);
  if (late) {
    notes.push({
      place: `task ${late.id}`,
      message: 'comes after a challenge',
      remedy: 'put the challenges last, in the definition and in the prose',
    });
  }
  return notes;
}

function lintRepetitions(tasks: readonly Task[]): Note[] {
  return [
    ...repeated(tasks.map((task) => task.id)).map((id) => ({
      place: `task ${id}`,
      message: `two tasks have the id ${id}`,
      remedy: 'rename one; ids are unique in a lesson',
    })),
    ...repeated(tasks.map((task) => task.title)).map((title) => ({
      place: 'tasks',
      message: `two tasks have the title "${title}"`,
      remedy: 'say in each title what is different',
    })),
  ];
}

/** Needs that name no task, and tasks that can never be unlocked. */
function lintNeeds(tasks: readonly Task[]): Note[] {
  const ids = new Set(tasks.map((task) => task.id));
  const notes: Note[] = [];
  for (const task of tasks) {
    for (const need of task.needs ?? []) {
      if (ids.has(need)) continue;
      notes.push({
        place: `task ${task.id}`,
        message: `needs ${need}, which is not a task of this lesson, so it stays locked for ever`,
        remedy: `name one of ${[...ids].join(', ')}`,
      });
    }
  }
  const locked = lockedForEver(tasks, ids);
  if (locked.length > 0) {
    notes.push({
      place: 'tasks',
      message: `unreachable: ${locked.join(', ')} need each other in a circle`,
      remedy: 'remove one of their needs',
    });
  }
  return notes;
}

/** Tasks that wait for each other. Needs that name no task are reported elsewhere and do not count here. */
function lockedForEver(tasks: readonly Task[], ids: ReadonlySet<string>): string[] {
  const open = new Set<string>();
  let grew = true;
  while (grew) {
    grew = false;
    for (const task of tasks) {
      if (open.has(task.id)) continue;
      if (!(task.needs ?? []).every((need) => open.has(need) || !ids.has(need))) continue;
      open.add(task.id);
      grew = true;
    }
  }
  return tasks.map((task) => task.id).filter((id) => !open.has(id));
}

function lintForm(task: Task): Note[] {
  const place = `task ${task.id}`;
  const notes: Note[] = [];
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(task.id)) {
    notes.push({ place, message: `"${task.id}" is no task id`, remedy: 'use lower-case words joined by dashes' });
  }
  if (task.title.trim() === '') {
    notes.push({ place, message: 'no title', remedy: 'say what is to be reached, in one line' });
  }
  if (!Number.isInteger(task.points) || task.points < 1) {
    notes.push({ place, message: `${task.points} points`, remedy: 'give a whole number of points, 1 or more' });
  }
  return notes;
}

function lintHints(task: Task): Note[] {
  const place = `task ${task.id}`;
  const notes: Note[] = repeated(task.hints.map((hint) => hint.id)).map((id) => ({
    place,
    message: `two hints have the id ${id}`,
    remedy: 'rename one; hint ids are unique in a task',
  }));
  const last = task.hints.at(-1);
  if (!last) {
    notes.push({ place, message: 'no hints', remedy: 'give at least one hint without a when' });
  } else if (last.when) {
    notes.push({
      place: `${place}, hint ${last.id}`,
      message: 'the last hint applies only sometimes, so a learner may get none',
      remedy: 'end the list with a hint that has no when',
    });
  }
  for (const hint of task.hints.slice(0, -1)) {
    if (hint.when) continue;
    notes.push({
      place: `${place}, hint ${hint.id}`,
      message: 'applies always, so the hints after it are never shown',
      remedy: 'give it a when, or move it to the end',
    });
  }
  return notes;
}

function lintWays(task: Task): Note[] {
  const ways: readonly Way[] = task.solutions;
  if (ways.length === 0) {
    return [{ place: `task ${task.id}`, message: 'no solution', remedy: 'write at least one way that turns it green' }];
  }
  return ways.filter(isEmpty).map((way) => ({
    place: `task ${task.id}, solution "${way.title}"`,
    message: 'has nothing to type',
    remedy: 'write its commands, or remove it',
  }));
}

function lintPitfalls(task: Task): Note[] {
  const hints = new Set(task.hints.map((hint) => hint.id));
  const notes: Note[] = [];
  for (const pitfall of task.pitfalls) {
    const place = `task ${task.id}, pitfall "${pitfall.title}"`;
    if (!hints.has(pitfall.hint)) {
      notes.push({
        place,
        message: `raises the hint ${pitfall.hint}, which this task does not have`,
        remedy: `name one of ${[...hints].join(', ')}`,
      });
    }
    if (isEmpty(pitfall)) {
      notes.push({ place, message: 'has nothing to type', remedy: 'write the wrong commands, or remove it' });
    }
  }
  return notes;
}

function isEmpty(typed: Way | Pitfall): boolean {
  return !typed.steps.some((step) => (typeof step === 'string' ? step.trim() !== '' : 'key' in step));
}

export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
