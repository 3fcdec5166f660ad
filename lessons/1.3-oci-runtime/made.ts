/** Tasks on making a bundle: from a root filesystem, and from what an image says of itself. */
import { at, environmentOf, imageCalled, jsonIn, listAt, runningContainers } from '../containers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { container, isRunning, type Names } from './names';

const own = '/root/mine';
const layout = '/usr/share/images';

export const mine: Task<Names> = {
  id: 'mine',
  title:
    'Make a bundle of your own, ~/mine, on the root filesystem of the image busybox:1.36, and run it as the container mine: sleep {{seconds}}',
  points: 15,
  kind: 'edge',
  check({ state }, { seconds }) {
    const one = container(state, 'mine');
    return isRunning(one, own) && one?.args.at(-1) === seconds && one.args.length > 1;
  },
  hints: [
    {
      id: 'no-root',
      when: async (lab) =>
        (await jsonIn(lab, `${own}/config.json`)) !== undefined &&
        (await lab.files().list(`${own}/rootfs/bin`)) === null,
      text: () =>
        'config.json is there, and points to a directory rootfs beside it which has no programs in it. underlay-image unpack busybox:1.36 rootfs fills it.',
    },
    {
      id: 'one-word',
      when: async (lab) =>
        listAt(await jsonIn(lab, `${own}/config.json`), 'process', 'args').some((word) => /^\S+ /.test(String(word))),
      text: (_, { seconds }) =>
        `process.args is a list of words, and no shell is there to cut a line in pieces: "sleep ${seconds}" would be one program with a blank in its name. ["sleep", "${seconds}"].`,
    },
    {
      id: 'wants-a-terminal',
      when: async (lab) => at(await jsonIn(lab, `${own}/config.json`), 'process', 'terminal') === true,
      text: () =>
        'runc spec writes "terminal": true, for somebody who wants a shell at once. A container in the background has no terminal to be at: set process.terminal to false.',
    },
    {
      id: 'other-words',
      when: ({ state }) => container(state, 'mine') !== undefined,
      text: ({ state }) => {
        const one = container(state, 'mine');
        return `mine is ${one?.status}, its bundle is ${one?.bundle}, and its program ${one?.args.join(' ')}. runc delete -f mine, correct it, and run it again.`;
      },
    },
    {
      id: 'two-parts',
      text: () =>
        'Two things in one directory: mkdir mine; unpack the image into mine/rootfs; in mine, runc spec writes a config.json to begin with. Change process.terminal and process.args in it.',
    },
  ],
  solutions: [
    {
      title: 'runc spec, and jq',
      steps: [
        'cd ~; mkdir mine; underlay-image --store /usr/share/images unpack busybox:1.36 mine/rootfs',
        'cd mine; runc spec; jq \'.process.terminal = false | .process.args = ["sleep", "{{seconds}}"]\' config.json > new; mv new config.json; cd ~',
        'runc run -d -b mine mine',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The terminal left on',
      steps: [
        'mkdir -p mine/rootfs/bin; cd mine; runc spec; jq \'.process.args = ["sleep", "{{seconds}}"]\' config.json > new; mv new config.json; runc run -d mine; cd ~',
      ],
      hint: 'wants-a-terminal',
    },
    { title: 'No root filesystem', steps: ['mkdir mine; cd mine; runc spec; cd ~'], hint: 'no-root' },
  ],
};

/** What the image hello:v1 says about how it wants to be run; undefined when it cannot be read. */
async function wantedBy(lab: LabHandle): Promise<unknown> {
  const digest = imageCalled(lab.state, layout, 'hello:v1')?.config?.digest;
  return digest && at(await jsonIn(lab, `${layout}/blobs/${digest.replace(':', '/')}`), 'config');
}

async function wishes(lab: LabHandle) {
  const config = await wantedBy(lab);
  return {
    args: [...listAt(config, 'Entrypoint'), ...listAt(config, 'Cmd')].map(String),
    env: listAt(config, 'Env').map(String),
    cwd: String(at(config, 'WorkingDir') || '/'),
  };
}

function running(lab: LabHandle) {
  return runningContainers(lab.state).find((one) => one.container.id === 'hello');
}

async function runsAsWished(lab: LabHandle): Promise<Record<'args' | 'env' | 'cwd', boolean>> {
  const { args, env, cwd } = await wishes(lab);
  const one = running(lab);
  const environment = one ? await environmentOf(lab, one.process) : [];
  return {
    args: args.length > 0 && one?.container.args.join('\0') === args.join('\0'),
    env: env.every((entry) => environment.includes(entry)),
    cwd: one?.process.cwd === cwd,
  };
}

export const hello: Task<Names> = {
  id: 'hello',
  title:
    'Challenge: run the image hello:v1 as the container hello, with the program, the environment and the working directory that the image itself asks for',
  points: 25,
  challenge: true,
  async check(lab) {
    const wished = await runsAsWished(lab);
    return wished.args && wished.env && wished.cwd;
  },
  hints: [
    {
      id: 'not-running',
      when: (lab) => running(lab) === undefined,
      text: () =>
        'No container hello is running. An image is a root filesystem and a few wishes: unpack the first, find the second. In /usr/share/images, index.json names the manifest, and the manifest names the config.',
    },
    {
      id: 'other-program',
      when: async (lab) => !(await runsAsWished(lab)).args,
      text: async (lab) =>
        `It runs ${running(lab)?.container.args.join(' ')}, and the image asks for something else: its Entrypoint with its Cmd behind it, of which either may be missing.`,
    },
    {
      id: 'other-environment',
      when: async (lab) => !(await runsAsWished(lab)).env,
      text: () =>
        'The right program, without all the variables the image brings: every entry of its Env belongs into process.env.',
    },
    {
      id: 'other-place',
      text: async (lab) =>
        `The program works in ${running(lab)?.process.cwd}; the image's WorkingDir says otherwise. process.cwd.`,
    },
  ],
  solutions: [
    {
      title: 'The wishes by jq',
      steps: [
        'cd ~; mkdir hello; underlay-image --store /usr/share/images unpack hello:v1 hello/rootfs; cd /usr/share/images/blobs/sha256',
        'blob() { jq -r "$1" "$2" | cut -d: -f2; }; m=$(blob \'.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] | endswith("hello:v1")).digest\' ../../index.json); c=$(blob .config.digest $m)',
        'cd ~/hello; runc spec; jq --slurpfile i /usr/share/images/blobs/sha256/$c \'$i[0].config as $c | .process.terminal = false | .process.args = ($c.Entrypoint // []) + ($c.Cmd // []) | .process.env = $c.Env | .process.cwd = ($c.WorkingDir // "/")\' config.json > new; mv new config.json; cd ~',
        'runc run -d -b hello hello',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The file system of the image, and the program of runc spec',
      steps: [
        'mkdir hello; underlay-image --store /usr/share/images unpack hello:v1 hello/rootfs; cd hello; runc spec',
        'jq \'.process.terminal = false | .process.args = ["sleep", "77"]\' config.json > new; mv new config.json; runc run -d hello; cd ~',
      ],
      hint: 'other-program',
    },
  ],
};
