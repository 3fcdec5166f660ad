/** Tasks on containers without root, here and on the other Machine. */
import type { LabState, Process } from '../../engine/state';
import { numbersIn } from '../answers';
import { at, jsonIn, listAt } from '../containers';
import type { Task } from '../define';
import type { Names } from './names';

const own = '/home/learner/own';
const learnerId = 1000;

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

export const asUser: Task<Names> = {
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

export const twoNumbers: Task<Names> = {
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

export const farAway: Task<Names> = {
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
