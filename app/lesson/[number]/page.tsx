import type { Metadata } from 'next';
import { notFound, permanentRedirect } from 'next/navigation';
import { type Frontmatter, proseOf } from '../../../content';
import type { LessonDefinition } from '../../../lessons';
import { anonymousVars, readyLessons } from '../../course/course';
import { LabProvider } from '../../lab/context';
import { factsOf } from '../../lab/facts';
import { compileProse } from '../../prose/compile';
import { TaskCard } from '../../tasks/task-card';
import { Splitter } from '../../workspace/splitter';
import { Workspace } from '../../workspace/workspace';
import { Announcer } from '../announcer';
import { filesOf } from '../files';
import { LessonEnd } from '../lesson-end';
import { LessonHeader, type Neighbour } from '../lesson-header';
import { LessonIntro } from '../lesson-intro';
import { PanelBar } from '../panel-bar';
import { Shortcuts } from '../shortcuts';
import { SkipLinks } from '../skip-links';

export const dynamicParams = false;

const isStatic = process.env.NEXT_PUBLIC_UNDERLAY_STATIC === '1';

/** Every ready lesson under its number; its slug leads there too. */
export async function generateStaticParams(): Promise<Array<{ number: string }>> {
  // A file server cannot redirect: there, a lesson has its number only.
  const names = ({ number, slug }: LessonDefinition) => (isStatic ? [number] : [number, slug]);
  return (await readyLessons()).flatMap(names).map((number) => ({ number }));
}

interface LessonPageProps {
  params: Promise<{ number: string }>;
}

export async function generateMetadata({ params }: LessonPageProps): Promise<Metadata> {
  const found = await lessonAt((await params).number);
  return found ? { title: `${found.lesson.number} ${found.lesson.title}`, description: found.frontmatter.summary } : {};
}

export default async function LessonPage({ params }: LessonPageProps) {
  const { number } = await params;
  const found = await lessonAt(number);
  if (!found) notFound();
  const { lesson, frontmatter, previous, next } = found;
  if (number !== lesson.number) permanentRedirect(`/lesson/${lesson.number}`);

  const prose = await proseOf(lesson.number);
  if (!prose) notFound();
  const facts = factsOf(lesson, anonymousVars(lesson), await filesOf(lesson));
  const { body, headings } = await compileProse(
    prose,
    TaskCard,
    facts.tasks.map((task) => task.id),
  );
  return (
    <LabProvider key={lesson.number} facts={facts}>
      <SkipLinks />
      <LessonHeader previous={previous} next={next} />
      <main className="lesson">
        <article id="prose" className="prose" tabIndex={-1} aria-labelledby="lesson-title">
          <LessonIntro lesson={facts} goal={lesson.goal} summary={frontmatter.summary} headings={headings} />
          {body}
          <LessonEnd sources={frontmatter.sources} next={next} />
        </article>
        <Splitter name="split-prose" label="Width of the text" orientation="vertical" controls="prose" />
        <Workspace />
      </main>
      <PanelBar />
      <Announcer />
      <Shortcuts />
    </LabProvider>
  );
}

interface Found {
  lesson: LessonDefinition;
  frontmatter: Frontmatter;
  previous: Neighbour | null;
  next: Neighbour | null;
}

async function lessonAt(numberOrSlug: string): Promise<Found | null> {
  const ready = await readyLessons();
  const index = ready.findIndex(({ number, slug }) => number === numberOrSlug || slug === numberOrSlug);
  const lesson = ready[index];
  const prose = lesson && (await proseOf(lesson.number));
  if (!lesson || !prose) return null;
  return {
    lesson,
    frontmatter: prose.frontmatter,
    previous: neighbour(ready[index - 1]),
    next: neighbour(ready[index + 1]),
  };
}

function neighbour(lesson: LessonDefinition | undefined): Neighbour | null {
  return lesson ? { number: lesson.number, title: lesson.title } : null;
}
