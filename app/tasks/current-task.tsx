'use client';

/** On a narrow page the text is out of sight while one types: the task at hand, and the way back to it. */
import { useLab, useTasks } from '../lab/context';
import { Filled } from '../prose/filled';

export function CurrentTask() {
  const tasks = useTasks();
  const show = useLab((lab) => lab.show);
  const task = tasks.find(({ status }) => status === 'open');
  if (task === undefined) {
    // The bar keeps its place before the lab has told its tasks, so that the terminal need not move.
    const done = tasks.every(({ status }) => status === 'done');
    return <p className="current-task">{done ? 'Every task is done' : '\u00a0'}</p>;
  }
  return (
    <a className="current-task" href={`#task-${task.id}`} onClick={() => show('read')}>
      <Filled text={task.title} />
    </a>
  );
}
