/** Entering a namespace for the length of one synchronous call (setns(2)). */
import { check, close, nativeFunction, open } from '../syscall';

const setns = nativeFunction('int setns(int fd, int kind)');

/**
 * Runs `action` with this thread in the namespace that `path` leads to, then goes back. `action` must be synchronous:
 * nothing else of this process may run meanwhile. For `uts`, `ipc` and `net`; others cannot be entered by a process
 * with threads. Errors: ENOENT, ESRCH, EPERM.
 */
export function inNamespace<T>(kind: 'uts' | 'ipc' | 'net', path: string, action: () => T): T {
  const away = open(path);
  try {
    const home = open(`/proc/thread-self/ns/${kind}`);
    try {
      check(setns(away, 0), 'setns', path);
      try {
        return action();
      } finally {
        // Going on in a learner's namespace would be worse than ending.
        if (setns(home, 0) < 0) process.abort();
      }
    } finally {
      close(home);
    }
  } finally {
    close(away);
  }
}
