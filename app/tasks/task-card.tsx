'use client';

/** One task in the prose: what is asked, whether it is so, and help on request. */
import { useState } from 'react';
import { type ShownTask, useLab, useLabView, useTasks } from '../lab/context';
import { Filled } from '../prose/filled';
import { Bulb, Check, Flag, Lock } from '../ui/icons';
import { HintText } from './hint-text';
import { Solution } from './solution';

export function TaskCard({ id }: { id: string }) {
  const tasks = useTasks();
  const index = tasks.findIndex((one) => one.id === id);
  const task = tasks[index];
  const number = index + 1;
  const ready = useLabView((view) => view.status.phase === 'ready', false);
  if (task === undefined) return null;
  const needed = tasks.filter((one) => task.needs.includes(one.id) && one.status !== 'done');
  return (
    <section
      id={`task-${id}`}
      className="task"
      data-status={task.status}
      data-challenge={task.challenge}
      aria-labelledby={`task-${id}-title`}
    >
      <TaskMark task={task} number={number} />
      <div className="task-body">
        <p className="task-kicker">
          <span>{task.challenge ? 'Challenge' : `Task ${number}`}</span>
          <span>
            {task.points} {task.points === 1 ? 'point' : 'points'}
          </span>
          <TaskState task={task} />
        </p>
        <h3 id={`task-${id}-title`} className="task-title">
          <Filled text={task.title} />
        </h3>
        {task.status === 'locked' && needed.length > 0 && <Needs tasks={needed} />}
        {task.status !== 'locked' && <TaskHelp task={task} ready={ready} />}
      </div>
    </section>
  );
}

const stateNames: Record<ShownTask['status'], string> = {
  idle: 'not started',
  locked: 'locked',
  open: 'open',
  done: 'done',
};

function TaskState({ task }: { task: ShownTask }) {
  if (task.status === 'idle' && task.doneBefore) return <span className="task-state">done before</span>;
  if (task.status === 'open' && task.doneBefore) return <span className="task-state">done before, not true now</span>;
  return <span className="task-state">{stateNames[task.status]}</span>;
}

function TaskMark({ task, number }: { task: ShownTask; number: number }) {
  return (
    <span className="task-mark" aria-hidden="true">
      {task.status === 'done' || (task.status === 'idle' && task.doneBefore) ? (
        <Check />
      ) : task.status === 'locked' ? (
        <Lock />
      ) : task.challenge ? (
        <Flag />
      ) : (
        number
      )}
    </span>
  );
}

function Needs({ tasks }: { tasks: ShownTask[] }) {
  return (
    <p className="task-needs">
      Counts once{' '}
      {tasks.map((task, index) => (
        <span key={task.id}>
          {index > 0 && (index === tasks.length - 1 ? ' and ' : ', ')}
          <a href={`#task-${task.id}`}>
            <Filled text={task.title} />
          </a>
        </span>
      ))}{' '}
      {tasks.length === 1 ? 'is' : 'are'} done.
    </p>
  );
}

function TaskHelp({ task, ready }: { task: ShownTask; ready: boolean }) {
  const client = useLab((lab) => lab.client);
  const hint = useLabView((view) => view.hints[task.id], undefined);
  const [solutionWanted, setSolutionWanted] = useState(false);
  if (!ready) return null;
  return (
    <>
      <div className="task-actions">
        {task.status !== 'done' && (
          <button type="button" className="button button-small" onClick={() => client?.askHint(task.id)}>
            <Bulb />
            {hint ? 'Hint for how it is now' : 'Hint'}
          </button>
        )}
        <button
          type="button"
          className="button button-small button-quiet"
          aria-expanded={solutionWanted}
          onClick={() => setSolutionWanted(!solutionWanted)}
        >
          {solutionWanted ? 'Hide solution' : 'Show solution'}
        </button>
      </div>
      {hint && task.status !== 'done' && <HintText text={hint.text} />}
      {solutionWanted && <Solution task={task} onCancel={() => setSolutionWanted(false)} />}
    </>
  );
}
