import { defineLesson } from '../define';
import { cabin } from './cabin';
import { livingTasks } from './live';
import { lookingTasks } from './look';
import { type Names, pickNames } from './names';

const { ownNumber, findLodger, diagnose } = lookingTasks;
const { apart, enter, allEight, predictLife, pin } = livingTasks;

export default defineLesson<Names>({
  number: '1.2',
  slug: 'namespaces',
  title: 'Linux namespaces',
  goal: 'List, enter, pin and tell apart all eight kinds of namespace.',
  minutes: 40,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // The link gives the process its name: a program is called what its file is called.
      setup: [
        "cat > /root/symptoms <<'END'",
        '{{symptoms}}',
        'END',
        'ln -sf /usr/bin/sleep /usr/local/bin/lodger',
        'setsid -f unshare --{{firstFlag}} --{{secondFlag}} /usr/local/bin/lodger infinity < /dev/null > /dev/null 2>&1',
      ].join('\n'),
    },
  ],
  diagrams: ['namespaces', 'processes'],
  vars: pickNames,
  tasks: [ownNumber, findLodger, diagnose, apart, enter, allEight, predictLife, pin, cabin],
});
