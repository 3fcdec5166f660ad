import { defineLesson } from '../define';
import { ownMap, range } from './maps';
import { rename, verdict } from './powers';
import { rootlessContainer, rootlessOverlay } from './rootless';
import { type Names, pickNames } from './users';

export default defineLesson<Names>({
  number: '1.2.6',
  slug: 'user-namespaces',
  title: 'User namespaces',
  goal: 'Be root without being root; read and write uid maps; say which capability counts where.',
  minutes: 50,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // Parts of the Machine's /proc are masked, and the kernel gives a user namespace no fresh proc unless a whole one is
      // mounted somewhere in its sight (mount_too_revealing in fs/namespace.c). This one is for that, and for nothing else.
      setup: `
        mkdir -m 700 -p /run/whole
        mkdir /run/whole/proc
        mount -t proc proc /run/whole/proc
        cd /home/learner
        mkdir lower upper work merged
        for fruit in apple pear plum {{doomed}}; do echo "one $fruit" > lower/$fruit; done
        chown -R learner:learner lower upper work merged
      `,
    },
  ],
  terminals: [{ machine: 'lab', user: 'learner' }],
  diagrams: ['users', 'namespaces'],
  vars: pickNames,
  tasks: [ownMap, verdict, rename, range, rootlessOverlay, rootlessContainer],
});
