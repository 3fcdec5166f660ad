/** The course as the map shows it: every section, and of the ready ones what their lesson says. */
import { type Section as ContentSection, parts, proseOf, sections } from '../../content';
import { type LessonDefinition, lessons, varsFor } from '../../lessons';
import { fillKnown } from '../prose/vars';

export interface ReadyLesson {
  number: string;
  title: string;
  minutes: number;
  points: number;
  tasks: string[];
}

export interface CourseSection extends Pick<ContentSection, 'number' | 'title' | 'goal' | 'parent'> {
  /** Null while its lesson is not written. */
  lesson: ReadyLesson | null;
}

export interface CoursePart {
  number: number;
  title: string;
  sections: CourseSection[];
}

export async function course(): Promise<CoursePart[]> {
  const ready = new Map((await readyLessons()).map((lesson) => [lesson.number, lesson]));
  return parts().map(({ number, title }) => ({
    number,
    title,
    sections: sections()
      .filter((section) => section.part === number)
      .map((section) => ({
        number: section.number,
        title: section.title,
        goal: section.goal,
        parent: section.parent,
        lesson: summaryOf(ready.get(section.number)),
      })),
  }));
}

/** Lessons that have their prose, in the order of the course. */
export async function readyLessons(): Promise<LessonDefinition[]> {
  const order = new Map(sections().map((section, index) => [section.number, index]));
  const prose = await Promise.all(lessons.map((lesson) => proseOf(lesson.number)));
  return lessons
    .filter((_, index) => prose[index] !== null)
    .toSorted((a, b) => (order.get(a.number) ?? 0) - (order.get(b.number) ?? 0));
}

/** The anonymous learner's values stand in the page until the lab tells the learner's own. */
export function anonymousVars(lesson: LessonDefinition): Readonly<Record<string, string>> {
  return varsFor(lesson, 'anonymous');
}

function summaryOf(lesson: LessonDefinition | undefined): ReadyLesson | null {
  if (lesson === undefined) return null;
  return {
    number: lesson.number,
    title: fillKnown(lesson.title, anonymousVars(lesson)),
    minutes: lesson.minutes,
    points: lesson.tasks.reduce((sum, task) => sum + task.points, 0),
    tasks: lesson.tasks.map((task) => task.id),
  };
}
