/** Tasks on what a container may use up: resource limits of the process, resources of the cgroup. */
import { at, limitOf, listAt, type Running } from '../containers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { boxes, configOfBox, configure, type Names, notRunning } from './box';

async function mayOpen(lab: LabHandle, { process }: Running, files: string): Promise<boolean> {
  const limit = await limitOf(lab, process, 'Max open files');
  return limit?.soft === Number(files) && limit.hard === Number(files);
}

function mayHave({ state }: LabHandle, { process }: Running, pids: string): boolean {
  return Object.values(state.cgroups).some(
    (cgroup) => cgroup.machine === process.machine && cgroup.path === process.cgroup && cgroup.pidsMax === Number(pids),
  );
}

async function rlimits(lab: LabHandle): Promise<unknown[]> {
  return listAt(await configOfBox(lab), 'process', 'rlimits');
}

const openFiles = (soft: string, hard: string) =>
  `.process.rlimits = [{ type: "RLIMIT_NOFILE", soft: ${soft}, hard: ${hard} }]`;

export const limits: Task<Names> = {
  id: 'limits',
  title:
    'Let the program have at most {{files}} files open (soft and hard limit), and the whole container at most {{pids}} processes',
  points: 10,
  kind: 'edge',
  async check(lab, { files, pids }) {
    for (const one of boxes(lab.state)) {
      if (mayHave(lab, one, pids) && (await mayOpen(lab, one, files))) return true;
    }
    return false;
  },
  hints: [
    {
      id: 'soft-above-hard',
      when: async (lab) => (await rlimits(lab)).some((one) => Number(at(one, 'soft')) > Number(at(one, 'hard'))),
      text: () =>
        'A soft limit may not be above the hard one: the hard limit is how far the program may raise the soft one by itself. Set both.',
    },
    notRunning,
    {
      id: 'of-the-user',
      when: async (lab) => (await rlimits(lab)).some((one) => at(one, 'type') === 'RLIMIT_NPROC'),
      text: () =>
        'RLIMIT_NPROC counts all processes of a user id, in the whole Machine, and does not bind root at all. What counts the container is its cgroup: linux.resources.pids.limit.',
    },
    {
      id: 'no-limit-on-the-cgroup',
      when: (lab, { pids }) => !boxes(lab.state).some((one) => mayHave(lab, one, pids)),
      text: (_, { pids }) =>
        `The cgroup of the container has no such limit. rlimits are each process's own; for all of them together there is linux.resources: pids.limit is ${pids} there.`,
    },
    {
      id: 'both-kinds',
      text: (_, { files }) =>
        `process.rlimits is a list of { type, soft, hard }; the type is RLIMIT_NOFILE, both numbers ${files}. The other one is linux.resources.pids.limit. One container with both.`,
    },
  ],
  solutions: [
    {
      title: 'One of each kind',
      steps: [
        configure(`${openFiles('{{files}}', '{{files}}')} | .linux.resources.pids.limit = {{pids}}`),
        'runc run -d -b ~/box fourth',
      ],
    },
    {
      title: 'The cgroup’s afterwards',
      steps: [
        configure(openFiles('{{files}}', '{{files}}')),
        'runc run -d -b ~/box fourth',
        'runc update --pids-limit {{pids}} fourth',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Only the soft limit raised',
      steps: [configure(openFiles('2048', '{{files}}')), 'runc run -d -b ~/box fourth'],
      hint: 'soft-above-hard',
    },
    {
      title: 'A limit of the user',
      steps: [
        configure(
          `${openFiles('{{files}}', '{{files}}')} | .process.rlimits += [{ type: "RLIMIT_NPROC", soft: {{pids}}, hard: {{pids}} }]`,
        ),
        'runc run -d -b ~/box fourth',
      ],
      hint: 'of-the-user',
    },
  ],
};
