/** Tasks on the first calls: what a plugin speaks, what it misses, and a container that is attached by hand. */
import { callsOf } from '../../engine/state';
import { answerIn } from '../answers';
import { addressIn, calls, errorOf, lastFailure, listAt, parsed } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { call, type Names, variables } from './names';

export const version: Task<Names> = {
  id: 'version',
  title: 'Ask the plugin bridge, by hand, which versions of the specification it speaks',
  points: 5,
  kind: 'edge',
  check: ({ state }) => calls(state, 'bridge', 'VERSION').some(({ exitCode }) => exitCode === 0),
  hints: [
    {
      id: 'unknown-command',
      when: ({ state }) => lastFailure(state)?.includes('unknown CNI_COMMAND') ?? false,
      text: ({ state }) => `${lastFailure(state)} Commands are words in capitals.`,
    },
    {
      id: 'no-option',
      text: () =>
        'A plugin takes no options. What it is to do stands in the variable CNI_COMMAND; set it for this one program, in front of it: CNI_COMMAND=VERSION /opt/cni/bin/bridge < ~/net.json',
    },
  ],
  solutions: [
    { title: 'The variable in front of the program', steps: [call('VERSION')] },
    {
      title: 'With env(1), and without a configuration',
      steps: ['echo "{}" | env CNI_COMMAND=VERSION /opt/cni/bin/bridge'],
    },
  ],
  pitfalls: [
    { title: 'As other programs are asked', steps: ['/opt/cni/bin/bridge --version < /dev/null'], hint: 'no-option' },
    { title: 'In small letters', steps: [call('version')], hint: 'unknown-command' },
  ],
};

const wasRefused = ({ state }: LabHandle) => callsOf(state, 'lab').some((one) => errorOf(one)?.code === 4);

export const code: Task<Names> = {
  id: 'code',
  title:
    'Call ADD with no other variable set than CNI_COMMAND. Which error code does the plugin answer? Write the number into ~/code',
  points: 5,
  check: async (lab) => (await answerIn(lab, '/root/code')) === '4' && wasRefused(lab),
  hints: [
    {
      id: 'exit-status',
      when: async (lab) => (await answerIn(lab, '/root/code')) === '1',
      text: () =>
        'That is the exit status of the process: every failure has it. The code that says which failure it was stands in the JSON on standard output.',
    },
    {
      id: 'call-it',
      when: (lab) => !wasRefused(lab),
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} CNI_COMMAND=ADD /opt/cni/bin/bridge < ~/net.json, with the other variables unset.`.trim(),
    },
    { id: 'read-it', text: ({ state }) => `${lastFailure(state) ?? ''} Write the value of "code" into ~/code.`.trim() },
  ],
  solutions: [
    { title: 'Read by jq', steps: [`${call('ADD')} | jq .code > ~/code`] },
    { title: 'Read by eye', steps: [call('ADD'), 'echo 4 > ~/code'] },
  ],
  pitfalls: [{ title: 'The exit status', steps: [`${call('ADD')}; echo $? > ~/code`], hint: 'exit-status' }],
};

const added = ({ state }: LabHandle, { id }: Names) =>
  calls(state, 'bridge', 'ADD').some(
    ({ environment, exitCode }) => environment.CNI_CONTAINERID === id && exitCode === 0,
  );
const isIn = ({ state }: LabHandle, { net }: Names) => addressIn(state, 'box')?.startsWith(`${net}.`) ?? false;

async function hasResult(lab: LabHandle): Promise<boolean> {
  return listAt(parsed(await lab.files().text('/root/result.json')), 'ips').length > 0;
}

export const add: Task<Names> = {
  id: 'add',
  title:
    'Attach the namespace box by hand, as the container {{id}}, interface eth0, and keep the result in ~/result.json',
  points: 15,
  kind: 'edge',
  check: async (lab, names) => added(lab, names) && isIn(lab, names) && (await hasResult(lab)),
  hints: [
    {
      id: 'result-lost',
      when: (lab, names) => added(lab, names) && isIn(lab, names),
      text: () =>
        'box is attached, but ~/result.json does not hold the result. You will need it: only the runtime keeps it. Either DEL and ADD again with > ~/result.json, or take it from the last record: jq -r .stdout /var/log/cni/FILE > ~/result.json',
    },
    {
      id: 'other-name',
      when: (lab, names) => isIn(lab, names),
      text: (_, { id }) =>
        `box has its address, but not as the container ${id}: the runtime chooses the id (CNI_CONTAINERID), and it has to be the same in every call about that container. Detach box, with what you attached it with, and do it again by hand.`,
    },
    {
      id: 'not-in-environment',
      when: ({ state }) => lastFailure(state)?.includes('required env variables') ?? false,
      text: ({ state }) =>
        `${lastFailure(state)} Either all of them in one line in front of the program, or export NAME=VALUE before: a variable of the shell that is not exported is not passed on.`,
    },
    {
      id: 'again',
      when: ({ state }) => lastFailure(state) !== undefined,
      text: ({ state }) => `${lastFailure(state)}`,
    },
    {
      id: 'five-variables',
      text: (_, { id }) =>
        `export CNI_PATH=/opt/cni/bin CNI_CONTAINERID=${id} CNI_NETNS=/run/netns/box CNI_IFNAME=eth0; then CNI_COMMAND=ADD /opt/cni/bin/bridge < ~/net.json > ~/result.json`,
    },
  ],
  solutions: [
    { title: 'Exported variables', steps: [variables(), `${call('ADD')} > ~/result.json`] },
    {
      title: 'All in one line',
      steps: [
        'CNI_COMMAND=ADD CNI_CONTAINERID={{id}} CNI_NETNS=/run/netns/box CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin /opt/cni/bin/bridge < ~/net.json | tee ~/result.json',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Set, but not exported',
      steps: [variables().replace('export ', ''), `${call('ADD')} > ~/result.json`],
      hint: 'not-in-environment',
    },
    {
      title: 'A namespace by its name',
      steps: [variables().replace('/run/netns/box', 'box'), `${call('ADD')} > ~/result.json`],
      hint: 'again',
    },
    { title: 'Looked at the result, and lost it', steps: [variables(), call('ADD')], hint: 'result-lost' },
  ],
};
