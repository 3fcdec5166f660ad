import { containerNamed, type Image, imageNamed, imagesOf, type LabState } from '../../engine/state';
import { answerIn, lettersIn } from '../answers';
import { fileSetup, plainConfig, plainProcess, rootfsSetup } from '../bundles';
import { defineLesson, type Task } from '../define';
import type { LabHandle } from '../lab';

type Names = { first: string; next: string; good: string; bad: string };

const store = '/var/lib/images';
const delivery = '/root/delivery';

const image = (state: LabState, tag: string): Image | undefined => imageNamed(state, 'lab', store, `app:${tag}`);

/** What the app that a directory holds says of itself. */
async function saysIn(lab: LabHandle, rootfs: string): Promise<string | null> {
  return (await lab.files().text(`${rootfs}/srv/says`))?.trim() ?? null;
}

const build: Task<Names> = {
  id: 'build',
  title: 'Pack the directory ~/app as the image app:{{first}}',
  points: 5,
  check: ({ state }, { first }) => image(state, first) !== undefined,
  hints: [
    {
      id: 'other-name',
      when: ({ state }) => imagesOf(state, 'lab', store).length > 0,
      text: ({ state }, { first }) =>
        `In ${store} there is now: ${imagesOf(state, 'lab', store)
          .map(({ name }) => name)
          .join(', ')}. It is to be called app:${first}; without a tag behind the colon it is called latest.`,
    },
    {
      id: 'pack',
      text: (_, { first }) =>
        `underlay-image pack ~/app app:${first}: a directory becomes one layer, a config and a manifest. It prints the manifest's digest.`,
    },
  ],
  solutions: [{ title: 'pack', steps: ['cd ~; underlay-image pack app app:{{first}}'] }],
  pitfalls: [{ title: 'No tag', steps: ['underlay-image pack ~/app app'], hint: 'other-name' }],
};

const verify: Task<Names> = {
  id: 'verify',
  title: 'One of the two images in ~/delivery was damaged on its way. Write its tag to ~/damaged',
  points: 10,
  check: async (lab, { bad }) => (await answerIn(lab, '/root/damaged')) === bad,
  hints: [
    {
      id: 'the-good-one',
      when: async (lab, { good }) => (await answerIn(lab, '/root/damaged')) === good,
      text: (_, { good }) =>
        `All that app:${good} consists of is what its digests say. Which manifest names the blob that is not?`,
    },
    {
      id: 'name-is-the-sum',
      text: () =>
        "Every file in blobs/sha256 is called by the SHA-256 of its content. cd ~/delivery/blobs/sha256; sha256sum * | awk '$1 != $2' lists those that lie. Then grep -l NAME *: the manifest that names it; and index.json says what that manifest is called.",
    },
  ],
  solutions: [
    {
      title: 'Sums, then who names it',
      steps: [
        "cd ~/delivery/blobs/sha256; lie=$(sha256sum * | awk '$1 != $2 { print $2 }'); m=$(grep -l $lie *); cd",
        'jq -r --arg m sha256:$m \'.manifests[] | select(.digest == $m).annotations["org.opencontainers.image.ref.name"]\' delivery/index.json | sed s/.*:// > ~/damaged; cat ~/damaged',
      ],
    },
    { title: 'Known from the drawing', steps: ['echo {{bad}} > ~/damaged'] },
  ],
  pitfalls: [{ title: 'The other one', steps: ['echo {{good}} > ~/damaged'], hint: 'the-good-one' }],
};

const runIt: Task<Names> = {
  id: 'run-it',
  title:
    'Unpack app:{{first}} into ~/run/{{first}}/rootfs and run it as the container app, with ~/template.json as its config.json',
  needs: ['build'],
  points: 10,
  kind: 'edge',
  check({ state }, { first }) {
    const app = containerNamed(state, 'lab', 'app');
    return app?.status === 'running' && app.bundle === `/root/run/${first}`;
  },
  hints: [
    {
      id: 'other-bundle',
      when: ({ state }) => containerNamed(state, 'lab', 'app') !== undefined,
      text: ({ state }, { first }) => {
        const app = containerNamed(state, 'lab', 'app');
        return `app is ${app?.status}, from ${app?.bundle}. It should run from /root/run/${first}. runc delete -f app, and again.`;
      },
    },
    {
      id: 'no-config',
      when: async (lab, { first }) => (await lab.files().stat(`/root/run/${first}/rootfs/bin`)) !== null,
      text: (_, { first }) =>
        `The files are unpacked. Beside rootfs belongs a config.json: cp ~/template.json ~/run/${first}/config.json. Then runc run -d -b ~/run/${first} app.`,
    },
    {
      id: 'unpack',
      text: (_, { first }) => `mkdir -p ~/run/${first}; underlay-image unpack app:${first} ~/run/${first}/rootfs.`,
    },
  ],
  solutions: [
    {
      title: 'Step by step',
      steps: [
        'cd ~; mkdir -p run/{{first}}; underlay-image unpack app:{{first}} run/{{first}}/rootfs',
        'cp template.json run/{{first}}/config.json; runc run -d -b run/{{first}} app',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'No configuration',
      steps: [
        'mkdir -p ~/run/{{first}}; underlay-image unpack app:{{first}} ~/run/{{first}}/rootfs; runc run -d -b ~/run/{{first}} app',
      ],
      hint: 'no-config',
    },
    {
      title: 'Run from the source',
      steps: ['mkdir ~/b; cp -a ~/app ~/b/rootfs; cp ~/template.json ~/b/config.json; runc run -d -b ~/b app'],
      hint: 'other-bundle',
    },
  ],
};

const failures: Task<Names> = {
  id: 'failures',
  title: 'Which of the four tell a script by their exit status that something failed? Write the letters to ~/told',
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/told')) === 'abc',
  hints: [
    {
      id: 'last-of-the-pipe',
      when: async (lab) => (await lettersIn(lab, '/root/told'))?.includes('d') ?? false,
      text: () =>
        'A pipe ends with the status of its last program, and wc has counted nothing with success. false | true; echo $? shows it. set -o pipefail makes bash ask the others, too.',
    },
    { id: 'try', text: () => 'Try each, and look at echo $? right behind it: 0 is success, everything else is not.' },
  ],
  solutions: [{ title: 'All but the pipe', steps: ['false | true; echo $?', 'echo abc > ~/told'] }],
  pitfalls: [
    { title: 'All of them', steps: ['echo abcd > ~/told'], hint: 'last-of-the-pipe' },
    { title: 'Only the runtime', steps: ['echo c > ~/told'], hint: 'try' },
  ],
};

const pipeline: Task<Names> = {
  id: 'pipeline',
  title:
    'Challenge: write ~/pipeline, which does all of it for the tag it is given, and puts the new container in the place of the old. Change ~/app/srv/says to {{next}}, call ~/pipeline {{next}}, and touch nothing else',
  needs: ['run-it'],
  points: 25,
  challenge: true,
  async check(lab, { next }) {
    const app = containerNamed(lab.state, 'lab', 'app');
    const script = await lab.files().stat('/root/pipeline');
    const isProgram = script?.kind === 'file' && (script.mode & 0o100) !== 0;
    const isNew = app?.status === 'running' && app.bundle === `/root/run/${next}`;
    return (
      isProgram &&
      isNew &&
      image(lab.state, next) !== undefined &&
      (await saysIn(lab, `/root/run/${next}/rootfs`)) === next
    );
  },
  hints: [
    {
      id: 'no-script',
      when: async (lab) => ((await lab.files().stat('/root/pipeline'))?.mode ?? 0) % 0o200 < 0o100,
      text: () =>
        'There is no ~/pipeline that can be executed yet. Write down what you typed for the first tag, with "$1" in its place, below #!/bin/bash and set -euo pipefail; chmod +x.',
    },
    {
      id: 'not-built',
      when: ({ state }, { next }) => image(state, next) === undefined,
      text: (_, { next }) =>
        `There is no image app:${next}. Does the script pack ~/app, and was it called with ${next}?`,
    },
    {
      id: 'old-text',
      when: async (lab, { next }) => ((await saysIn(lab, `/root/run/${next}/rootfs`)) ?? next) !== next,
      text: (_, { next }) =>
        `app:${next} was built before ~/app/srv/says was changed. Change it, and let the pipeline run again: it has to be able to. (underlay-image unpack wants an empty directory.)`,
    },
    {
      id: 'name-taken',
      when: ({ state }, { next }) => containerNamed(state, 'lab', 'app')?.bundle !== `/root/run/${next}`,
      text: ({ state }) =>
        `app still is the one from ${containerNamed(state, 'lab', 'app')?.bundle ?? 'nowhere'}. A name can be given once: the old container has to be deleted (-f) before the new one is run.`,
    },
    {
      id: 'not-running',
      text: () =>
        'The new container does not run. runc list says what it is; what did the last command of the pipeline print?',
    },
  ],
  solutions: [
    {
      title: 'What was typed, in a file',
      steps: [
        "printf '%s\\n' '#!/bin/bash' 'set -euo pipefail' 'underlay-image pack ~/app app:$1' 'cd /var/lib/images/blobs/sha256; sha256sum * | awk \"\\$1 != \\$2 { exit 1 }\"; cd' 'rm -rf ~/run/$1; mkdir -p ~/run/$1; underlay-image unpack app:$1 ~/run/$1/rootfs' 'cp ~/template.json ~/run/$1/config.json' 'runc delete -f app; runc run -d -b ~/run/$1 app' > ~/pipeline; chmod +x ~/pipeline",
        'echo {{next}} > ~/app/srv/says; ~/pipeline {{next}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The old one is in the way',
      steps: [
        "printf '%s\\n' '#!/bin/bash' 'set -euo pipefail' 'underlay-image pack ~/app app:$1; mkdir -p ~/run/$1; underlay-image unpack app:$1 ~/run/$1/rootfs' 'cp ~/template.json ~/run/$1/config.json; runc run -d -b ~/run/$1 app' > ~/pipeline; chmod +x ~/pipeline",
        'echo {{next}} > ~/app/srv/says; ~/pipeline {{next}}',
      ],
      hint: 'name-taken',
    },
    {
      title: 'By hand',
      steps: ['echo {{next}} > ~/app/srv/says; underlay-image pack ~/app app:{{next}}; runc delete -f app'],
      hint: 'no-script',
    },
  ],
};

function setup(): string {
  const config = plainConfig(plainProcess('/bin/sh', '-c', 'cat /srv/says; exec sleep 100000'));
  return [
    rootfsSetup('/root/app'),
    'echo {{first}} > /root/app/srv/says',
    fileSetup('/root/template.json', config),
    // Two images that differ in a file; a byte of the one's layer is not what it was.
    'for tag in {{good}} {{bad}}; do mkdir -p /tmp/$tag; echo $tag > /tmp/$tag/name',
    `underlay-image --store ${delivery} pack /tmp/$tag app:$tag > /tmp/$tag.digest; rm -r /tmp/$tag; done`,
    `m=$(cut -d: -f2 /tmp/{{bad}}.digest); layer=$(jq -r '.layers[0].digest' ${delivery}/blobs/sha256/$m | cut -d: -f2)`,
    `chmod u+w ${delivery}/blobs/sha256/$layer; printf X | dd of=${delivery}/blobs/sha256/$layer bs=1 seek=20 conv=notrunc 2> /dev/null`,
    'rm /tmp/*.digest',
  ].join('\n');
}

export default defineLesson<Names>({
  number: '1.3.7',
  slug: 'designed-for-automation',
  title: 'Principle: designed for automation',
  goal: 'Write a pipeline that builds, verifies and runs without a hand.',
  minutes: 30,
  machines: [{ name: 'lab', hostname: 'lab', setup: setup() }],
  diagrams: ['images', 'containers'],
  vars(pick) {
    const [good = '', bad = ''] = pick.some(['port', 'starboard', 'bow', 'stern'], 2);
    const build = pick.int(40, 80);
    return { first: `b${build}`, next: `b${build + 1}`, good, bad };
  },
  tasks: [build, verify, runIt, failures, pipeline],
});
