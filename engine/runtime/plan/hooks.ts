/** Hooks that run inside the container, as forks of its process (runtime spec, "POSIX-platform Hooks"). */
import { flags, ref, type Step } from '../../kernel';
import type { Hook } from '../config';
import { descriptor, SIGCHLD, SIGKILL } from './constants';

const POLLIN = 1;

/** What a plan reports when a hook failed: its place in the list and its wait status, or that it took too long. */
export const hookReports = { failed: 'hook failed', status: 'hook status', late: 'hook late' } as const;

/** The state is in an open file: every hook reads it from the beginning. */
export function hookSteps(hooks: readonly Hook[]): Step[] {
  return hooks.flatMap(runHook);
}

function runHook(hook: Hook, index: number): Step[] {
  const { path, args, env = [], timeout } = hook;
  return [
    { call: 'lseek', args: [descriptor.state, 0, 0] },
    {
      fork: { call: 'clone', args: [flags({ SIGCHLD }), 0, 0, 0, 0], as: 'hook', about: path },
      child: [
        { call: 'dup3', args: [descriptor.state, 0, 0] },
        { call: 'execve', args: [path, { strings: args ?? [path] }, { strings: env }], about: `hook ${path}` },
      ],
    },
    ...(timeout === undefined ? [] : limitTime(timeout, index)),
    { call: 'wait4', args: [ref('hook'), { memory: 'hookStatus', bytes: 8 }, 0, 0] },
    { set: 'status', to: { ref: 'hookStatus', bits: { from: 0, width: 16 } } },
    {
      if: { when: ref('status'), is: '!=', than: 0 },
      then: [
        { report: hookReports.status, value: ref('status') },
        { report: hookReports.failed, value: index },
        { exit: 1 },
      ],
    },
  ];
}

function limitTime(seconds: number, index: number): Step[] {
  const pollfd = { words: [{ ref: 'hookFd', or: BigInt(POLLIN) << 32n }] };
  return [
    { call: 'pidfd_open', args: [ref('hook'), 0], as: 'hookFd' },
    { call: 'ppoll', args: [pollfd, 1, { words: [seconds, 0] }, 0, 8], as: 'ended' },
    { call: 'close', args: [ref('hookFd')] },
    {
      if: { when: ref('ended'), is: '==', than: 0 },
      then: [
        { call: 'kill', args: [ref('hook'), SIGKILL] },
        { call: 'wait4', args: [ref('hook'), 0, 0, 0] },
        { report: hookReports.late, value: index },
        { exit: 1 },
      ],
    },
  ];
}
