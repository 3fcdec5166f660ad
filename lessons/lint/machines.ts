/** Mistakes in what a lesson is made of: its Machines, the names of Machines elsewhere, its diagrams. */
import { diagramNames, type LessonDefinition, type Step } from '../define';
import type { Note } from './finding';
import { repeated } from './tasks';

export function lintMachines(lesson: LessonDefinition): Note[] {
  const names = lesson.machines.map((machine) => machine.name);
  const notes: Note[] = repeated(names).map((name) => ({
    place: 'machines',
    message: `two Machines are called ${name}`,
    remedy: 'rename one',
  }));
  if (names.length === 0) {
    notes.push({ place: 'machines', message: 'no Machine', remedy: 'declare at least the learner’s own' });
  }
  for (const { place, machine } of mentionsOfMachines(lesson)) {
    if (names.includes(machine)) continue;
    notes.push({
      place,
      message: `names the Machine ${machine}, which the lesson does not have`,
      remedy: `name one of ${names.join(', ') || '(none declared)'}`,
    });
  }
  return [...notes, ...lintDiagrams(lesson)];
}

function mentionsOfMachines(lesson: LessonDefinition): Array<{ place: string; machine: string }> {
  const mentions: Array<{ place: string; machine: string }> = [];
  for (const [index, link] of (lesson.links ?? []).entries()) {
    for (const end of link.ends) mentions.push({ place: `link ${index + 1}`, machine: end.machine });
  }
  for (const [index, terminal] of (lesson.terminals ?? []).entries()) {
    mentions.push({ place: `terminal ${index + 1}`, machine: terminal.machine });
  }
  for (const { place, steps } of stepsOf(lesson)) {
    for (const step of steps) {
      if (typeof step !== 'string' && 'terminal' in step && step.machine !== undefined) {
        mentions.push({ place, machine: step.machine });
      }
    }
  }
  return mentions;
}

/** Every list of steps in the lesson, with its place. */
export function stepsOf(lesson: LessonDefinition): Array<{ place: string; steps: readonly Step[] }> {
  return lesson.tasks.flatMap((task) => [
    ...task.solutions.map((way) => ({ place: `task ${task.id}, solution "${way.title}"`, steps: way.steps })),
    ...task.pitfalls.map((pitfall) => ({ place: `task ${task.id}, pitfall "${pitfall.title}"`, steps: pitfall.steps })),
  ]);
}

function lintDiagrams(lesson: LessonDefinition): Note[] {
  const known: readonly string[] = diagramNames;
  const notes: Note[] = lesson.diagrams
    .filter((name) => !known.includes(name))
    .map((name) => ({
      place: 'diagrams',
      message: `there is no diagram ${name}`,
      remedy: `name one of ${known.join(', ')}`,
    }));
  if (lesson.diagrams.length === 0) {
    notes.push({ place: 'diagrams', message: 'no diagram', remedy: `name at least one of ${known.join(', ')}` });
  }
  return notes;
}
