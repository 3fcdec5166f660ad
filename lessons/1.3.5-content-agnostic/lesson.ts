import { type Container, containerNamed, containerProcess, type LabState } from '../../engine/state';
import { answerIn } from '../answers';
import { bundleSetup, plainConfig, plainProcess } from '../bundles';
import { defineLesson, type Task } from '../define';
import type { LabHandle } from '../lab';

type Names = { service: string; batch: string; bare: string; own: string };

const cargo = '/root/cargo';
const three = ({ service, batch, bare }: Names) => [service, batch, bare];
const one = (state: LabState, id: string): Container | undefined => containerNamed(state, 'lab', id);

/** A web server, some arithmetic, and one program in an otherwise empty tree: all at /content. */
function setup(): string {
  const config = plainConfig(plainProcess('/content'));
  const bundle = (name: string) => bundleSetup(`${cargo}/{{${name}}}`, config);
  const program = (name: string, script: string) =>
    `printf '%s\\n' '#!/bin/sh' ${script} > ${cargo}/{{${name}}}/rootfs/content; chmod +x ${cargo}/{{${name}}}/rootfs/content`;
  return [
    bundle('service'),
    program('service', `'echo a page > /srv/index.html' 'exec /bin/busybox httpd -f -p 8000 -h /srv'`),
    bundle('batch'),
    program('batch', `'n=0; while [ $n -lt 2000 ]; do n=$((n+1)); done; echo $n > /srv/result' 'exec sleep 100000'`),
    `mkdir -p ${cargo}/{{bare}}/rootfs/dev ${cargo}/{{bare}}/rootfs/proc ${cargo}/{{bare}}/rootfs/sys`,
    `cp ${cargo}/{{batch}}/config.json ${cargo}/{{bare}}/`,
    // Without arguments it would list what it can do: called by a name it knows, it does that.
    `jq '.process.args = ["sleep", "100000"] | .process.env = ["PATH=/"]' ${cargo}/{{batch}}/config.json > ${cargo}/{{bare}}/config.json`,
    `cp /usr/bin/busybox ${cargo}/{{bare}}/rootfs/sleep`,
  ].join('\n');
}

const bareBox: Task<Names> = {
  id: 'bare-box',
  title: 'Without running anything: which of the three bundles in ~/cargo has no shell in it? Write its name to ~/bare',
  points: 5,
  check: async (lab, { bare }) => (await answerIn(lab, '/root/bare')) === bare,
  hints: [
    {
      id: 'has-one',
      when: async (lab, names) => three(names).includes((await answerIn(lab, '/root/bare')) ?? ''),
      text: async (lab) =>
        `${await answerIn(lab, '/root/bare')} has a bin/sh: a link to busybox. ls ~/cargo/*/rootfs shows all three beside each other.`,
    },
    {
      id: 'look-inside',
      text: () =>
        'A root filesystem is a directory: ls ~/cargo/*/rootfs ~/cargo/*/rootfs/bin. Then echo NAME > ~/bare.',
    },
  ],
  solutions: [
    { title: 'Looking', steps: ['ls ~/cargo/*/rootfs', 'echo {{bare}} > ~/bare'] },
    {
      title: 'Asking',
      steps: [
        'cd ~/cargo; for n in *; do test -e $n/rootfs/bin/sh || test -L $n/rootfs/bin/sh || echo $n > ~/bare; done; cd',
      ],
    },
  ],
  pitfalls: [{ title: 'The first', steps: ['echo {{service}} > ~/bare'], hint: 'has-one' }],
};

const allRun = ({ state }: LabHandle, names: Names) =>
  three(names).every((id) => one(state, id)?.status === 'running' && one(state, id)?.bundle === `${cargo}/${id}`);

const runAll: Task<Names> = {
  id: 'run-all',
  title: 'Run all three in the background, each called as its bundle is called',
  points: 10,
  kind: 'edge',
  check: allRun,
  hints: [
    {
      id: 'other-bundle',
      when: ({ state }, names) =>
        three(names).some((id) => (one(state, id)?.bundle ?? `${cargo}/${id}`) !== `${cargo}/${id}`),
      text: () =>
        'One of them was made from the bundle of another: what is called as the web server calculates now. runc list shows both names.',
    },
    {
      id: 'not-yet',
      text: ({ state }, names) =>
        `Running: ${
          three(names)
            .filter((id) => one(state, id)?.status === 'running')
            .join(', ') || 'none'
        }. runc run -d -b ~/cargo/NAME NAME, three times; the command line differs in nothing but the name.`,
    },
  ],
  solutions: [
    {
      title: 'A loop over what is there',
      steps: ['cd ~/cargo; for n in *; do runc run -d -b $n $n; done; cd', 'runc list'],
    },
  ],
  pitfalls: [
    {
      title: 'From the wrong directory',
      steps: ['cd ~/cargo/{{service}}; runc run -d {{batch}}; cd'],
      hint: 'other-bundle',
    },
    { title: 'Only one', steps: ['runc run -d -b ~/cargo/{{bare}} {{bare}}'], hint: 'not-yet' },
  ],
};

/** What programs the containers see when somebody asks from outside. */
const noShell: Task<Names> = {
  id: 'no-shell',
  title:
    'runc exec starts a second program in a container. Predict in how many of the three it can start /bin/ls, and write the number to ~/can',
  needs: ['run-all'],
  points: 5,
  check: async (lab) => (await answerIn(lab, '/root/can')) === '2',
  hints: [
    {
      id: 'host-has-it',
      when: async (lab) => (await answerIn(lab, '/root/can')) === '3',
      text: (_, { bare }) =>
        `That the Machine has an ls helps nobody in there: exec looks in the container's own tree. Try it: runc exec ${bare} /bin/ls.`,
    },
    {
      id: 'count-them',
      text: () => 'The contents that bring an ls of their own can be asked to run it. A number into ~/can.',
    },
  ],
  solutions: [{ title: 'Two bring one', steps: ['echo 2 > ~/can'] }],
  pitfalls: [{ title: 'All of them', steps: ['echo 3 > ~/can'], hint: 'host-has-it' }],
};

const stopAll: Task<Names> = {
  id: 'stop-all',
  title: 'Take all three away again, with the same orders for each. Nothing is left in runc list',
  needs: ['run-all'],
  points: 10,
  kind: 'edge',
  check: ({ state }, names) => three(names).every((id) => one(state, id) === undefined),
  hints: [
    {
      id: 'stopped-only',
      when: ({ state }, names) => three(names).some((id) => one(state, id)?.status === 'stopped'),
      text: () => 'What is stopped is still kept: its state can be asked for. delete ends that, for any content.',
    },
    {
      id: 'some-left',
      text: ({ state }, names) =>
        `Left: ${three(names)
          .filter((id) => one(state, id))
          .join(', ')}. runc kill NAME KILL, and once it is stopped runc delete NAME; or both by runc delete -f NAME.`,
    },
  ],
  solutions: [
    { title: 'delete -f', steps: ['for n in $(runc list -q); do runc delete -f $n; done'] },
    {
      title: 'kill, then delete',
      steps: [
        'for n in $(runc list -q); do runc kill $n KILL; done',
        'sleep 0.3; for n in $(runc list -q); do runc delete $n; done',
      ],
    },
  ],
  pitfalls: [
    { title: 'kill alone', steps: ['for n in $(runc list -q); do runc kill $n KILL; done'], hint: 'stopped-only' },
  ],
};

async function sameConfig(lab: LabHandle, { own, service }: Names): Promise<boolean> {
  const [mine, theirs] = await Promise.all(
    [own, service].map((name) => lab.files().text(`${cargo}/${name}/config.json`)),
  );
  return mine !== null && mine === theirs;
}

async function otherContent(lab: LabHandle, { own, service, batch }: Names): Promise<boolean> {
  const [mine, ...theirs] = await Promise.all(
    [own, service, batch].map((name) => lab.files().text(`${cargo}/${name}/rootfs/content`)),
  );
  return mine !== null && mine !== undefined && !theirs.includes(mine);
}

const ownContent: Task<Names> = {
  id: 'own-content',
  title:
    'Challenge: run a content of your own as the container {{own}}, from ~/cargo/{{own}}, with the very config.json of {{service}}, unchanged to the byte',
  points: 20,
  challenge: true,
  async check(lab, names) {
    const mine = one(lab.state, names.own);
    const runs =
      mine?.status === 'running' && mine.bundle === `${cargo}/${names.own}` && containerProcess(lab.state, mine);
    return Boolean(runs) && (await sameConfig(lab, names)) && (await otherContent(lab, names));
  },
  hints: [
    {
      id: 'config-changed',
      when: async (lab, names) =>
        (await lab.files().stat(`${cargo}/${names.own}/config.json`)) !== null && !(await sameConfig(lab, names)),
      text: (_, { own, service }) =>
        `cmp ~/cargo/${own}/config.json ~/cargo/${service}/config.json finds a difference. Copy it with cp, and touch nothing: all that changes is behind rootfs.`,
    },
    {
      id: 'same-content',
      when: async (lab, names) =>
        (await lab.files().stat(`${cargo}/${names.own}/rootfs/content`)) !== null && !(await otherContent(lab, names)),
      text: () =>
        'The content is one that was there already. Put a program of your own at rootfs/content: two lines of shell are enough, if they stay.',
    },
    {
      id: 'ended',
      when: ({ state }, { own }) => one(state, own)?.status === 'stopped',
      text: (_, { own }) =>
        `${own} ran and ended. Your program has to stay: let it end with exec sleep 100000. Before that, runc delete ${own}.`,
    },
    {
      id: 'executes-content',
      text: (_, { service, own }) =>
        `What does the config.json of ${service} execute? /content, whatever that is. So cp -a ~/cargo/${service} ~/cargo/${own}, write another program to rootfs/content, make it executable, run it.`,
    },
  ],
  solutions: [
    {
      title: 'A copy with another program',
      steps: [
        'cp -a ~/cargo/{{service}} ~/cargo/{{own}}',
        "printf '%s\\n' '#!/bin/sh' 'echo mine > /srv/mine' 'exec sleep 100000' > ~/cargo/{{own}}/rootfs/content",
        'runc run -d -b ~/cargo/{{own}} {{own}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A copy of it all',
      steps: ['cp -a ~/cargo/{{service}} ~/cargo/{{own}}; runc run -d -b ~/cargo/{{own}} {{own}}'],
      hint: 'same-content',
    },
    {
      title: 'Another command in the configuration',
      steps: ['cp -a ~/cargo/{{service}} ~/cargo/{{own}}; sed -i s,/content,/bin/sleep, ~/cargo/{{own}}/config.json'],
      hint: 'config-changed',
    },
    {
      title: 'A program that ends',
      steps: [
        "cp -a ~/cargo/{{service}} ~/cargo/{{own}}; printf '%s\\n' '#!/bin/sh' 'echo mine' > ~/cargo/{{own}}/rootfs/content",
        'runc run -d -b ~/cargo/{{own}} {{own}}',
      ],
      hint: 'ended',
    },
  ],
};

export default defineLesson<Names>({
  number: '1.3.5',
  slug: 'content-agnostic',
  title: 'Principle: content-agnostic',
  goal: 'Use the same operations on three contents that have nothing in common.',
  minutes: 20,
  machines: [{ name: 'lab', hostname: 'lab', setup: setup() }],
  diagrams: ['containers', 'processes'],
  vars(pick) {
    const names = ['amber', 'birch', 'cocoa', 'dates', 'ebony', 'flour', 'grain'];
    const [service = '', batch = '', bare = '', own = ''] = pick.some(names, 4);
    return { service, batch, bare, own };
  },
  tasks: [bareBox, runAll, noShell, stopAll, ownContent],
});
