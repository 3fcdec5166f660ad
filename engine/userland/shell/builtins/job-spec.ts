/** Which job a word means: `%1`, `%+`, `%name` (bash(1), "JOB CONTROL"). */
import type { Job } from '../state/jobs';
import type { Shell } from '../state/shell';
import { type BuiltinCall, complain } from './support';

/** `%1`, `%+`, `%-`, `%name`, `%?text`. */
export function findJob(shell: Shell, spec: string): Job | 'ambiguous' | undefined {
  const text = spec.startsWith('%') ? spec.slice(1) : spec;
  if (text === '' || text === '%' || text === '+') return shell.jobs.current;
  if (text === '-') return shell.jobs.previous ?? shell.jobs.current;
  if (/^\d+$/.test(text)) return shell.jobs.byNumber(Number(text));
  const matches = shell.jobs.numbered.filter((job) =>
    text.startsWith('?') ? job.text.includes(text.slice(1)) : job.text.startsWith(text),
  );
  return matches.length > 1 ? 'ambiguous' : matches[0];
}

/** Null after a message. */
export function jobFor(shell: Shell, call: BuiltinCall, spec: string): Job | null {
  const job = findJob(shell, spec);
  if (job === 'ambiguous') {
    complain(shell, call, `${spec.replace(/^%/, '')}: ambiguous job spec`);
    return null;
  }
  if (job === undefined) complain(shell, call, `${spec === '' ? 'current' : spec}: no such job`);
  return job ?? null;
}
