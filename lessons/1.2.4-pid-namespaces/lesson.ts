import { defineLesson } from '../define';
import { hydra, politeInit, signals, zombies } from './duties';
import { type Names, pickNames } from './inits';
import { beOne, numbers, ownProc, wellMannered } from './numbers';

export default defineLesson<Names>({
  number: '1.2.4',
  slug: 'pid-namespaces',
  title: 'PID namespaces',
  goal: "Be PID 1 and do its duties; read one process's numbers in each nested namespace.",
  minutes: 40,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // A namespace with something in it that grows again when it is cut off.
      setup: `
        setsid unshare --pid --fork --mount-proc bash /opt/hydra {{life}} < /dev/null &> /dev/null &
        until [ "$(pgrep -cxf 'sleep {{life}}')" = 4 ]; do sleep 0.02; done
      `,
    },
  ],
  diagrams: ['processes', 'namespaces'],
  vars: pickNames,
  tasks: [beOne, ownProc, numbers, zombies, signals, politeInit, hydra, wellMannered],
});
