import { bundleSetup, fileSetup, plainConfig, plainProcess } from '../bundles';
import { defineLesson } from '../define';
import { type Names, pickNames } from './box';
import { limits } from './limits';
import { power, program, user } from './process';
import { hidden, mounts, namespaces } from './view';
import { mend, pod } from './whole';

const sound = plainConfig({
  ...plainProcess('sleep', '{{life}}'),
  env: ['PATH=/bin', 'TEA green'],
  cwd: 'srv',
  rlimits: [{ type: 'CORE', soft: 0, hard: 0 }],
});

/** Six mistakes, of kinds that are easily made. */
const faulty = {
  ...sound,
  ociVersion: '1.2',
  mounts: [...sound.mounts, { destination: '/larder', options: ['rbind', 'ro'] }],
  linux: { ...sound.linux, namespaces: ['pid', 'net', 'ipc', 'uts', 'mount'].map((type) => ({ type })) },
};

export default defineLesson<Names>({
  number: '1.3.1',
  slug: 'configuration',
  title: 'Configuration',
  goal: 'Write a config.json that does what was asked.',
  minutes: 40,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      setup: `
        ${bundleSetup('/root/box', plainConfig(plainProcess('sleep', '100000')))}
        mkdir -p /root/box/rootfs/srv/{{place}} /root/box/rootfs/pantry /root/pantry /root/faulty
        echo "butter, and patience" > /root/box/rootfs/etc/{{secret}}
        echo "flour" > /root/pantry/list
        ln -s ../box/rootfs /root/faulty/rootfs
        ${fileSetup('/root/faulty/config.json', faulty)}
      `,
    },
  ],
  diagrams: ['containers', 'namespaces', 'processes', 'mounts'],
  vars: pickNames,
  tasks: [program, user, power, limits, mounts, namespaces, hidden, mend, pod],
});
