import { containerNamed, type LabState } from '../../engine/state';
import { bundleSetup, plainConfig, plainProcess, rootfsSetup } from '../bundles';
import { defineLesson, type Task } from '../define';
import type { LabHandle } from '../lab';
import type { Names } from './names';
import { asUser, farAway, twoNumbers } from './rootless';

const parcel = '/root/parcel';

function isRunning(state: LabState, machine: string, id: string): boolean {
  return containerNamed(state, machine, id)?.status === 'running';
}

const here: Task<Names> = {
  id: 'here',
  title: 'Run ~/parcel on lab as the container {{id}}, in the background',
  points: 5,
  kind: 'edge',
  check: ({ state }, { id }) => isRunning(state, 'lab', id) && containerNamed(state, 'lab', id)?.bundle === parcel,
  hints: [{ id: 'run-it', text: (_, { id }) => `runc run -d -b ~/parcel ${id}, in a terminal on lab.` }],
  solutions: [{ title: 'runc run', steps: ['runc run -d -b ~/parcel {{id}}'] }],
  pitfalls: [{ title: 'Created only', steps: ['runc create -b ~/parcel {{id}}'], hint: 'run-it' }],
};

async function isCarried(lab: LabHandle): Promise<boolean> {
  const [left, right] = await Promise.all(['lab', 'far'].map((name) => lab.files(name).text(`${parcel}/config.json`)));
  return left !== null && left === right;
}

const carry: Task<Names> = {
  id: 'carry',
  title: 'Bring the same bundle to the Machine far, to ~/parcel there: its config.json must be equal to the byte',
  points: 10,
  check: async (lab) =>
    (await isCarried(lab)) && (await lab.files('far').stat(`${parcel}/rootfs/bin/busybox`))?.kind === 'file',
  hints: [
    {
      id: 'config-alone',
      when: (lab) => isCarried(lab),
      text: () =>
        'config.json has arrived, without the root filesystem it points to. A bundle is both: pack the whole directory with tar.',
    },
    {
      id: 'altered',
      when: async (lab) => (await lab.files('far').text(`${parcel}/config.json`)) !== null,
      text: () =>
        'There is a config.json on far, but it is another one. Nothing has to be adapted for the other host: that is the point. Carry it over as it is.',
    },
    {
      id: 'over-the-wire',
      text: () =>
        'lab is 10.6.0.1, far is 10.6.0.2. On lab: tar -cf /srv/parcel.tar -C ~ parcel; busybox httpd -p 8000 -h /srv. In a terminal on far: curl -s http://10.6.0.1:8000/parcel.tar | tar -x -C ~.',
    },
  ],
  solutions: [
    {
      title: 'An archive by HTTP',
      steps: [
        'tar -cf /srv/parcel.tar -C ~ parcel; busybox httpd -p 8000 -h /srv',
        { terminal: 'far', machine: 'far' },
        'curl -s http://10.6.0.1:8000/parcel.tar | tar -x -C ~; ls ~/parcel',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Only the configuration',
      steps: [
        'mkdir -p /srv; cp ~/parcel/config.json /srv; busybox httpd -p 8000 -h /srv',
        { terminal: 'far', machine: 'far' },
        'mkdir ~/parcel; curl -s http://10.6.0.1:8000/config.json > ~/parcel/config.json',
      ],
      hint: 'config-alone',
    },
    {
      title: 'Written anew on the other side',
      steps: [{ terminal: 'far', machine: 'far' }, 'mkdir ~/parcel; cd ~/parcel; runc spec; cd'],
      hint: 'altered',
    },
  ],
};

const there: Task<Names> = {
  id: 'there',
  title: 'Run it on far as well, under the same name, while the first one still runs',
  needs: ['here', 'carry'],
  points: 10,
  kind: 'edge',
  check: ({ state }, { id }) => isRunning(state, 'lab', id) && isRunning(state, 'far', id),
  hints: [
    {
      id: 'first-is-gone',
      when: ({ state }, { id }) => !isRunning(state, 'lab', id),
      text: (_, { id }) => `${id} on lab no longer runs. Both at once: a name is taken on one host, not in the world.`,
    },
    { id: 'same-line', text: (_, { id }) => `In a terminal on far: runc run -d -b ~/parcel ${id}. The very line.` },
  ],
  solutions: [
    { title: 'The same line', steps: [{ terminal: 'far', machine: 'far' }, 'runc run -d -b ~/parcel {{id}}'] },
  ],
  pitfalls: [
    {
      title: 'One at a time',
      steps: ['runc delete -f {{id}}', { terminal: 'far', machine: 'far' }, 'runc run -d -b ~/parcel {{id}}'],
      hint: 'first-is-gone',
    },
  ],
};

export default defineLesson<Names>({
  number: '1.3.6',
  slug: 'infrastructure-agnostic',
  title: 'Principle: infrastructure-agnostic',
  goal: 'Run the same bundle on two hosts, rootful and rootless.',
  minutes: 30,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      setup: [
        bundleSetup(parcel, plainConfig(plainProcess('sleep', '100000'))),
        rootfsSetup('/opt/rootfs'),
        'mkdir -p /srv',
      ].join('\n'),
    },
    { name: 'far', hostname: 'far' },
  ],
  links: [
    {
      ends: [
        { machine: 'lab', device: 'cable', addresses: ['10.6.0.1/24'] },
        { machine: 'far', device: 'cable', addresses: ['10.6.0.2/24'] },
      ],
    },
  ],
  diagrams: ['containers', 'users', 'processes', 'network'],
  vars: (pick) => ({
    id: pick.of(['heron', 'stork', 'crane', 'ibis']),
    seconds: String(pick.int(4000, 4999)),
  }),
  tasks: [here, carry, there, asUser, twoNumbers, farAway],
});
