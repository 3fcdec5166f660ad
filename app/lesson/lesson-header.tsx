'use client';

/** The bar above a lesson: where one is, how far, how long the lab still runs, and what can be done with it. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useLab } from '../lab/context';
import { LabControls } from '../lab/lab-controls';
import { LabTimer } from '../lab/lab-timer';
import { TaskList } from '../tasks/task-list';
import { ThemeToggle } from '../theme/theme-toggle';
import { ArrowLeft, ArrowRight, Mark } from '../ui/icons';
import { ShortcutHelp } from './shortcut-help';

export interface Neighbour {
  number: string;
  title: string;
}

export function LessonHeader({ previous, next }: { previous: Neighbour | null; next: Neighbour | null }) {
  const { number, title } = useLab((lab) => lab.facts);
  return (
    <header className="lesson-header">
      <Link href="/" className="home-link" aria-label="Course map" title="Course map" prefetch={false}>
        <Mark />
      </Link>
      <nav aria-label="Lessons" className="lesson-nav">
        <NeighbourLink to={previous} label="Previous lesson" icon={<ArrowLeft />} />
        <span className="lesson-name">
          <span className="entry-number">{number}</span> <span className="lesson-name-title">{title}</span>
        </span>
        <NeighbourLink to={next} label="Next lesson" icon={<ArrowRight />} />
      </nav>
      <div className="lesson-status">
        <LabTimer />
        <TaskList />
      </div>
      <div className="lesson-tools">
        <LabControls />
        <ShortcutHelp />
        <ThemeToggle />
      </div>
    </header>
  );
}

function NeighbourLink({ to, label, icon }: { to: Neighbour | null; label: string; icon: ReactNode }) {
  if (to === null) return <span className="icon-button icon-button-off">{icon}</span>;
  const name = `${label}: ${to.number} ${to.title}`;
  return (
    <Link href={`/lesson/${to.number}`} className="icon-button" aria-label={name} title={name} prefetch={false}>
      {icon}
    </Link>
  );
}
