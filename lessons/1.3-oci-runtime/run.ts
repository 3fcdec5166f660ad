/** Tasks on the delivered container: run it, look into it, run it twice, end it. */
import { containerProcess, type LabState } from '../../engine/state';
import { answerIn, lettersIn, numbersIn } from '../answers';
import { runningContainers } from '../containers';
import type { Task } from '../define';
import { container, isRunning, type Names, parcel } from './names';

export const run: Task<Names> = {
  id: 'run',
  title: 'Run the bundle as a container called {{id}}, in the background',
  needs: ['unpack'],
  points: 10,
  kind: 'edge',
  check: ({ state }, { id }) => isRunning(container(state, id), parcel),
  hints: [
    {
      id: 'only-created',
      when: ({ state }, { id }) => container(state, id)?.status === 'created',
      text: (_, { id }) =>
        `${id} is created: everything is prepared, and its program waits at the door. runc start ${id} lets it in; runc run does both at once.`,
    },
    {
      id: 'other-name',
      when: ({ state }) => runningContainers(state, parcel).length > 0,
      text: ({ state }, { id }) =>
        `A container of this bundle runs under the name ${runningContainers(state, parcel)[0]?.container.id}. The name is the last word of the command; it should be ${id}.`,
    },
    {
      id: 'where-is-the-bundle',
      text: (_, { id }) =>
        `runc run -d -b parcel ${id}. Without -b the bundle is the directory you stand in, and where that has no config.json, runc says so.`,
    },
  ],
  solutions: [
    { title: 'From home', steps: ['runc run -d -b ~/parcel {{id}}'] },
    { title: 'From inside the bundle', steps: ['cd ~/parcel; runc run -d {{id}}; cd ~'] },
    { title: 'In two steps', steps: ['runc create -b ~/parcel {{id}}', 'runc start {{id}}'] },
  ],
  pitfalls: [
    { title: 'Created, and not started', steps: ['runc create -b ~/parcel {{id}}'], hint: 'only-created' },
    { title: 'Under another name', steps: ['runc run -d -b ~/parcel parcel'], hint: 'other-name' },
  ],
};

const note = `${parcel}/rootfs/note`;

export const inside: Task<Names> = {
  id: 'inside',
  title: 'Let the container itself write its host name into /note, in its own root filesystem',
  needs: ['run'],
  points: 10,
  check: async (lab, { host }) => (await answerIn(lab, note)) === host,
  hints: [
    {
      id: 'outside-name',
      when: async (lab) => (await answerIn(lab, note)) === 'lab',
      text: () =>
        'The note says lab: that hostname was executed out here, and asked the UTS namespace of the Machine. It has to be executed inside: runc exec, with a shell for the redirection.',
    },
    {
      id: 'redirected-outside',
      when: async (lab, { host }) =>
        (await answerIn(lab, '/root/note')) === host || (await answerIn(lab, '/note')) === host,
      text: (_, { id }) =>
        `The name is right, and the file is in the Machine: it is your shell that carries out a > in your line. Let a shell in there do it: runc exec ${id} sh -c 'hostname > /note'.`,
    },
    {
      id: 'exec',
      text: (_, { id }) =>
        `runc exec ${id} COMMAND starts one more process in the namespaces of the container. runc exec ${id} hostname shows the name; now it should end up in a file there.`,
    },
  ],
  solutions: [
    { title: 'A shell in the container', steps: ["runc exec {{id}} sh -c 'hostname > /note'", 'ls -l parcel/rootfs'] },
    {
      title: 'By its namespaces',
      steps: ["nsenter -m -u -t $(runc state {{id}} | jq .pid) sh -c 'hostname > /note'"],
    },
  ],
  pitfalls: [
    { title: 'Written from outside', steps: ['hostname > parcel/rootfs/note'], hint: 'outside-name' },
    { title: 'The wrong shell redirects', steps: ['runc exec {{id}} hostname > note'], hint: 'redirected-outside' },
  ],
};

function numbersOf(state: LabState, id: string): number[] {
  const one = container(state, id);
  const process = one && containerProcess(state, one);
  return process ? [process.nsPids[0] ?? 0, process.nsPids.at(-1) ?? 0] : [];
}

export const numbers: Task<Names> = {
  id: 'numbers',
  title:
    "Write two numbers of {{id}}'s process into ~/numbers: the one it has in the Machine, and the one it has in the container",
  needs: ['run'],
  points: 5,
  kind: 'edge',
  async check(lab, { id }) {
    const written = await numbersIn(lab, '/root/numbers');
    return written !== null && written.join(' ') === numbersOf(lab.state, id).join(' ');
  },
  hints: [
    {
      id: 'reversed',
      when: async (lab, { id }) =>
        (await numbersIn(lab, '/root/numbers'))?.toReversed().join(' ') === numbersOf(lab.state, id).join(' '),
      text: () => "Those are the two, the wrong way round: the Machine's first.",
    },
    {
      id: 'state',
      text: (_, { id }) =>
        `runc state ${id} prints what is known of the container, its pid in the Machine among it. The other number you know from the section on pid namespaces; grep NSpid /proc/PID/status shows both.`,
    },
  ],
  solutions: [
    { title: 'By its state', steps: ['(runc state {{id}} | jq .pid; echo 1) > ~/numbers'] },
    {
      title: 'As the kernel lists them',
      steps: ["awk '/NSpid/ { print $2, $3 }' /proc/$(runc list -f json | jq .[].pid)/status > ~/numbers"],
    },
  ],
  pitfalls: [{ title: 'Reversed', steps: ['(echo 1; runc state {{id}} | jq .pid) > ~/numbers'], hint: 'reversed' }],
};

export const twin: Task<Names> = {
  id: 'twin',
  title:
    'While {{id}} runs, start a second container, {{twin}}, from the same bundle, and write the letters of what the two share into ~/shared',
  needs: ['run'],
  points: 10,
  kind: 'edge',
  check: async (lab, names) =>
    isRunning(container(lab.state, names.id), parcel) &&
    isRunning(container(lab.state, names.twin), parcel) &&
    (await lettersIn(lab, '/root/shared')) === 'a',
  hints: [
    {
      id: 'one-is-missing',
      when: ({ state }, names) => ![names.id, names.twin].every((id) => isRunning(container(state, id), parcel)),
      text: ({ state }, names) =>
        `Two containers should run at the same time: ${[names.id, names.twin].filter((id) => !isRunning(container(state, id), parcel)).join(' and ')} does not. One bundle, two names.`,
    },
    {
      id: 'namespaces-are-new',
      when: async (lab) => /[bcd]/.test((await lettersIn(lab, '/root/shared')) ?? ''),
      text: () =>
        'The bundle lists five namespaces without a path: new ones, made anew each time it is run. lsns shows two of each. What is left that there is only one of?',
    },
    {
      id: 'one-directory',
      text: () =>
        'Compare: write a file in one and look for it in the other; count processes in both with ps. The letters go into ~/shared.',
    },
  ],
  solutions: [{ title: 'One directory', steps: ['runc run -d -b ~/parcel {{twin}}', 'echo a > ~/shared'] }],
  pitfalls: [
    {
      title: 'The same bundle, the same name',
      steps: ['runc run -d -b ~/parcel {{twin}}', 'echo ad > ~/shared'],
      hint: 'namespaces-are-new',
    },
    { title: 'A name in use', steps: ['runc run -d -b ~/parcel {{id}}', 'echo a > ~/shared'], hint: 'one-is-missing' },
  ],
};

export const tidy: Task<Names> = {
  id: 'tidy',
  title: 'End {{id}}, and leave nothing of it behind but the bundle',
  needs: ['run'],
  points: 10,
  kind: 'edge',
  check: async (lab, { id }) =>
    container(lab.state, id) === undefined && (await lab.files().stat(`${parcel}/config.json`)) !== null,
  hints: [
    {
      id: 'stopped',
      when: ({ state }, { id }) => container(state, id)?.status === 'stopped',
      text: (_, { id }) =>
        `Its process has ended, and ${id} is stopped. The runtime still keeps its name, its state and its cgroup: runc delete ${id}.`,
    },
    {
      id: 'still-running',
      when: ({ state }, { id }) => container(state, id) !== undefined,
      text: (_, { id }) =>
        `${id} still runs, and what runs cannot be deleted. runc kill ${id} sends SIGTERM, which this program has a handler for; then runc delete ${id}.`,
    },
    { id: 'bundle-too', text: () => 'The bundle should stay: unpack parcel.tar into ~/parcel again.' },
  ],
  solutions: [
    { title: 'Politely', steps: ['runc kill {{id}}', 'until runc delete {{id}}; do sleep 0.1; done'] },
    { title: 'In one go', steps: ['runc delete -f {{id}}'] },
  ],
  pitfalls: [
    { title: 'Killed only', steps: ['runc kill {{id}}'], hint: 'stopped' },
    { title: 'Deleted while it runs', steps: ['runc delete {{id}}'], hint: 'still-running' },
  ],
};
