/** The head of a lesson's text: number, title, what it is good for, and what is in it. */
import type { LessonFacts } from '../lab/facts';
import type { Heading } from '../prose/outline';

interface LessonIntroProps {
  lesson: LessonFacts;
  goal: string;
  summary: string;
  headings: readonly Heading[];
}

export function LessonIntro({ lesson, goal, summary, headings }: LessonIntroProps) {
  const points = lesson.tasks.reduce((sum, task) => sum + task.points, 0);
  const chapters = headings.filter((heading) => heading.depth === 2);
  return (
    <header className="intro">
      <p className="intro-number">{lesson.number}</p>
      <h1 id="lesson-title">{lesson.title}</h1>
      <p className="intro-summary">{summary}</p>
      <dl className="intro-facts">
        <div>
          <dt>At the end you can</dt>
          <dd>{goal}</dd>
        </div>
        <div>
          <dt>Takes</dt>
          <dd>about {lesson.minutes} minutes</dd>
        </div>
        <div>
          <dt>Tasks</dt>
          <dd>
            {lesson.tasks.length} tasks, {points} points
          </dd>
        </div>
      </dl>
      {chapters.length > 1 && (
        <nav className="toc" aria-label="In this lesson">
          <ol>
            {chapters.map((heading) => (
              <li key={heading.id}>
                <a href={`#${heading.id}`}>{heading.text}</a>
              </li>
            ))}
          </ol>
        </nav>
      )}
    </header>
  );
}
