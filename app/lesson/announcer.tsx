'use client';

/** Says aloud (to screen readers) which task was done or fell back. */
import { useEffect, useRef, useState } from 'react';
import { useTasks, useVars } from '../lab/context';
import { fillKnown } from '../prose/vars';

export function Announcer() {
  const tasks = useTasks();
  const vars = useVars();
  const [said, setSaid] = useState('');
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    const done = tasks.filter((task) => task.status === 'done').length;
    for (const task of tasks) {
      const before = known.current.get(task.id);
      known.current.set(task.id, task.status);
      if (before === undefined || before === 'idle' || before === task.status) continue;
      const title = fillKnown(task.title, vars);
      if (task.status === 'done') setSaid(`Task done: ${title}. ${done} of ${tasks.length}.`);
      else if (before === 'done') setSaid(`No longer true: ${title}.`);
    }
  }, [tasks, vars]);
  return (
    <p className="sr-only" aria-live="polite">
      {said}
    </p>
  );
}
