/** The course: every section of the document, numbered, whether its lesson is written yet or not. */
import { z } from 'zod';
import curriculum from './curriculum.json';

const SectionNumber = z.string().regex(/^[1-9]\d*(\.[1-9]\d*)+$/);

export const Part = z.strictObject({ number: z.int().positive(), title: z.string() });
export type Part = z.infer<typeof Part>;

export const Section = z.strictObject({
  /** As in the document's order: `1.2.3`. It is the lesson's id and its address. */
  number: SectionNumber,
  title: z.string(),
  /** What the learner can do at the end, in one sentence. */
  goal: z.string(),
  part: z.int().positive(),
  /** The section it lies in; null directly under the part. */
  parent: SectionNumber.nullable(),
  /** Set once its lesson is written or being written: `1.1` is `content/1.1-overlayfs.mdx`. */
  slug: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional(),
});
export type Section = z.infer<typeof Section>;

const course = z.strictObject({ parts: z.array(Part), sections: z.array(Section) }).parse(curriculum);
const byNumber = new Map(course.sections.map((section) => [section.number, section]));

export function parts(): readonly Part[] {
  return course.parts;
}

/** All sections in the document's order. */
export function sections(): readonly Section[] {
  return course.sections;
}

export function sectionByNumber(number: string): Section | undefined {
  return byNumber.get(number);
}
