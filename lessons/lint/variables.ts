/** `{{name}}` that stands for nothing, in prose, titles, commands and setup. */
import type { LessonDefinition } from '../define';
import { createPicker } from '../vars';
import type { Note, ProseText } from './finding';
import { stepsOf } from './machines';

export function lintVariables(lesson: LessonDefinition, prose: ProseText | null): Note[] {
  const known = Object.keys(lesson.vars?.(createPicker('lint')) ?? {});
  return textsOf(lesson, prose).flatMap(({ place, text }) =>
    variablesIn(text)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        place,
        message: `unknown variable {{${name}}}`,
        remedy: known.length > 0 ? `use one of ${known.join(', ')}` : 'this lesson has no vars: declare it there',
      })),
  );
}

function textsOf(lesson: LessonDefinition, prose: ProseText | null): Array<{ place: string; text: string }> {
  const texts = lesson.tasks.map((task) => ({ place: `task ${task.id}, title`, text: task.title }));
  for (const { name, setup } of lesson.machines) {
    if (setup !== undefined) texts.push({ place: `machine ${name}, setup`, text: setup });
  }
  for (const { place, steps } of stepsOf(lesson)) {
    for (const step of steps) if (typeof step === 'string') texts.push({ place, text: step });
  }
  if (prose) texts.push({ place: `prose ${prose.file}`, text: prose.body });
  return texts;
}

function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g)].map((match) => match[1] ?? ''))];
}
