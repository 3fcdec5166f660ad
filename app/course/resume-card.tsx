'use client';

/** Where to go on: the lesson that was open last, or the first one. */
import Link from 'next/link';
import { ArrowRight } from '../ui/icons';
import type { ReadyLesson } from './course';
import { useLearner } from './learner';

export function ResumeCard({ lessons }: { lessons: ReadyLesson[] }) {
  const { lastLesson, done } = useLearner();
  const last = lessons.find((lesson) => lesson.number === lastLesson);
  const lesson = last ?? lessons[0];
  if (lesson === undefined) return null;
  const count = lesson.tasks.filter((task) => done?.get(lesson.number)?.has(task)).length;
  return (
    <Link href={`/lesson/${lesson.number}`} className="resume-card" prefetch={false}>
      <span className="resume-label">{last ? 'Go on where you were' : 'Begin here'}</span>
      <span className="resume-title">
        <span className="entry-number">{lesson.number}</span> {lesson.title}
      </span>
      <span className="resume-facts">
        {lesson.minutes} min · {count} of {lesson.tasks.length} tasks done
      </span>
      <ArrowRight className="icon resume-arrow" />
    </Link>
  );
}
