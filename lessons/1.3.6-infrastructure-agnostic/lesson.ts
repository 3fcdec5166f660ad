import { containerNamed, type LabState, type Process } from '../../engine/state';
import { numbersIn } from '../answers';
import { bundleSetup, plainConfig, plainProcess, rootfsSetup } from '../bundles';
import { at, jsonIn, listAt } from '../containers';
import { defineLesson, type Task } from '../define';
import type { LabHandle } from '../lab';

type Names = { id: string; seconds: string };

const parcel = '/root/parcel';
const own = '/home/learner/own';
const learnerId = 1000;

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

/** The program of a container that an ordinary user has made: process 1 of a pid namespace, in a user namespace. */
function rootless(state: LabState, machine: string, seconds: string): Process | undefined {
  const outer = state.machines[machine]?.namespaces;
  return Object.values(state.processes).find(
    ({ machine: place, args, nsPids, namespaces, uid }) =>
      place === machine &&
      args.join(' ') === `sleep ${seconds}` &&
      nsPids.at(-1) === 1 &&
      uid === learnerId &&
      namespaces.user !== outer?.user,
  );
}

const asUser: Task<Names> = {
  id: 'as-user',
  title:
    'As the user learner, without being root for a moment: make a bundle in ~/own from the root filesystem /opt/rootfs and run it. Its program is sleep {{seconds}}',
  points: 15,
  kind: 'edge',
  check: ({ state }, { seconds }) => rootless(state, 'lab', seconds) !== undefined,
  hints: [
    {
      id: 'as-root',
      when: ({ state }, { seconds }) =>
        Object.values(state.processes).some(({ args, uid }) => args.join(' ') === `sleep ${seconds}` && uid === 0),
      text: () =>
        'It runs, and it is root that runs it. Open a terminal as learner (New terminal, learner@lab) and do it there.',
    },
    {
      id: 'no-user-namespace',
      when: async (lab) => {
        const config = await jsonIn(lab, `${own}/config.json`);
        return config !== undefined && !listAt(config, 'linux', 'namespaces').some((one) => at(one, 'type') === 'user');
      },
      text: () =>
        'This config.json has no user namespace in it, and without one an ordinary user may make none of the others. runc spec --rootless writes one that has, with a map of ids.',
    },
    {
      id: 'where-to-keep',
      when: async (lab) => (await jsonIn(lab, `${own}/config.json`)) !== undefined,
      text: (_, { seconds }) =>
        `The bundle is there. Set process.terminal to false and process.args to ["sleep", "${seconds}"]. A learner may not write to /run/runc: tell the runtime where to keep its notes, runc --root ~/notes run -d -b ~/own NAME.`,
    },
    {
      id: 'as-learner',
      text: () =>
        'In a terminal of learner: mkdir ~/own; cp -a /opt/rootfs ~/own/rootfs; cd ~/own; runc spec --rootless. Then change what it is to execute.',
    },
  ],
  solutions: [
    {
      title: 'spec --rootless',
      steps: [
        { terminal: 'user', user: 'learner' },
        'mkdir ~/own; cp -r /opt/rootfs ~/own/rootfs; cd ~/own; runc spec --rootless',
        'jq \'.process.terminal = false | .process.args = ["sleep", "{{seconds}}"]\' config.json > new; mv new config.json',
        'runc --root ~/notes run -d mine; cd',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A configuration for root',
      steps: [{ terminal: 'user', user: 'learner' }, 'mkdir ~/own; cd ~/own; cp -r /opt/rootfs rootfs; runc spec; cd'],
      hint: 'no-user-namespace',
    },
    {
      title: 'root does it',
      steps: [
        'mkdir /tmp/own; cd /tmp/own; cp -r /opt/rootfs rootfs; runc spec',
        'jq \'.process.terminal = false | .process.args = ["sleep", "{{seconds}}"]\' config.json > new; mv new config.json; runc run -d mine; cd',
      ],
      hint: 'as-root',
    },
  ],
};

const twoNumbers: Task<Names> = {
  id: 'two-numbers',
  title:
    'As which user does that sleep run? Write two numbers to ~learner/ids: as it sees itself, and as the Machine sees it',
  needs: ['as-user'],
  points: 5,
  check: async (lab) => (await numbersIn(lab, '/home/learner/ids'))?.join(' ') === `0 ${learnerId}`,
  hints: [
    {
      id: 'swapped',
      when: async (lab) => (await numbersIn(lab, '/home/learner/ids'))?.join(' ') === `${learnerId} 0`,
      text: () => 'Both numbers are right, and stand the wrong way round: its own view comes first.',
    },
    {
      id: 'ask-both',
      text: () =>
        'Ask inside: runc --root ~/notes exec mine id -u. Ask outside: ps -eo uid,args | grep sleep. The line between the two is /proc/PID/uid_map.',
    },
  ],
  solutions: [
    {
      title: 'Asked',
      steps: [
        { terminal: 'user', user: 'learner' },
        'ps -eo uid,args | grep "[s]leep {{seconds}}"',
        'echo 0 1000 > ~/ids',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The outer first',
      steps: [{ terminal: 'user', user: 'learner' }, 'echo 1000 0 > ~/ids'],
      hint: 'swapped',
    },
    {
      title: 'The same twice',
      steps: [{ terminal: 'user', user: 'learner' }, 'echo 1000 1000 > ~/ids'],
      hint: 'ask-both',
    },
  ],
};

const farAway: Task<Names> = {
  id: 'far-away',
  title: 'Challenge: the rootless container runs on far, too: made by learner there from the bundle you made here',
  needs: ['as-user', 'carry'],
  points: 20,
  challenge: true,
  check: ({ state }, { seconds }) => rootless(state, 'far', seconds) !== undefined,
  hints: [
    {
      id: 'root-over-there',
      when: ({ state }, { seconds }) =>
        Object.values(state.processes).some(
          ({ machine, args, uid }) => machine === 'far' && args.join(' ') === `sleep ${seconds}` && uid === 0,
        ),
      text: () => 'It runs on far, as root. It was made for a user: let learner run it there.',
    },
    {
      id: 'not-there',
      when: async (lab) => (await lab.files('far').text(`${own}/config.json`)) === null,
      text: () =>
        'far has no /home/learner/own yet. You know the way from ~/parcel: an archive, a server, curl. Unpack it as learner, so that it belongs to learner.',
    },
    {
      id: 'run-there',
      text: () => 'The bundle has arrived. In a terminal of learner on far: runc --root ~/notes run -d -b ~/own mine.',
    },
  ],
  solutions: [
    {
      title: 'The same way again',
      steps: [
        'tar -cf /srv/own.tar -C /home/learner own',
        { terminal: 'guest', machine: 'far', user: 'learner' },
        'curl -s http://10.6.0.1:8000/own.tar | tar -x -C ~',
        'runc --root ~/notes run -d -b ~/own mine',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Unpacked and not run',
      steps: [
        'tar -cf /srv/own.tar -C /home/learner own',
        { terminal: 'guest', machine: 'far', user: 'learner' },
        'curl -s http://10.6.0.1:8000/own.tar | tar -x -C ~',
      ],
      hint: 'run-there',
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
