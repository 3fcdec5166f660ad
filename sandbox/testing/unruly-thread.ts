/** For tests of the `worker` driver: a thread as every other, but for learners by whose names it does what none should. */
import { parentPort } from 'node:worker_threads';
import '../threads/labs-entry';
import type { ToLabThread } from '../threads/messages';

function misbehave(learner: unknown): void {
  switch (learner) {
    case 'unruly-throws':
      setImmediate(() => {
        throw new Error('a mistake in the thread');
      });
      return;
    case 'unruly-hangs':
      for (;;);
    case 'unruly-hoards-objects': {
      const hoard: object[] = [];
      for (;;) hoard.push({ one: hoard.length, more: [hoard.length] });
    }
    case 'unruly-hoards-bytes': {
      const hoard: Uint8Array[] = [];
      const take = () => {
        hoard.push(new Uint8Array(16 << 20).fill(1));
        if (hoard.length < 40) setTimeout(take, 5);
      };
      return take();
    }
  }
}

parentPort?.on('message', (message: ToLabThread) => {
  if (message.type !== 'connect') return;
  message.port.on('message', (said: unknown) => {
    if (typeof said === 'object' && said !== null && 'learner' in said) misbehave(said.learner);
  });
});
