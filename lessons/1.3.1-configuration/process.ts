/** Tasks on `process`: what is executed, as whom, and with which powers. */
import { at, environmentOf, listAt, type Running } from '../containers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { boxes, configOfBox, configure, type Names, notRunning } from './box';

/** CAP_NET_BIND_SERVICE is number 10 (capabilities(7)). */
const bindService = 1n << 10n;

async function hasVariable(lab: LabHandle, { process }: Running, names: Names): Promise<boolean> {
  return (await environmentOf(lab, process)).includes(`${names.variable}=${names.value}`);
}

async function anyWith(lab: LabHandle, test: (one: Running) => Promise<boolean>): Promise<boolean> {
  for (const one of boxes(lab.state)) if (await test(one)) return true;
  return false;
}

function sleeping({ process }: Running, { seconds }: Names): boolean {
  return process.args.join(' ') === `sleep ${seconds}`;
}

const runSleep = `.process.args = ["sleep", "{{seconds}}"]`;

export const program: Task<Names> = {
  id: 'process',
  title:
    'Make the container of ~/box run sleep {{seconds}} in the directory /srv/{{place}}, with {{variable}}={{value}} in its environment',
  points: 10,
  kind: 'edge',
  check: (lab, names) =>
    anyWith(
      lab,
      async (one) =>
        sleeping(one, names) && one.process.cwd === `/srv/${names.place}` && (await hasVariable(lab, one, names)),
    ),
  hints: [
    {
      id: 'one-word',
      when: async (lab) => listAt(await configOfBox(lab), 'process', 'args').some((arg) => /^\S+ /.test(String(arg))),
      text: (_, { seconds }) =>
        `runc looked for a program whose name is "sleep ${seconds}", blank included. process.args is a list of words: ["sleep", "${seconds}"].`,
    },
    notRunning,
    {
      id: 'no-such-variable',
      when: async (lab, names) => !(await anyWith(lab, (one) => hasVariable(lab, one, names))),
      text: (_, { variable, value }) =>
        `It runs without ${variable}. A container gets the variables in process.env and no others: those of your shell end at its door. Add "${variable}=${value}" to the list.`,
    },
    {
      id: 'elsewhere',
      when: async (lab, names) => !boxes(lab.state).some(({ process }) => process.cwd === `/srv/${names.place}`),
      text: ({ state }) =>
        `It works in ${boxes(state)[0]?.process.cwd}. process.cwd says where; it is a path in the container, and begins with a slash.`,
    },
    {
      id: 'three-fields',
      text: () =>
        'process.args, process.cwd and process.env, all three in one configuration. A container keeps what it was created with: after a change, run a new one.',
    },
  ],
  solutions: [
    {
      title: 'jq',
      steps: [
        configure(`${runSleep} | .process.cwd = "/srv/{{place}}" | .process.env += ["{{variable}}={{value}}"]`),
        'runc run -d -b ~/box first',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A command line instead of words',
      steps: [configure('.process.args = ["sleep {{seconds}}"]'), 'runc run -d -b ~/box first'],
      hint: 'one-word',
    },
    {
      title: 'The variable in the shell',
      steps: [
        configure(`${runSleep} | .process.cwd = "/srv/{{place}}"`),
        '{{variable}}={{value}} runc run -d -b ~/box first',
      ],
      hint: 'no-such-variable',
    },
  ],
};

export const user: Task<Names> = {
  id: 'user',
  title: 'Run the program as user {{uid}} and group {{gid}}',
  points: 10,
  kind: 'edge',
  check: ({ state }, names) =>
    boxes(state).some(({ process }) => process.uid === Number(names.uid) && process.gid === Number(names.gid)),
  hints: [
    {
      id: 'a-name',
      when: async (lab) => {
        const config = await configOfBox(lab);
        return config !== undefined && typeof at(config, 'process', 'user', 'uid') !== 'number';
      },
      text: () =>
        'process.user needs uid and gid, as numbers. The kernel knows no names, and the list that translates them is a file in the root filesystem that need not exist.',
    },
    notRunning,
    {
      id: 'root-group',
      when: ({ state }, names) => boxes(state).some(({ process }) => process.uid === Number(names.uid)),
      text: ({ state }, names) =>
        `The user is right; the group is ${boxes(state).find(({ process }) => process.uid === Number(names.uid))?.process.gid}. process.user.gid.`,
    },
    {
      id: 'two-numbers',
      text: (_, { uid, gid }) => `process.user is an object with two numbers: { "uid": ${uid}, "gid": ${gid} }.`,
    },
  ],
  solutions: [
    {
      title: 'Two numbers',
      steps: [configure('.process.user = { uid: {{uid}}, gid: {{gid}} }'), 'runc run -d -b ~/box second'],
    },
  ],
  pitfalls: [
    {
      title: 'Text instead of a number',
      steps: [configure('.process.user = { uid: "{{uid}}", gid: {{gid}} }'), 'runc run -d -b ~/box second'],
      hint: 'a-name',
    },
    {
      title: 'The user alone',
      steps: [configure('.process.user.uid = {{uid}}'), 'runc run -d -b ~/box second'],
      hint: 'root-group',
    },
  ],
};

const sets = (kinds: string) => `reduce (${kinds}) as $set ({}; .[$set] = ["CAP_NET_BIND_SERVICE"])`;

export const power: Task<Names> = {
  id: 'power',
  title: 'Run the program as some user other than 0, with exactly one capability in effect: CAP_NET_BIND_SERVICE',
  points: 15,
  kind: 'edge',
  check: ({ state }) =>
    boxes(state).some(
      ({ process }) => process.uid !== 0 && BigInt(`0x${process.capabilities.effective}`) === bindService,
    ),
  hints: [
    notRunning,
    {
      id: 'still-root',
      when: ({ state }) => boxes(state).every(({ process }) => process.uid === 0),
      text: () => 'It still runs as user 0. Powers given to root are no art: set process.user to somebody else.',
    },
    {
      id: 'lost-at-execve',
      when: ({ state }) =>
        boxes(state).some(({ process }) => process.uid !== 0 && /^0+$/.test(process.capabilities.effective)),
      text: () =>
        'Its effective set is empty. Whoever is not root loses the permitted and effective capabilities at execve, save those in the ambient set; and what is to be ambient has to be inheritable and permitted, too. Name it in all five lists.',
    },
    {
      id: 'another-set',
      text: ({ state }) =>
        `In effect are ${boxes(state)[0]?.process.capabilities.effective}, and it should be 400: bit 10 alone. capsh --decode tells which is which.`,
    },
  ],
  solutions: [
    {
      title: 'In all five lists',
      steps: [
        configure(
          `.process.user = { uid: {{uid}}, gid: {{gid}} } | .process.capabilities = (${sets('"bounding", "permitted", "effective", "inheritable", "ambient"')})`,
        ),
        'runc run -d -b ~/box third',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Not ambient',
      steps: [
        configure(
          `.process.user = { uid: {{uid}}, gid: {{gid}} } | .process.capabilities = (${sets('"bounding", "permitted", "effective"')})`,
        ),
        'runc run -d -b ~/box third',
      ],
      hint: 'lost-at-execve',
    },
    {
      title: 'As root',
      steps: [
        configure(`.process.capabilities = (${sets('"bounding", "permitted", "effective"')})`),
        'runc run -d -b ~/box third',
      ],
      hint: 'still-root',
    },
  ],
};
