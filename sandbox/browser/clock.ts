import type { Clock } from '../lab/clock';

/** Time in a browser's page or worker. */
export function browserClock(): Clock {
  const due: Array<() => void> = [];
  // A message arrives sooner than any timer: browsers hold those back to 4 ms.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => due.shift()?.();
  return {
    now: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return { dispose: () => clearTimeout(timer) };
    },
    soon(run) {
      due.push(run);
      port2.postMessage(null);
    },
  };
}
