/** Tasks on the operations: create, start, kill, delete, and the states they lead to. */
import { lettersIn } from '../answers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { job, type Names, theContainer } from './job';

/** `runc run` leads through the same state, and on at once. */
function isBeingRun(state: LabHandle['state'], { id }: Names): boolean {
  const lines = Object.values(state.processes).map(({ args }) => args.join(' '));
  return lines.some((line) => /\brunc run\b/.test(line) && line.includes(id));
}

export const create: Task<Names> = {
  id: 'create',
  title: 'Create a container {{id}} from ~/job, and do not start it',
  points: 5,
  kind: 'edge',
  check({ state }, names) {
    const one = theContainer(state, names);
    return one?.status === 'created' && one.bundle === job && !isBeingRun(state, names);
  },
  hints: [
    {
      id: 'already-running',
      when: ({ state }, names) => theContainer(state, names)?.status === 'running',
      text: (_, { id }) =>
        `${id} runs already: runc run is create and start in one breath. runc delete -f ${id}, and then only the first half: runc create.`,
    },
    {
      id: 'first-half',
      text: (_, { id }) => `runc create -b ~/job ${id}. Then ask: runc state ${id}.`,
    },
  ],
  solutions: [
    { title: 'From home', steps: ['runc create -b ~/job {{id}}'] },
    { title: 'From the bundle', steps: ['cd ~/job; runc create {{id}}; cd ~'] },
  ],
  pitfalls: [{ title: 'Run at once', steps: ['runc run -d -b ~/job {{id}}'], hint: 'already-running' }],
};

export const plan: Task<Names> = {
  id: 'plan',
  title: 'Which of the five have been done for a container that is created? Write the letters to ~/prepared',
  needs: ['create'],
  points: 10,
  check: async (lab) => (await lettersIn(lab, '/root/prepared')) === 'abcd',
  hints: [
    {
      id: 'not-the-program',
      when: async (lab) => (await lettersIn(lab, '/root/prepared'))?.includes('e') ?? false,
      text: (_, { id }) =>
        `execve comes after the read that waits for the start. Until then the process of ${id} is the runtime's own little program: look at its command line in /proc.`,
    },
    {
      id: 'further-down',
      when: async (lab) => (await lettersIn(lab, '/root/prepared')) !== null,
      text: () =>
        'Find the line with $start in it that says read: there it waits. Everything above it, as deep as it is indented, has happened. underlay-oci plan ~/job | grep -n -e hostname -e proc -e pivot -e capset -e execve -e "read(.start"',
    },
    {
      id: 'read-the-plan',
      text: () => 'underlay-oci plan ~/job | less, and look for what the letters name. Then echo LETTERS > ~/prepared.',
    },
  ],
  solutions: [
    {
      title: 'All but the program',
      steps: [
        'underlay-oci plan ~/job | grep -e sethostname -e pivot_root -e capset -e execve -e "the start"',
        'echo abcd > ~/prepared',
      ],
    },
  ],
  pitfalls: [
    { title: 'The program as well', steps: ['echo abcde > ~/prepared'], hint: 'not-the-program' },
    { title: 'Only what is outside', steps: ['echo ab > ~/prepared'], hint: 'further-down' },
  ],
};

export const start: Task<Names> = {
  id: 'start',
  title: 'Start {{id}}',
  needs: ['create'],
  points: 5,
  kind: 'edge',
  check: ({ state }, names) => theContainer(state, names)?.status === 'running',
  hints: [
    {
      id: 'ended',
      when: ({ state }, names) => theContainer(state, names)?.status === 'stopped',
      text: (_, { id }) => `${id} was ended before it had begun. runc delete ${id}, create it again, and start it.`,
    },
    {
      id: 'one-word',
      text: (_, { id }) => `runc start ${id}. It takes no bundle: the runtime knows that since create.`,
    },
  ],
  solutions: [{ title: 'runc start', steps: ['runc start {{id}}'] }],
  pitfalls: [{ title: 'Ended instead', steps: ['runc kill {{id}} KILL'], hint: 'ended' }],
};

export const refused: Task<Names> = {
  id: 'refused',
  title: '{{id}} runs. Which of the four does the runtime refuse? Write the letters to ~/refused',
  needs: ['start'],
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/refused')) === 'acd',
  hints: [
    {
      id: 'kill-is-for-the-living',
      when: async (lab) => (await lettersIn(lab, '/root/refused'))?.includes('b') ?? false,
      text: () =>
        'A signal to a running program is what kill is for. It is refused when there is nobody to get it: in the state stopped.',
    },
    {
      id: 'missing-one',
      when: async (lab) => (await lettersIn(lab, '/root/refused')) !== null,
      text: (_, { id }) =>
        `Not all of them. Try each; what is refused changes nothing. The name ${id} is taken as long as the container exists, in whatever state.`,
    },
    {
      id: 'try',
      text: () =>
        'Try them one by one: a refusal says in which state the container is and in which it would have to be.',
    },
  ],
  solutions: [
    {
      title: 'All but kill',
      steps: ['runc start {{id}}', 'echo acd > ~/refused'],
    },
  ],
  pitfalls: [
    { title: 'Names may be used twice', steps: ['echo ac > ~/refused'], hint: 'missing-one' },
    { title: 'Everything', steps: ['echo abcd > ~/refused'], hint: 'kill-is-for-the-living' },
  ],
};

export const stop: Task<Names> = {
  id: 'stop',
  title: 'Bring {{id}} into the state stopped',
  needs: ['start'],
  points: 10,
  kind: 'edge',
  check: ({ state }, names) => theContainer(state, names)?.status === 'stopped',
  hints: [
    {
      id: 'all-gone',
      when: ({ state }, names) => theContainer(state, names) === undefined,
      text: (_, { id }) =>
        `${id} does not exist any more: delete -f goes through stopped too fast to be seen. Create and start it again, and send it a signal.`,
    },
    {
      id: 'deaf',
      when: ({ state }, names) => theContainer(state, names)?.status === 'running',
      text: (_, { id }) =>
        `${id} still runs. If you have sent it SIGTERM: its program is a plain sleep, it is number 1 of its pid namespace, and for a number 1 a signal without a handler does not exist. There is one that no process can refuse.`,
    },
    { id: 'signal', text: (_, { id }) => `runc kill ${id} SIGNAL, while it runs.` },
  ],
  solutions: [
    { title: 'The signal that always works', steps: ['runc kill {{id}} KILL'] },
    { title: 'From the Machine', steps: ['kill -9 $(runc state {{id}} | jq .pid)'] },
  ],
  pitfalls: [{ title: 'SIGTERM', steps: ['runc kill {{id}}'], hint: 'deaf' }],
};

/** Asked for by path: on a machine with cgroups of version 1 it is a directory in each hierarchy. */
async function hasCgroup(lab: LabHandle, { id }: Names): Promise<boolean> {
  const found = ['/sys/fs/cgroup', '/sys/fs/cgroup/pids'].map((place) => lab.files().stat(`${place}/${id}`));
  return (await Promise.all(found)).some((stat) => stat !== null);
}

export const remove: Task<Names> = {
  id: 'delete',
  title: 'Delete {{id}}, so that neither its record nor its cgroup is left',
  needs: ['stop'],
  points: 5,
  kind: 'edge',
  check: async (lab, names) => theContainer(lab.state, names) === undefined && !(await hasCgroup(lab, names)),
  hints: [
    {
      id: 'cgroup-left',
      when: ({ state }, names) => theContainer(state, names) === undefined,
      text: (_, { id }) =>
        `The record is gone, and the cgroup /${id} is still there. Whoever removes files by hand has to know all of them: remove the directories ${id} under /sys/fs/cgroup with rmdir.`,
    },
    { id: 'runc-delete', text: (_, { id }) => `runc delete ${id} removes whatever runc create has made.` },
  ],
  solutions: [{ title: 'runc delete', steps: ['runc delete {{id}}'] }],
  pitfalls: [{ title: 'The record by hand', steps: ['rm -r /run/runc/{{id}}'], hint: 'cgroup-left' }],
};
