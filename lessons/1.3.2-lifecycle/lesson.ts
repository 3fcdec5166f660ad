import { bundleSetup, plainConfig, plainProcess } from '../bundles';
import { defineLesson } from '../define';
import { order, statuses, wired } from './hooks';
import { type Names, pickNames } from './job';
import { create, plan, refused, remove, start, stop } from './verbs';

const config = plainConfig(plainProcess('sleep', '100000'));

export default defineLesson<Names>({
  number: '1.3.2',
  slug: 'lifecycle',
  title: 'Standard operations and the lifecycle',
  goal: 'Drive create, start, kill, delete and hooks; know each state.',
  minutes: 40,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // The hook lies in the Machine and in the root filesystem, and what it writes can be reached from both.
      setup: `
        ${bundleSetup('/root/job', {
          ...config,
          hostname: '{{host}}',
          mounts: [...config.mounts, { destination: '/log', source: '/root/job/log', options: ['bind'] }],
        })}
        mkdir /root/job/log /root/job/rootfs/opt
        cp /opt/note /root/job/rootfs/opt/
        ln -s busybox /root/job/rootfs/bin/cut
      `,
    },
  ],
  diagrams: ['containers', 'processes', 'namespaces', 'network'],
  vars: pickNames,
  tasks: [create, plan, start, refused, stop, remove, order, statuses, wired],
});
