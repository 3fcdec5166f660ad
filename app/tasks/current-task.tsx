'use client';

/** On a narrow page the text is out of sight while one types: the task at hand, and the way back to it. */
import { useLab, useTasks } from '../lab/context';
import { Filled } from '../prose/filled';

export function CurrentTask() {
  const tasks = useTasks();
  const show = useLab((lab) => lab.show);
  const task = tasks.find(({ status }) => status === 'open') ?? tasks.find(({ status }) => status === 'idle');
  return (
    <a className="current-task" href={task ? `#task-${task.id}` : '#prose'} onClick={() => show('read')}>
      {task ? <Filled text={task.title} /> : 'All tasks done'}
    </a>
  );
}
