/** Lesson 1.3: a layout of images that share layers; a copy of some, a name of its own, a lost and a damaged blob. */
import { applyPatch, type Image, type LabState } from '../../../engine/state';
import { add, oneMachine, story } from './build';

type Layer = Image['layers'][number];

/** A digest for a name: not a real hash, but as different for every name. */
function digest(name: string): string {
  let seed = 0x811c9dc5;
  const word = (part: number) => {
    for (const letter of `${name} ${part}`) seed = Math.imul(seed ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    return seed.toString(16).padStart(8, '0');
  };
  return `sha256:${[0, 1, 2, 3, 4, 5, 6, 7].map(word).join('')}`;
}

function layer(name: string, size: number, createdBy: string | null = null): Layer {
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  return { digest: digest(name), size, mediaType, diffId: digest(`diff ${name}`), createdBy };
}

const base = layer('busybox', 1_048_902, 'COPY busybox /');
const shell = layer('hello.sh', 812, 'COPY hello.sh /bin/hello');

export function image(name: string | null, layers: Layer[], more: Partial<Image> = {}): Image {
  const tag = name ?? layers.map((one) => one.digest).join();
  return {
    machine: 'lab',
    layout: '/usr/share/images',
    name,
    digest: digest(`m ${tag}`),
    platform: 'linux/amd64',
    config: { digest: digest(`c ${tag}`), size: 620, mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers,
    missing: [],
    corrupt: [],
    ...more,
  };
}

const busybox = image('busybox:1.36', [base]);
const hello = (version: number) =>
  image(`hello:v${version}`, [base, shell, layer(`page ${version}`, 200 * version, `ENV VERSION=${version}`)]);
const own = (one: Image, more: Partial<Image> = {}): Image => ({ ...one, layout: '/var/lib/images', ...more });

const shipped = add(oneMachine(), { images: [busybox, hello(1), hello(2), hello(3)] });

export const imageStory = story('1.3 Images', shipped, [
  ['underlay-image import busybox:1.36', (state) => add(state, { images: [own(busybox)] })],
  ['underlay-image import hello:v1', (state) => add(state, { images: [own(hello(1))] })],
  [
    'underlay-image tag hello:v1 hello:latest',
    (state) => add(state, { images: [own(hello(1), { name: 'hello:latest' })] }),
  ],
  [
    'rm /var/lib/images/blobs/sha256/70...',
    (state) =>
      add(state, {
        images: ['hello:v1', 'hello:latest'].map((name) => own(hello(1), { name, missing: [digest('page 1')] })),
      }),
  ],
  ['underlay-image rm hello:v1', (state) => applyPatch(state, { images: { 'lab/var/lib/images/hello:v1': null } })],
  [
    'echo >> /var/lib/images/blobs/sha256/62...',
    (state) =>
      add(state, {
        images: [
          own(busybox, { corrupt: [base.digest] }),
          own(hello(1), { name: 'hello:latest', missing: [digest('page 1')], corrupt: [base.digest] }),
          own(image(null, [], { missing: [digest('m ')], config: null, platform: null })),
        ],
      }),
  ],
]);

/** Many images on one base, and one of a hundred layers. */
export function manyImages(): LabState {
  const high = Array.from({ length: 100 }, (_, index) =>
    layer(`step ${index}`, 4096 * (index + 1), `RUN step ${index}`),
  );
  return add(oneMachine(), {
    images: [
      image('high:1', [base, ...high]),
      image('high:2', [base, ...high.slice(0, 98), layer('other end', 2_000_000)]),
      image('other-base:1', [layer('debian', 29_000_000), shell]),
      ...Array.from({ length: 60 }, (_, index) => image(`service-${index}:1`, [base, layer(`service ${index}`, 9000)])),
    ],
  });
}
