'use client';

/** On a narrow page the text is out of sight while one types: the task at hand, and the way back to it. */
import { useLab, useTasks } from '../lab/context';
import { Filled } from '../prose/filled';

export function CurrentTask() {
  const task = useTasks().find(({ status }) => status === 'open');
  const show = useLab((lab) => lab.show);
  if (task === undefined) return null;
  return (
    <a className="current-task" href={`#task-${task.id}`} onClick={() => show('read')}>
      <Filled text={task.title} />
    </a>
  );
}
