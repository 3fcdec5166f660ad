'use client';

/** A lesson that is ready: where it leads, how long it takes, how far the learner is. */
import Link from 'next/link';
import { Check } from '../ui/icons';
import type { ReadyLesson } from './course';
import { useLearner } from './learner';

export function LessonLink({ lesson, goal, heading }: { lesson: ReadyLesson; goal: string; heading: boolean }) {
  const { done } = useLearner();
  const doneTasks = done?.get(lesson.number);
  const count = lesson.tasks.filter((task) => doneTasks?.has(task)).length;
  const complete = count === lesson.tasks.length;
  const Title = heading ? 'h3' : 'p';
  return (
    <Link href={`/lesson/${lesson.number}`} className="lesson-link" data-complete={complete} prefetch={false}>
      <span className="entry-number">{lesson.number}</span>
      <Title className="entry-title">{lesson.title}</Title>
      <span className="entry-goal">{goal}</span>
      <span className="entry-facts">
        <span>{lesson.minutes} min</span>
        <span>{lesson.points} points</span>
        <span className="entry-progress">
          {complete && <Check />}
          <span>
            {count} of {lesson.tasks.length} tasks
          </span>
          <span className="meter" aria-hidden="true">
            {lesson.tasks.map((task) => (
              <span key={task} data-done={doneTasks?.has(task) ?? false} />
            ))}
          </span>
        </span>
      </span>
    </Link>
  );
}
