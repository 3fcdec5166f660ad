/** Tasks on whole configurations: one to mend by its errors, and two that belong together. */
import { containerNamed, type LabState, machineNamespace, mountAt } from '../../engine/state';
import { at, jsonIn, listAt, plural, runningContainers } from '../containers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { configure, type Names } from './box';

const faultyBundle = '/root/faulty';

/** Fields of the faulty configuration that are still wrong. */
async function faults(lab: LabHandle): Promise<string[]> {
  const config = await jsonIn(lab, `${faultyBundle}/config.json`);
  const all: Array<[string, boolean]> = [
    ['ociVersion', /^1\.\d+\.\d+/.test(String(at(config, 'ociVersion')))],
    ['process.cwd', String(at(config, 'process', 'cwd')).startsWith('/')],
    ['process.env', listAt(config, 'process', 'env').every((entry) => String(entry).includes('='))],
    [
      'process.rlimits',
      listAt(config, 'process', 'rlimits').every((one) => String(at(one, 'type')).startsWith('RLIMIT_')),
    ],
    ['linux.namespaces', listAt(config, 'linux', 'namespaces').every((one) => at(one, 'type') !== 'net')],
    ['mounts', listAt(config, 'mounts').every((one) => Boolean(at(one, 'source')))],
  ];
  return all.filter(([, isRight]) => !isRight).map(([field]) => field);
}

function mended(state: LabState) {
  return runningContainers(state, faultyBundle)[0];
}

/** What the configuration was meant to do is still done. */
function isAsMeant(state: LabState, { life }: Names): boolean {
  const one = mended(state);
  const { mnt, net } = one?.process.namespaces ?? {};
  return (
    one?.process.args.join(' ') === `sleep ${life}` &&
    one.process.cwd === '/srv' &&
    mnt !== undefined &&
    mountAt(state, mnt, '/larder') !== undefined &&
    net !== machineNamespace(state, 'lab', 'net')
  );
}

export const mend: Task<Names> = {
  id: 'mend',
  title: 'Mend ~/faulty/config.json by what the runtime says of it, without losing what it was meant to do, and run it',
  points: 15,
  kind: 'edge',
  check: ({ state }, names) => isAsMeant(state, names),
  hints: [
    {
      id: 'still-wrong',
      when: async (lab) => (await faults(lab)).length > 0,
      text: async (lab) => {
        const left = await faults(lab);
        return `${plural(left.length, 'field is', 'fields are')} still wrong, ${left[0]} among them. runc create -b ~/faulty x says what is the matter with each, and names it as you would in JavaScript.`;
      },
    },
    {
      id: 'not-running',
      when: ({ state }) => mended(state) === undefined,
      text: () => 'The configuration can be read now. Run it: runc run -d -b ~/faulty NAME.',
    },
    {
      id: 'meaning-lost',
      text: (_, { life }) =>
        `It runs, and something it was meant to do got lost: sleep ${life} in /srv, with a network of its own, and the directory ~/pantry at /larder. Correct a wrong entry; do not throw it out.`,
    },
  ],
  solutions: [
    {
      title: 'Field by field',
      steps: [
        configure(
          '.ociVersion = "1.2.1" | .process.cwd = "/srv" | .process.env = ["PATH=/bin", "TEA=green"] | .process.rlimits[0].type = "RLIMIT_CORE" | (.linux.namespaces[] | select(.type == "net")).type = "network" | (.mounts[] | select(.destination == "/larder")).source = "/root/pantry"',
          'faulty',
        ),
        'runc run -d -b ~/faulty mended',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The first complaint only',
      steps: [configure('.ociVersion = "1.2.1" | .process.cwd = "/srv"', 'faulty'), 'runc run -d -b ~/faulty mended'],
      hint: 'still-wrong',
    },
    {
      title: 'Throwing out what complains',
      steps: [
        configure(
          '.ociVersion = "1.2.1" | .process.cwd = "/srv" | del(.process.env[1], .process.rlimits, .linux.namespaces[1]) | .mounts |= map(select(.source))',
          'faulty',
        ),
        'runc run -d -b ~/faulty mended',
      ],
      hint: 'meaning-lost',
    },
  ],
};

/** Namespaces of the two containers of the pod; undefined while one of them does not run. */
function podOf(state: LabState) {
  const [front, back] = ['front', 'back'].map((id) => {
    const one = containerNamed(state, 'lab', id);
    return runningContainers(state).find(({ container }) => container === one)?.process.namespaces;
  });
  return front && back ? { front, back } : undefined;
}

const shared = ['net', 'ipc'] as const;
const apart = ['pid', 'uts', 'mnt'] as const;

const fresh = '[["pid", "network", "ipc", "uts", "mount"][] | { type: . }]';
const joinBoth =
  '(.linux.namespaces[] | select(.type == "network")).path = "/proc/\'$P\'/ns/net" | (.linux.namespaces[] | select(.type == "ipc")).path = "/proc/\'$P\'/ns/ipc"';

export const pod: Task<Names> = {
  id: 'pod',
  title:
    'Challenge: run two containers, front and back, that share a network namespace and an IPC namespace of their own, and nothing else: other processes, another host name, another tree',
  points: 25,
  challenge: true,
  check({ state }) {
    const pair = podOf(state);
    if (!pair) return false;
    const { front, back } = pair;
    const own = state.machines.lab?.namespaces;
    return (
      shared.every((kind) => front[kind] === back[kind] && front[kind] !== own?.[kind]) &&
      apart.every((kind) => front[kind] !== back[kind] && back[kind] !== own?.[kind] && front[kind] !== own?.[kind])
    );
  },
  hints: [
    {
      id: 'one-is-missing',
      when: ({ state }) => podOf(state) === undefined,
      text: () =>
        'Two containers should be running, front and back. Start one with new namespaces. As long as it lives, each of them has a path below /proc, under the number that runc state tells.',
    },
    {
      id: 'network-of-the-machine',
      when: ({ state }) =>
        [podOf(state)?.front, podOf(state)?.back].some((one) => one?.net === machineNamespace(state, 'lab', 'net')),
      text: () =>
        "One of them uses the Machine's own network. Leaving the entry out is no way of sharing with each other: one entry has no path and makes the namespace, the other has the path of that.",
    },
    {
      id: 'not-shared',
      when: ({ state }) => shared.some((kind) => podOf(state)?.front[kind] !== podOf(state)?.back[kind]),
      text: ({ state }) =>
        `They do not share yet: ${shared.filter((kind) => podOf(state)?.front[kind] !== podOf(state)?.back[kind]).join(' and ')}. Compare ls -l /proc/PID/ns of the two.`,
    },
    {
      id: 'too-close',
      text: ({ state }) =>
        `They are closer than asked for: ${apart.filter((kind) => podOf(state)?.front[kind] === podOf(state)?.back[kind]).join(', ')} should be apart, from each other and from the Machine.`,
    },
  ],
  solutions: [
    {
      title: 'The second joins the first',
      steps: [
        configure(`.linux.namespaces = ${fresh}`),
        'runc run -d -b ~/box front',
        'P=$(runc state front | jq .pid)',
        configure(joinBoth),
        'runc run -d -b ~/box back',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Neither has an entry for the network',
      steps: [
        configure(`.linux.namespaces = (${fresh} | map(select(.type != "network")))`),
        'runc run -d -b ~/box front',
        'runc run -d -b ~/box back',
      ],
      hint: 'network-of-the-machine',
    },
    {
      title: 'Two of the same bundle',
      steps: [configure(`.linux.namespaces = ${fresh}`), 'runc run -d -b ~/box front', 'runc run -d -b ~/box back'],
      hint: 'not-shared',
    },
  ],
};
