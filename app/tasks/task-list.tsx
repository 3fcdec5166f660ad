'use client';

/** All tasks at a glance, in the header: one segment each, and a list behind them. */
import { useId } from 'react';
import { type ShownTask, useLab, useTasks } from '../lab/context';
import { Filled } from '../prose/filled';
import { Check, Flag, Lock } from '../ui/icons';

export function TaskList() {
  const id = useId();
  const tasks = useTasks();
  const show = useLab((lab) => lab.show);
  const done = tasks.filter(isDone);
  const points = (some: readonly ShownTask[]) => some.reduce((sum, task) => sum + task.points, 0);
  const label = `Tasks: ${done.length} of ${tasks.length} done, ${points(done)} of ${points(tasks)} points`;
  const goToText = () => {
    document.getElementById(id)?.hidePopover();
    show('read');
  };
  return (
    <>
      <button type="button" className="task-list-button" popoverTarget={id} aria-label={label} title={label}>
        <span className="segments" aria-hidden="true">
          {tasks.map((task) => (
            <span key={task.id} data-status={isDone(task) ? 'done' : task.status} data-challenge={task.challenge} />
          ))}
        </span>
        <span className="task-list-count" aria-hidden="true">
          {points(done)}/{points(tasks)}
        </span>
      </button>
      <div id={id} popover="auto" className="popover task-list" role="group" aria-label="Tasks">
        <ol>
          {tasks.map((task, index) => (
            <li key={task.id} data-status={isDone(task) ? 'done' : task.status}>
              <a href={`#task-${task.id}`} onClick={goToText}>
                <span className="task-list-mark" aria-hidden="true">
                  {isDone(task) ? (
                    <Check />
                  ) : task.status === 'locked' ? (
                    <Lock />
                  ) : task.challenge ? (
                    <Flag />
                  ) : (
                    index + 1
                  )}
                </span>
                <span>
                  <Filled text={task.title} />
                </span>
                <span className="task-list-points">{task.points}</span>
                <span className="sr-only">{isDone(task) ? 'done' : task.status}</span>
              </a>
            </li>
          ))}
        </ol>
      </div>
    </>
  );
}

function isDone(task: ShownTask): boolean {
  return task.status === 'done' || task.doneBefore;
}
