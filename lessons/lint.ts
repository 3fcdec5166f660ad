/** Says what is wrong with lessons. Pure: the caller brings the prose and the course (see `bin/lessons-lint.ts`). */
import type { LessonDefinition } from './define';
import type { Finding, Note, ProseText, SectionEntry } from './lint/finding';
import { lintMachines } from './lint/machines';
import { lintProse } from './lint/prose';
import { lintTasks, repeated } from './lint/tasks';
import { lintVariables } from './lint/variables';

export type { Finding, ProseText, SectionEntry } from './lint/finding';

export interface LintInput {
  lessons: readonly LessonDefinition[];
  sections: readonly SectionEntry[];
  /** By section number; a lesson that is not in it has no prose. */
  prose: ReadonlyMap<string, ProseText>;
}

/** All findings, in the order of the lessons. None means that the lessons can be published. */
export function lintLessons({ lessons, sections, prose }: LintInput): Finding[] {
  const twice: Finding[] = repeated(lessons.map((lesson) => lesson.number)).map((number) => ({
    lesson: number,
    place: 'number',
    message: 'two lessons have this number',
    remedy: 'give each section one lesson',
  }));
  const findings = lessons.flatMap((lesson) => {
    const text = prose.get(lesson.number) ?? null;
    const notes = [
      ...lintSection(lesson, sections),
      ...lintMachines(lesson),
      ...lintTasks(lesson),
      ...lintProse(lesson, text),
      ...lintVariables(lesson, text),
    ];
    return notes.map((note) => ({ lesson: lesson.number, ...note }));
  });
  return [...twice, ...findings];
}

function lintSection(lesson: LessonDefinition, sections: readonly SectionEntry[]): Note[] {
  const section = sections.find((one) => one.number === lesson.number);
  if (!section) {
    return [
      {
        place: 'number',
        message: `the course has no section ${lesson.number}`,
        remedy: 'use a number from content/curriculum.json',
      },
    ];
  }
  if (section.slug === lesson.slug) return [];
  return [
    {
      place: 'slug',
      message: `the lesson says ${lesson.slug}, content/curriculum.json says ${section.slug ?? 'nothing'}`,
      remedy: 'make them the same',
    },
  ];
}
