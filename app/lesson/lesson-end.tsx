'use client';

/** The end of the text: what was reached, where to go on, and what the text rests on. */
import Link from 'next/link';
import type { Frontmatter } from '../../content';
import { type ShownTask, useTasks } from '../lab/context';
import { ArrowRight } from '../ui/icons';
import type { Neighbour } from './lesson-header';

export function LessonEnd({ sources, next }: { sources: Frontmatter['sources']; next: Neighbour | null }) {
  return (
    <footer className="lesson-end">
      <Reached next={next} />
      <h2 id="sources">Sources</h2>
      <ul className="sources">
        {sources.map(({ title, href }) => (
          <li key={title}>
            {href ? (
              <a href={href} target="_blank" rel="noreferrer">
                {title}
                <span className="sr-only"> (opens in a new tab)</span>
              </a>
            ) : (
              title
            )}
          </li>
        ))}
      </ul>
    </footer>
  );
}

const sheetGap = 8;

/** One sheet a task, the first one lowest. Decoration: the number beside it says the same. */
function Sheets({ tasks, done }: { tasks: ShownTask[]; done: ShownTask[] }) {
  const lowest = (tasks.length - 1) * sheetGap;
  return (
    <svg className="reached-sheets" viewBox={`0 0 120 ${lowest + 50}`} aria-hidden="true">
      {tasks.map((task, place) => (
        <path
          key={task.id}
          data-done={done.includes(task)}
          style={{ '--place': place }}
          d={`M60 ${lowest - place * sheetGap + 2} 118 ${lowest - place * sheetGap + 25} 60 ${lowest - place * sheetGap + 48} 2 ${lowest - place * sheetGap + 25}Z`}
        />
      ))}
    </svg>
  );
}

function Reached({ next }: { next: Neighbour | null }) {
  const tasks = useTasks();
  const done = tasks.filter((task) => task.status === 'done' || task.doneBefore);
  const all = done.length === tasks.length;
  const points = done.reduce((sum, task) => sum + task.points, 0);
  return (
    <section className="reached" data-all={all} aria-label="Where you are">
      <Sheets tasks={tasks} done={done} />
      <p className="reached-title">{all ? 'All tasks done' : `${done.length} of ${tasks.length} tasks done`}</p>
      <p>
        {all
          ? `${points} points. The machine is still yours: go on trying things.`
          : 'The rest can be done in any later lab.'}
      </p>
      {next && (
        <Link className={all ? 'button button-strong' : 'button'} href={`/lesson/${next.number}`} prefetch={false}>
          Next: {next.number} {next.title}
          <ArrowRight />
        </Link>
      )}
    </section>
  );
}
