'use client';

/** Tells that a task was done or fell back: aloud to screen readers, and in a note that goes away by itself. */
import { useEffect, useRef, useState } from 'react';
import { type ShownTask, useTasks, useVars } from '../lab/context';
import { Filled } from '../prose/filled';
import { fillKnown } from '../prose/vars';
import { Check } from '../ui/icons';

interface News {
  task: ShownTask;
  done: boolean;
  count: number;
}

const noteMs = 5000;

export function Announcer() {
  const tasks = useTasks();
  const vars = useVars();
  const [news, setNews] = useState<News | null>(null);
  const [shown, setShown] = useState(false);
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    const count = tasks.filter((task) => task.status === 'done').length;
    for (const task of tasks) {
      const before = known.current.get(task.id);
      known.current.set(task.id, task.status);
      if (before === undefined || before === 'idle' || before === task.status) continue;
      if (task.status === 'done' || before === 'done') setNews({ task, done: task.status === 'done', count });
    }
  }, [tasks]);
  useEffect(() => {
    if (news === null) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), noteMs);
    return () => clearTimeout(timer);
  }, [news]);

  const title = news === null ? '' : fillKnown(news.task.title, vars);
  return (
    <>
      <p className="sr-only" aria-live="polite">
        {news !== null &&
          (news.done ? `Task done: ${title}. ${news.count} of ${tasks.length}.` : `No longer true: ${title}.`)}
      </p>
      {news !== null && shown && (
        <div className="note" data-done={news.done} aria-hidden="true">
          <span className="note-mark">{news.done ? <Check /> : '·'}</span>
          <span>
            <span className="note-kicker">
              {news.done ? `Done, ${news.count} of ${tasks.length}` : 'No longer true'}
            </span>
            <span className="note-title">
              <Filled text={news.task.title} />
            </span>
          </span>
        </div>
      )}
    </>
  );
}
