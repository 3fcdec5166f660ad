/** Tasks on hooks: their order, what they are told, and a network by one of them. */
import { addressesOf, containerProcess, deviceNamed, type LabState, machineNamespace } from '../../engine/state';
import { answerIn } from '../answers';
import { at, listAt } from '../containers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { configOf, configure, job, type Names } from './job';

const points = ['createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'];

/** The first words of the lines in the log. */
async function noted(lab: LabHandle): Promise<string[]> {
  const text = await answerIn(lab, `${job}/log/order`);
  return text?.split('\n').map((line) => line.split(' ')[0] ?? '') ?? [];
}

/** True when the last whole life that was noted went through every point, in order. */
function endsInOrder(names: string[]): boolean {
  return names.slice(-points.length).join(' ') === points.join(' ');
}

async function pointsWithoutHook(lab: LabHandle): Promise<string[]> {
  const config = await configOf(lab, job);
  return points.filter((point) => listAt(config, 'hooks', point).length === 0);
}

const everyPoint = (args: string) =>
  `.hooks = ([(${points.map((point) => `"${point}"`).join(', ')}) | { (.): [{ path: "/opt/note", args: ${args} }] }] | add)`;

export const order: Task<Names> = {
  id: 'order',
  title:
    'Give ~/job a hook at each of the five points, /opt/note with the name of its point, and take a container through its whole life, so that ~/job/log/order shows the order',
  points: 15,
  kind: 'edge',
  check: async (lab) => (await pointsWithoutHook(lab)).length === 0 && endsInOrder(await noted(lab)),
  hints: [
    {
      id: 'point-without-hook',
      when: async (lab) => (await pointsWithoutHook(lab)).length > 0,
      text: async (lab) =>
        `There is no hook at ${(await pointsWithoutHook(lab)).join(', ')}. hooks is an object with a list for each point; an entry has a path, and args.`,
    },
    {
      id: 'first-word',
      when: async (lab) => (await noted(lab)).some((name) => !points.includes(name)),
      text: () =>
        'The notes have no names: as everywhere in Unix, the first entry of args is what the program is called, and only the second is its first argument. ["note", "createRuntime"]. Remove the log and try again.',
    },
    {
      id: 'life-not-over',
      when: async (lab) => (await noted(lab)).length > 0,
      text: async (lab) =>
        `Noted so far: ${(await noted(lab)).join(', ')}. A whole life is create, start, the end of the program and delete; a hook is called at each of them.`,
    },
    {
      id: 'no-notes',
      text: () =>
        'The configuration is complete, and nobody has called anything yet: run a container of it, end it and delete it.',
    },
  ],
  solutions: [
    {
      title: 'Run, and deleted by force',
      steps: [configure(everyPoint('["note", .]')), 'runc run -d -b ~/job h', 'runc delete -f h'],
    },
    {
      title: 'A program that ends by itself',
      steps: [configure(`${everyPoint('["note", .]')} | .process.args = ["echo", "done"]`), 'runc run -b ~/job h'],
    },
  ],
  pitfalls: [
    {
      title: 'The point as the name of the program',
      steps: [configure(everyPoint('[.]')), 'runc run -d -b ~/job h', 'runc delete -f h'],
      hint: 'first-word',
    },
    {
      title: 'Never deleted',
      steps: [configure(everyPoint('["note", .]')), 'runc run -d -b ~/job h', 'runc kill h KILL'],
      hint: 'life-not-over',
    },
  ],
};

const told = 'creating creating created running stopped';

async function guessed(lab: LabHandle): Promise<string[]> {
  return (await answerIn(lab, '/root/statuses'))?.split(/\s+/) ?? [];
}

export const statuses: Task<Names> = {
  id: 'statuses',
  title: 'Write the status that the hook is told at each of the five points, in their order, into ~/statuses',
  needs: ['order'],
  points: 5,
  check: async (lab) => (await guessed(lab)).join(' ') === told,
  hints: [
    {
      id: 'not-yet-created',
      when: async (lab) => (await guessed(lab))[0] === 'created' || (await guessed(lab))[1] === 'created',
      text: () =>
        'While create is at work, the container is not created: both hooks of that command see it on the way. There is a state for that, which runc list hardly ever shows.',
    },
    {
      id: 'not-yet-running',
      when: async (lab) => (await guessed(lab))[2] === 'running',
      text: () =>
        'At startContainer the program has not been executed: the hook is called before it, in its place. What is the state then?',
    },
    { id: 'second-column', text: () => 'The second word of each line in ~/job/log/order. Five words into one file.' },
  ],
  solutions: [{ title: 'The second column', steps: ["tail -n 5 job/log/order | cut -d ' ' -f 2 > ~/statuses"] }],
  pitfalls: [
    {
      title: 'Created at once',
      steps: ['echo created created created running stopped > ~/statuses'],
      hint: 'not-yet-created',
    },
    {
      title: 'Running at once',
      steps: ['echo creating creating running running stopped > ~/statuses'],
      hint: 'not-yet-running',
    },
  ],
};

/** eth0 of the container wired; undefined while there is none. */
function wire(state: LabState) {
  const container = state.containers['lab/wired'];
  const net = container && containerProcess(state, container)?.namespaces.net;
  if (container?.status !== 'running' || net === undefined) return undefined;
  return { container, net, device: deviceNamed(state, net, 'eth0') };
}

/** Hooks of the container's bundle, without those that only note. */
async function ownHooks(lab: LabHandle): Promise<unknown[]> {
  const bundle = wire(lab.state)?.container.bundle ?? job;
  const config = await configOf(lab, bundle);
  return ['prestart', ...points]
    .flatMap((point) => listAt(config, 'hooks', point))
    .filter((hook) => at(hook, 'path') !== '/opt/note');
}

function hasAddress(state: LabState, address: string): boolean {
  const device = wire(state)?.device;
  return device !== undefined && addressesOf(state, device).some((cidr) => cidr.startsWith(`${address}/`));
}

const script = (lines: string[]) =>
  `printf '%s\\n' '#!/bin/bash' ${lines.map((line) => `'${line}'`).join(' ')} > wire; chmod +x wire`;
const lay = 'ip link add w0 type veth peer name eth0 netns $pid; ip link set w0 up';
const inside = 'nsenter -n -t $pid bash -c "ip addr add {{address}}/24 dev eth0; ip link set eth0 up"';
const atCreateRuntime = configure('.hooks.createRuntime += [{ path: "/root/wire" }]');

export const wired: Task<Names> = {
  id: 'wired',
  title:
    'Challenge: write a hook that gives a container its cable. When wired is created, it finds a device eth0, up, with the address {{address}}, whose other end is in the Machine',
  points: 25,
  challenge: true,
  async check(lab, { address }) {
    const { state } = lab;
    const found = wire(state);
    return (
      found?.device?.kind === 'veth' &&
      found.device.up &&
      found.device.link?.ns === machineNamespace(state, 'lab', 'net') &&
      hasAddress(state, address) &&
      (await ownHooks(lab)).length > 0
    );
  },
  hints: [
    {
      id: 'no-hook',
      when: async (lab) => (await ownHooks(lab)).length === 0,
      text: () =>
        'The configuration calls no hook of yours. A container that was furnished by hand is bare again the next time. At which point do the namespaces exist, while the hook is still outside of them and may touch both ends?',
    },
    {
      id: 'not-born',
      when: ({ state }) => wire(state) === undefined,
      text: () =>
        'wired is not running. A hook at createRuntime that ends with anything but 0 ends the birth, and runc says what it has said. It needs to be executable, and its path to be absolute.',
    },
    {
      id: 'no-cable',
      when: ({ state }) => wire(state)?.device === undefined,
      text: () =>
        'There is no eth0 in its network namespace. The hook gets the state as JSON on its standard input, with the pid in it: ip link add w0 type veth peer name eth0 netns PID.',
    },
    {
      id: 'no-address',
      when: ({ state }, { address }) => !hasAddress(state, address),
      text: (_, { address }) =>
        `The cable is there, without the address ${address}. What is inside has to be set from inside: nsenter -n -t PID ip addr add ...`,
    },
    {
      id: 'down',
      when: ({ state }) => wire(state)?.device?.up === false,
      text: () =>
        'eth0 has its address, and is down. A device that changes its namespace is set down; raise it in there.',
    },
    {
      id: 'no-veth',
      text: () => 'eth0 has to be one end of a veth pair whose other end is in the network namespace of the Machine.',
    },
  ],
  solutions: [
    {
      title: 'A script that reads the pid',
      steps: [`cd ~; ${script(['pid=$(jq .pid)', lay, inside])}`, `${atCreateRuntime}; runc run -d -b ~/job wired`],
    },
    {
      title: 'Made in the Machine, moved, and named in there',
      steps: [
        `cd ~; ${script(['pid=$(jq .pid)', 'ip link add w0 type veth peer name w1; ip link set w0 up; ip link set w1 netns $pid name eth0', inside])}`,
        `${atCreateRuntime}; runc run -d -b ~/job wired`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'By hand, and afterwards',
      steps: [`runc run -d -b ~/job wired; pid=$(runc state wired | jq .pid); ${lay}; ${inside}`],
      hint: 'no-hook',
    },
    {
      title: 'Never raised',
      steps: [
        `cd ~; ${script(['pid=$(jq .pid)', lay, 'nsenter -n -t $pid ip addr add {{address}}/24 dev eth0'])}`,
        `${atCreateRuntime}; runc run -d -b ~/job wired`,
      ],
      hint: 'down',
    },
    {
      title: 'Not executable',
      steps: [
        `cd ~; ${script(['pid=$(jq .pid)', lay, inside])}; chmod -x wire`,
        `${atCreateRuntime}; runc run -d -b ~/job wired`,
      ],
      hint: 'not-born',
    },
  ],
};
