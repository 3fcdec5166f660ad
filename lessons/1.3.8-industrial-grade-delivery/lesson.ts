import {
  containerNamed,
  type Image,
  imageNamed,
  imagesOf,
  isWhole,
  type LabState,
  sharedLayers,
} from '../../engine/state';
import { answerIn, lettersIn, numbersIn } from '../answers';
import { fileSetup, plainConfig, plainProcess } from '../bundles';
import { defineLesson, type Task } from '../define';
import type { LabHandle } from '../lab';

type Names = { sign: string };

const store = '/var/lib/images';
const mirror = '/root/mirror';
/** As many as the lab has. */
const images = 7;

const image = (state: LabState, name: string): Image | undefined => imageNamed(state, 'lab', store, name);

const sameTwice: Task<Names> = {
  id: 'same-twice',
  title:
    'Build ~/src twice, as build:monday and as build:tuesday, so that both have the same digest although a file was touched in between',
  points: 10,
  check({ state }) {
    const [monday, tuesday] = [image(state, 'build:monday'), image(state, 'build:tuesday')];
    return monday !== undefined && monday.digest === tuesday?.digest;
  },
  hints: [
    {
      id: 'differ',
      when: ({ state }) => image(state, 'build:monday') !== undefined && image(state, 'build:tuesday') !== undefined,
      text: ({ state }) =>
        `${image(state, 'build:monday')?.digest.slice(0, 19)} and ${image(state, 'build:tuesday')?.digest.slice(0, 19)}: not the same. Times went in: with --epoch as it is set by itself, no file is later than 1970. What else changed between the two?`,
    },
    {
      id: 'two-builds',
      text: () =>
        'underlay-image pack ~/src build:monday, then touch ~/src/srv/price, then pack it again as build:tuesday. Both print a digest.',
    },
  ],
  solutions: [
    {
      title: 'pack, touch, pack',
      steps: [
        'cd ~; underlay-image pack src build:monday',
        'touch src/srv/price; underlay-image pack src build:tuesday',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The time of the build in it',
      steps: [
        'cd ~; underlay-image pack src build:monday',
        'touch src/srv/price; underlay-image pack --epoch 4000000000 src build:tuesday',
      ],
      hint: 'differ',
    },
  ],
};

const whatCounts: Task<Names> = {
  id: 'what-counts',
  title: 'Predict which of the five changes give another digest, and write the letters to ~/counts',
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/counts')) === 'bce',
  hints: [
    {
      id: 'time-does-not',
      when: async (lab) => /[ad]/.test((await lettersIn(lab, '/root/counts')) ?? ''),
      text: () =>
        'When something was done says nothing about what it is. A reproducible build leaves times out, or sets them all to one value.',
    },
    {
      id: 'all-of-tar',
      text: () =>
        'In a layer is what tar keeps of a file: its name, its mode, its owner, its content. Change one of them in ~/src and pack it under a third name to see.',
    },
  ],
  solutions: [{ title: 'What tar keeps', steps: ['echo bce > ~/counts'] }],
  pitfalls: [
    { title: 'The time', steps: ['echo abce > ~/counts'], hint: 'time-does-not' },
    { title: 'The content only', steps: ['echo c > ~/counts'], hint: 'all-of-tar' },
  ],
};

const shared: Task<Names> = {
  id: 'shared',
  title:
    'How many bytes does hello:v2 need that hello:v1 has not brought already? Add up its layers that are new, and write the number to ~/bytes',
  points: 10,
  async check(lab) {
    const [v1, v2] = [image(lab.state, 'hello:v1'), image(lab.state, 'hello:v2')];
    const [bytes] = (await numbersIn(lab, '/root/bytes')) ?? [];
    return v1 !== undefined && v2 !== undefined && bytes === newBytes(v1, v2);
  },
  hints: [
    {
      id: 'all-layers',
      when: async (lab) => {
        const total = image(lab.state, 'hello:v2')?.layers.reduce((sum, { size }) => sum + size, 0);
        return (await numbersIn(lab, '/root/bytes'))?.[0] === total;
      },
      text: () =>
        'That is all of v2. Its first layer has the digest of the first layer of v1: it is the same file, and whoever has the one has it already.',
    },
    {
      id: 'in-the-manifest',
      text: () =>
        'A manifest tells digest and size of each layer: underlay-image ls shows the digest of hello:v1 and hello:v2, and that is the name of a file in /var/lib/images/blobs/sha256. jq -c ".layers[]" FILE, for both.',
    },
  ],
  solutions: [
    {
      title: 'Two manifests beside each other',
      steps: [
        "cd /var/lib/images/blobs/sha256; m() { underlay-image ls | awk -v n=hello:$1 '$1 == n { print $2 }' | cut -d: -f2; }",
        "jq -c .layers[] $(m v1) > /tmp/v1; jq -c .layers[] $(m v2) | grep -vxFf /tmp/v1 | jq -s 'map(.size) | add' > ~/bytes; cat ~/bytes; cd",
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The whole image',
      steps: [
        "cd /var/lib/images/blobs/sha256; m() { underlay-image ls | awk -v n=hello:$1 '$1 == n { print $2 }' | cut -d: -f2; }",
        'jq "[.layers[].size] | add" $(m v2) > ~/bytes; cd',
      ],
      hint: 'all-layers',
    },
  ],
};

function newBytes(before: Image, after: Image): number {
  const known = new Set(sharedLayers(before, after));
  return after.layers.reduce((sum, { digest, size }) => sum + (known.has(digest) ? 0 : size), 0);
}

const release: Task<Names> = {
  id: 'release',
  title: 'Release v2: let hello:stable stand for what hello:v2 stands for',
  points: 5,
  kind: 'edge',
  check: ({ state }) =>
    image(state, 'hello:stable')?.digest === image(state, 'hello:v2')?.digest && image(state, 'hello:v2') !== undefined,
  hints: [
    {
      id: 'other-version',
      when: ({ state }) => image(state, 'hello:stable')?.digest === image(state, 'hello:v3')?.digest,
      text: () => 'stable is v3 now. That one is not to be trusted yet; v2 is.',
    },
    {
      id: 'tag',
      text: () => 'underlay-image tag hello:v2 hello:stable gives the manifest another name. Nothing is copied.',
    },
  ],
  solutions: [{ title: 'tag', steps: ['underlay-image tag hello:v2 hello:stable'] }],
  pitfalls: [{ title: 'The newest', steps: ['underlay-image tag hello:v3 hello:stable'], hint: 'other-version' }],
};

/** The version that a file of the container's root filesystem tells; null when it does not run. */
async function runningVersion(lab: LabHandle): Promise<string | null> {
  const running = containerNamed(lab.state, 'lab', 'hello');
  return running?.status === 'running' ? answerIn(lab, `${running.rootfs}/srv/www/index.html`) : null;
}

const rollback: Task<Names> = {
  id: 'rollback',
  title:
    'Deploy v4 with ~/deploy v4, see that it does not live, and roll back: hello runs from v2 again, and hello:stable says so',
  needs: ['release'],
  points: 15,
  async check(lab) {
    const isStable = image(lab.state, 'hello:stable')?.digest === image(lab.state, 'hello:v2')?.digest;
    const hasTried = (await lab.files().stat('/root/releases/v4/config.json')) !== null;
    return hasTried && isStable && (await runningVersion(lab)) === 'hello v2';
  },
  hints: [
    {
      id: 'not-tried',
      when: async (lab) => (await lab.files().stat('/root/releases/v4/config.json')) === null,
      text: () => '~/deploy v4 comes first: it tags, unpacks and runs. Read it; it is ten lines.',
    },
    {
      id: 'dead',
      when: ({ state }) => containerNamed(state, 'lab', 'hello')?.status === 'stopped',
      text: () =>
        'hello is stopped: v4 ends as soon as it begins. Why can be asked later. First it has to run again: from the version that is known to work.',
    },
    {
      id: 'not-named',
      when: async (lab) => (await runningVersion(lab)) === 'hello v2',
      text: () =>
        'v2 runs, but hello:stable stands for something else: whoever deploys stable next gets the broken one. Tag it.',
    },
    { id: 'deploy-again', text: () => '~/deploy v2. It is the same order as for going forward, with an older name.' },
  ],
  solutions: [{ title: 'Forward to the old version', steps: ['~/deploy v4', 'runc list', '~/deploy v2'] }],
  pitfalls: [
    { title: 'Only forward', steps: ['~/deploy v4'], hint: 'dead' },
    {
      title: 'Back, and not named',
      steps: ['~/deploy v4', '~/deploy v2; underlay-image tag hello:v4 hello:stable'],
      hint: 'not-named',
    },
  ],
};

const repair: Task<Names> = {
  id: 'repair',
  title:
    'Challenge: ~/mirror is an image layout in which a blob was tampered with. Make it whole again, without anything but what is on this Machine',
  points: 20,
  challenge: true,
  check({ state }) {
    const all = imagesOf(state, 'lab', mirror);
    return all.length >= images && all.every(isWhole);
  },
  hints: [
    {
      id: 'hole',
      when: ({ state }) => imagesOf(state, 'lab', mirror).some(({ missing }) => missing.length > 0),
      text: ({ state }) =>
        `Now ${imagesOf(state, 'lab', mirror)
          .flatMap(({ missing }) => missing)[0]
          ?.slice(
            0,
            19,
          )}… is missing altogether. Throwing away what is wrong was right; but a manifest still names it. Where on this Machine is the same content?`,
    },
    {
      id: 'gone',
      when: ({ state }) => imagesOf(state, 'lab', mirror).length < images,
      text: () => 'There were seven images in ~/mirror, and all seven shall be kept.',
    },
    {
      id: 'find-the-liar',
      text: () =>
        "In ~/mirror/blobs/sha256, sha256sum * | awk '$1 != $2' names the liar by the name it should have. By that very name the true one may lie in another layout: whose? A digest says what it is, not where.",
    },
  ],
  solutions: [
    {
      title: 'The same digest from elsewhere',
      steps: [
        "cd ~/mirror/blobs/sha256; lie=$(sha256sum * | awk '$1 != $2 { print $2 }'); echo $lie",
        'cp -f /var/lib/images/blobs/sha256/$lie .; sha256sum $lie; cd',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The liar thrown away',
      steps: ["cd ~/mirror/blobs/sha256; rm -f $(sha256sum * | awk '$1 != $2 { print $2 }'); cd"],
      hint: 'hole',
    },
    { title: 'A fresh start', steps: ['rm -rf ~/mirror'], hint: 'gone' },
  ],
};

const deploy = `#!/bin/bash
set -euo pipefail
underlay-image tag hello:$1 hello:stable
rm -rf ~/releases/$1
mkdir -p ~/releases/$1
underlay-image unpack hello:stable ~/releases/$1/rootfs
cp ~/template.json ~/releases/$1/config.json
runc delete -f hello 2> /dev/null || true
runc run -d -b ~/releases/$1 hello
`;

/** All lab images in the store, and one more that ends as soon as it begins; a copy of them all with a layer that is not what it was. */
function setup(): string {
  const process = plainProcess('/srv/hello');
  const config = plainConfig({ ...process, env: [...process.env, 'PORT=8080', 'VERSION=this'], cwd: '/srv' });
  return [
    `mkdir -p ${store}; cp -a /usr/share/images/. ${store}; cp -a /usr/share/images ${mirror}; chmod -R u+w ${store} ${mirror}`,
    "mkdir -p /tmp/v4/srv/www; echo hello v4 > /tmp/v4/srv/www/index.html; printf '#!/bin/sh\\nexit 1\\n' > /tmp/v4/srv/hello",
    'chmod +x /tmp/v4/srv/hello; underlay-image pack /tmp/v4 hello:v4 --base hello:v3 > /dev/null; rm -r /tmp/v4',
    `m=$(jq -r '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] | endswith("hello:v2")).digest' ${mirror}/index.json)`,
    `layer=$(jq -r '.layers[1].digest' ${mirror}/blobs/sha256/\${m#*:}); layer=${mirror}/blobs/sha256/\${layer#*:}`,
    'printf X | dd of=$layer bs=1 seek=20 conv=notrunc 2> /dev/null',
    fileSetup('/root/template.json', config),
    `cat > /root/deploy <<'END'\n${deploy}END\nchmod +x /root/deploy`,
    'mkdir -p /root/src/srv; echo {{sign}} > /root/src/srv/sign; echo 3 > /root/src/srv/price',
  ].join('\n');
}

export default defineLesson<Names>({
  number: '1.3.8',
  slug: 'industrial-grade-delivery',
  title: 'Principle: industrial-grade delivery',
  goal: 'Rely on digests, reproducible builds and rollback.',
  minutes: 30,
  machines: [{ name: 'lab', hostname: 'lab', setup: setup() }],
  diagrams: ['images', 'containers'],
  vars: (pick) => ({ sign: pick.of(['bakery', 'bookshop', 'florist', 'grocer']) }),
  tasks: [sameTwice, whatCounts, shared, release, rollback, repair],
});
