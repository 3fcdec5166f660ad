import { type Container, containersOf, type LabState } from '../../engine/state';
import { answerIn, lettersIn } from '../answers';
import { bundleSetup, plainConfig, plainProcess } from '../bundles';
import { defineLesson, type Task } from '../define';
import type { LabHandle } from '../lab';

type Names = { one: string; two: string; three: string; spare: string };

/** What is in the three boxes: nobody who handles them needs to know. */
const contents = {
  polite: "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done",
  stubborn: "trap '' TERM; while :; do sleep 1000; done",
  brief: 'exit 0',
};

function box(name: string, script: string): string {
  const process = plainProcess('/bin/sh', '-c', `echo {{${name}}} has begun >> /srv/log; ${script}`);
  const mounts = [{ destination: '/srv', type: 'bind', source: '/root/log', options: ['bind', 'rw'] }];
  const config = plainConfig(process);
  return bundleSetup(`/root/{{${name}}}`, { ...config, mounts: [...config.mounts, ...mounts] });
}

function boxes(state: LabState, { one, two, three }: Names): Container[] {
  return containersOf(state, 'lab').filter(({ id }) => [one, two, three].includes(id));
}

const statusOf = (state: LabState, id: string) =>
  containersOf(state, 'lab').find((container) => container.id === id)?.status ?? 'gone';

const inWords = (state: LabState, { one, two, three }: Names) =>
  [one, two, three].map((id) => `${id} is ${statusOf(state, id)}`).join(', ');

const createAll: Task<Names> = {
  id: 'create-all',
  title:
    'Create three containers called {{one}}, {{two}} and {{three}} from the bundles of those names. Start none of them',
  points: 10,
  kind: 'edge',
  check: ({ state }, names) =>
    boxes(state, names).filter(({ id, status, bundle }) => status === 'created' && bundle === `/root/${id}`).length ===
    3,
  hints: [
    {
      id: 'wrong-box',
      when: ({ state }, names) => boxes(state, names).some(({ id, bundle }) => bundle !== `/root/${id}`),
      text: ({ state }, names) => {
        const wrong = boxes(state, names).find(({ id, bundle }) => bundle !== `/root/${id}`);
        return `${wrong?.id} was made from ${wrong?.bundle}. The name of a container and its bundle are two things: -b says which bundle. runc delete -f ${wrong?.id}, and again.`;
      },
    },
    {
      id: 'started',
      when: ({ state }, names) => boxes(state, names).some(({ status }) => status !== 'created'),
      text: ({ state }, names) =>
        `${inWords(state, names)}. Create only: runc run goes one verb too far. runc delete -f takes away what should not be there.`,
    },
    {
      id: 'one-line',
      text: ({ state }, names) =>
        `${inWords(state, names)}. runc create -b ~/${names.one} ${names.one}, and the same with the other two names. A for loop of the shell does it in one line.`,
    },
  ],
  solutions: [
    { title: 'A loop', steps: ['cd ~; for n in {{one}} {{two}} {{three}}; do runc create -b $n $n; done'] },
    {
      title: 'One by one',
      steps: [
        'runc create -b ~/{{one}} {{one}}',
        'runc create -b ~/{{two}} {{two}}',
        'runc create -b ~/{{three}} {{three}}',
      ],
    },
  ],
  pitfalls: [
    { title: 'Run', steps: ['cd ~; runc run -d -b {{one}} {{one}}'], hint: 'started' },
    { title: 'One bundle for all', steps: ['cd ~/{{one}}; runc create {{two}}; cd'], hint: 'wrong-box' },
  ],
};

const startAll: Task<Names> = {
  id: 'start-all',
  title: 'Start all three',
  needs: ['create-all'],
  points: 5,
  kind: 'edge',
  check: async (lab, names) => {
    const begun = (await lab.files().text('/root/log/log'))?.trim().split('\n').length ?? 0;
    return begun >= 3 && boxes(lab.state, names).every(({ status }) => status === 'running' || status === 'stopped');
  },
  hints: [
    {
      id: 'some-wait',
      text: ({ state }, names) =>
        `${inWords(state, names)}. The verb is start, and it takes only the name: which bundle it is, the runtime knows since create. One of the three is over as soon as it has begun; that is its affair.`,
    },
  ],
  solutions: [{ title: 'A loop', steps: ['for n in {{one}} {{two}} {{three}}; do runc start $n; done', 'runc list'] }],
  pitfalls: [{ title: 'Only the first', steps: ['runc start {{one}}'], hint: 'some-wait' }],
};

const refused: Task<Names> = {
  id: 'refused',
  title:
    'Predict which four of the six orders a runtime refuses, whatever is in the box. Write the letters to ~/refused',
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/refused')) === 'abdf',
  hints: [
    {
      id: 'always-allowed',
      when: async (lab) => /[ce]/.test((await lettersIn(lab, '/root/refused')) ?? ''),
      text: () =>
        'One may always ask for the state of a container that exists; and one that is created has a process already, which can be sent a signal.',
    },
    {
      id: 'four-letters',
      text: () =>
        'Four letters belong into ~/refused. Ask yourself for each: is there a process that could obey? Would something that lives be thrown away? Is the name taken?',
    },
  ],
  solutions: [{ title: 'By thinking', steps: ['echo abdf > ~/refused'] }],
  pitfalls: [{ title: 'Kill only for running ones', steps: ['echo abcdf > ~/refused'], hint: 'always-allowed' }],
};

const stopAll: Task<Names> = {
  id: 'stop-all',
  title: 'End those that still run, by kill alone. All three must be stopped then, and still be listed',
  needs: ['start-all'],
  points: 10,
  kind: 'edge',
  check: ({ state }, names) => {
    const all = boxes(state, names);
    return all.length === 3 && all.every(({ status }) => status === 'stopped');
  },
  hints: [
    {
      id: 'deleted',
      when: ({ state }, names) => boxes(state, names).length < 3,
      text: ({ state }, names) =>
        `${inWords(state, names)}. delete -f ends a container and forgets it at once. Here the two are to be apart: create and start it again, then kill.`,
    },
    {
      id: 'deaf',
      when: ({ state }, names) => boxes(state, names).filter(({ status }) => status === 'running').length === 1,
      text: ({ state }, names) =>
        `${boxes(state, names).find(({ status }) => status === 'running')?.id} has heard SIGTERM and does not care: a program may ignore it. SIGKILL it cannot. The verb is the same, the signal is its last word: runc kill NAME KILL.`,
    },
    {
      id: 'some-run',
      text: ({ state }, names) =>
        `${inWords(state, names)}. runc kill NAME sends SIGTERM. What is stopped already has nobody to be sent a signal, and kill says so.`,
    },
  ],
  solutions: [
    {
      title: 'A word first, then the axe',
      steps: [
        'for n in {{one}} {{two}} {{three}}; do runc kill $n; done',
        'sleep 0.3; for n in {{one}} {{two}} {{three}}; do runc kill $n KILL; done',
      ],
    },
    { title: 'The axe', steps: ['for n in {{one}} {{two}} {{three}}; do runc kill $n KILL; done'] },
  ],
  pitfalls: [
    { title: 'SIGTERM only', steps: ['for n in {{one}} {{two}} {{three}}; do runc kill $n; done'], hint: 'deaf' },
    { title: 'delete -f', steps: ['runc delete -f {{two}}; runc delete -f {{one}}'], hint: 'deleted' },
  ],
};

/** The script has to have done its work on a bundle that it was not written for. */
async function spareHasRun(lab: LabHandle, { spare }: Names): Promise<boolean> {
  return (await answerIn(lab, '/root/log/log'))?.includes(`${spare} has begun`) ?? false;
}

const handler: Task<Names> = {
  id: 'handler',
  title:
    'Challenge: write a script ~/handle that takes any bundle through all of it (create, start, kill, delete), and call it with ~/{{spare}}, ~/{{one}}, ~/{{two}} and ~/{{three}}. At the end no container is left, and ~/log/log tells that all have begun once more',
  needs: ['stop-all'],
  points: 20,
  challenge: true,
  async check(lab, names) {
    const script = await lab.files().stat('/root/handle');
    const lines = (await answerIn(lab, '/root/log/log'))?.split('\n') ?? [];
    const again = [names.one, names.two, names.three].every(
      (name) => lines.filter((line) => line.startsWith(`${name} `)).length >= 2,
    );
    const isProgram = script?.kind === 'file' && (script.mode & 0o100) !== 0;
    return isProgram && again && (await spareHasRun(lab, names)) && containersOf(lab.state, 'lab').length === 0;
  },
  hints: [
    {
      id: 'no-script',
      when: async (lab) => ((await lab.files().stat('/root/handle'))?.mode ?? 0) % 0o200 < 0o100,
      text: () =>
        'There is no ~/handle that can be executed. Its argument is a bundle, $1; $(basename "$1") is as good a name for the container as any. Five verbs below each other, and chmod +x.',
    },
    {
      id: 'left-over',
      when: ({ state }) => containersOf(state, 'lab').length > 0,
      text: ({ state }) =>
        `Still there: ${containersOf(state, 'lab')
          .map(({ id, status }) => `${id} (${status})`)
          .join(
            ', ',
          )}. delete is refused while a process lives, and kill returns before it has died: ask runc state until it says stopped, then delete. What was there before has to go as well, or its name is taken.`,
    },
    {
      id: 'not-all',
      text: (_, { spare }) =>
        `All four have to be taken through it, ${spare} among them. ~/log/log gets a line each time one of them begins.`,
    },
  ],
  solutions: [
    {
      title: 'The five verbs, with a wait before the last',
      steps: [
        'printf \'%s\\n\' \'#!/bin/sh\' \'n=$(basename "$1")\' \'runc delete "$n" 2> /dev/null\' \'runc create -b "$1" "$n" && runc start "$n"\' \'sleep 0.2; runc kill "$n" KILL 2> /dev/null\' \'until runc state "$n" | grep -q stopped; do sleep 0.1; done\' \'runc delete "$n"\' > ~/handle; chmod +x ~/handle',
        'for n in {{spare}} {{one}} {{two}} {{three}}; do ~/handle ~/$n; done',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'No waiting before delete',
      steps: [
        'printf \'%s\\n\' \'#!/bin/sh\' \'n=$(basename "$1")\' \'runc create -b "$1" "$n"; runc start "$n"; runc delete "$n"\' > ~/handle; chmod +x ~/handle',
        '~/handle ~/{{spare}}',
      ],
      hint: 'left-over',
    },
  ],
};

export default defineLesson<Names>({
  number: '1.3.4',
  slug: 'standard-operations',
  title: 'Principle: standard operations',
  goal: 'Handle any container with the same five verbs.',
  minutes: 25,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      setup: [
        'mkdir -p /root/log',
        box('one', contents.polite),
        box('two', contents.stubborn),
        box('three', contents.brief),
        box('spare', contents.polite),
      ].join('\n'),
    },
  ],
  diagrams: ['containers', 'processes'],
  vars(pick) {
    const names = ['anvil', 'barrel', 'crate', 'drum', 'easel', 'flask', 'globe', 'harp'];
    const [one = '', two = '', three = '', spare = ''] = pick.some(names, 4);
    return { one, two, three, spare };
  },
  tasks: [createAll, startAll, refused, stopAll, handler],
});
