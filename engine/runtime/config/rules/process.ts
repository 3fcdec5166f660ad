/** Rules about fields of `process` (OCI runtime-spec 1.2, config.md, "Process"). */
import { resourceNumber } from '../../../kernel';
import type { Process } from '../schema/process';
import { type Finding, twice } from './rule';

type Fields = Pick<Process, 'rlimits' | 'env' | 'scheduler'>;

/** getrlimit(2). */
export function rlimitRules({ rlimits = [] }: Fields): Finding[] {
  const each = rlimits.flatMap(({ type, soft, hard }, index): Finding[] => {
    const path = ['rlimits', index];
    if (resourceNumber(type) === undefined)
      return [{ path: [...path, 'type'], problem: `${JSON.stringify(type)} is no resource of getrlimit(2)` }];
    return soft > hard ? [{ path: [...path, 'soft'], problem: `${soft} is more than the hard limit, ${hard}` }] : [];
  });
  return [...each, ...twice(rlimits, ({ type }) => type, 'type', 'rlimits')];
}

export function environmentRules({ env = [] }: Fields): Finding[] {
  return env.flatMap((entry, index) =>
    entry.indexOf('=') > 0 ? [] : [{ path: ['env', index], problem: `${JSON.stringify(entry)} is not NAME=value` }],
  );
}

/** sched(7), sched_setattr(2). */
export function schedulerRules({ scheduler }: Fields): Finding[] {
  if (!scheduler) return [];
  const { policy, nice = 0, priority = 0, runtime = 0, deadline = 0, period = 0 } = scheduler;
  const isRealTime = policy === 'SCHED_FIFO' || policy === 'SCHED_RR';
  const isDeadline = policy === 'SCHED_DEADLINE';
  const found: Finding[] = [];
  const wrong = (field: string, problem: string) => found.push({ path: ['scheduler', field], problem });
  if (nice < -20 || nice > 19) wrong('nice', `${nice} is not between -20 and 19`);
  if (isRealTime && (priority < 1 || priority > 99)) wrong('priority', `${priority} is not between 1 and 99`);
  if (!isRealTime && priority !== 0) wrong('priority', `means nothing to ${policy}`);
  for (const [field, value] of Object.entries({ runtime, deadline, period }))
    if (!isDeadline && value > 0) wrong(field, `means nothing to ${policy}`);
  if (isDeadline && runtime <= 0) wrong('runtime', 'has to be more than 0 for SCHED_DEADLINE');
  if (isDeadline && deadline < runtime) wrong('deadline', `${deadline} is less than the runtime, ${runtime}`);
  if (isDeadline && period > 0 && period < deadline)
    wrong('period', `${period} is less than the deadline, ${deadline}`);
  return found;
}
