'use client';

/** The accepted ways of a task. Asked for once more before they are shown, unless it is done already. */
import { useEffect, useState } from 'react';
import { type ShownTask, useLab, useLabView } from '../lab/context';
import { Way } from './way';

export function Solution({ task, onCancel }: { task: ShownTask; onCancel: () => void }) {
  const client = useLab((lab) => lab.client);
  const ways = useLabView((view) => view.solutions[task.id], undefined);
  const [sure, setSure] = useState(task.status === 'done' || ways !== undefined);
  useEffect(() => {
    if (sure && ways === undefined) client?.askSolution(task.id);
  }, [sure, ways, client, task.id]);

  if (!sure) {
    return (
      <div className="task-confirm" role="group" aria-label="Show the solution?">
        <p>You learn more from a hint. Show the solution all the same?</p>
        <button type="button" className="button button-small button-strong" onClick={() => setSure(true)}>
          Show it
        </button>
        <button type="button" className="button button-small" onClick={onCancel}>
          Not yet
        </button>
      </div>
    );
  }
  if (ways === undefined) return <p className="task-waiting">Asking the lab</p>;
  return (
    <div className="task-solution">
      {ways.map((way, index) => (
        <div key={way.title} className="way">
          <p className="way-title">
            {ways.length > 1 && <span className="way-number">Way {index + 1}. </span>}
            {way.title}
          </p>
          <Way title={way.title} commands={way.commands} />
        </div>
      ))}
    </div>
  );
}
