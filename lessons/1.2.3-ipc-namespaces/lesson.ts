import { defineLesson } from '../define';
import { isolated, kept, sameKey } from './isolation';
import { type Names, pickNames } from './objects';
import { pod, queue } from './queues';
import { leftover, segment } from './segments';

export default defineLesson<Names>({
  number: '1.2.3',
  slug: 'ipc-namespaces',
  title: 'IPC namespaces',
  goal: 'Isolate shared memory, semaphores and queues.',
  minutes: 40,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // A running program attached to one segment, and a second segment it has forgotten.
      setup: `
        chmod +x /usr/local/bin/cashier /usr/local/bin/mqsend
        setsid cashier {{usedKey}} {{leftKey}} < /dev/null &> /dev/null &
        until ipcs -m | grep -q 'root *600 *65536 *1 '; do sleep 0.02; done
      `,
    },
  ],
  diagrams: ['ipc', 'namespaces'],
  vars: pickNames,
  tasks: [segment, leftover, isolated, sameKey, kept, queue, pod],
});
