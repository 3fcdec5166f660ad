/** The whole course: three parts, their chapters, and in each the lessons that are ready and those that are planned. */
import type { CoursePart, CourseSection } from './course';
import { LessonLink } from './lesson-link';
import { Strata } from './strata';

const subtitles: Record<number, string> = {
  1: 'What the kernel gives, and the specifications built on it.',
  2: 'How an engine turns it into images, containers, networks and volumes.',
  3: 'How a cluster keeps them running, on many machines at once.',
};

export function CourseMap({ parts }: { parts: CoursePart[] }) {
  return (
    <div id="course" tabIndex={-1}>
      {parts.map((part) => (
        <Part key={part.number} part={part} />
      ))}
    </div>
  );
}

function Part({ part }: { part: CoursePart }) {
  const ready = part.sections.filter((section) => section.lesson !== null).length;
  const heading = `part-${part.number}`;
  return (
    <section className="part" aria-labelledby={heading}>
      <header className="part-head">
        <Strata part={part.number} className="part-strata" />
        <p className="part-number">Part {part.number}</p>
        <h2 id={heading}>{part.title}</h2>
        <p className="part-subtitle">{subtitles[part.number]}</p>
        <p className="part-count">
          {ready} of {part.sections.length} ready
        </p>
      </header>
      <div className="chapters">
        {part.sections
          .filter((section) => section.parent === null)
          .map((chapter) => (
            <Chapter key={chapter.number} chapter={chapter} sections={part.sections.filter(isIn(chapter))} />
          ))}
      </div>
    </section>
  );
}

const isIn = (chapter: CourseSection) => (section: CourseSection) => section.parent === chapter.number;

function Chapter({ chapter, sections }: { chapter: CourseSection; sections: CourseSection[] }) {
  return (
    <section className="chapter">
      <Entry section={chapter} heading />
      {sections.length > 0 && (
        <ol className={sections.some((section) => section.lesson) ? 'entries' : 'entries entries-planned'}>
          {sections.map((section) => (
            <li key={section.number}>
              <Entry section={section} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Entry({ section, heading = false }: { section: CourseSection; heading?: boolean }) {
  if (section.lesson) return <LessonLink lesson={section.lesson} goal={section.goal} heading={heading} />;
  const Title = heading ? 'h3' : 'p';
  return (
    <div className={heading ? 'planned planned-chapter' : 'planned'}>
      <span className="entry-number">{section.number}</span>
      <Title className="entry-title">{section.title}</Title>
      <span className="sr-only">planned</span>
      {heading && <p className="entry-goal">{section.goal}</p>}
    </div>
  );
}
