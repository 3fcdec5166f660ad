/** A mistake in a lesson, told so that its author can mend it. */
export interface Finding {
  /** Number of the lesson. */
  lesson: string;
  /** Where in it: `task copy-up, hint 2`, `prose content/1.1-overlayfs.mdx:40`. */
  place: string;
  message: string;
  /** What to do about it. */
  remedy: string;
}

/** What the linter reads of a lesson's prose. */
export interface ProseText {
  file: string;
  number: string;
  /** MDX without the frontmatter. */
  body: string;
  sources: readonly unknown[];
}

/** What the linter reads of a section of the course. */
export interface SectionEntry {
  number: string;
  slug?: string | undefined;
}

/** A finding before it is known which lesson it belongs to. */
export type Note = Omit<Finding, 'lesson'>;
