/** Tasks on what is given: devices nobody asked for, and the contents of an image. */
import { answerIn } from '../answers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { doubtful, hand, helloIn, layout, type Names, running } from './hand';

const devices = ['full', 'null', 'random', 'tty', 'urandom', 'zero'];

async function wordsIn(lab: LabHandle, path: string): Promise<string[]> {
  return (await answerIn(lab, path))?.split(/\s+/) ?? [];
}

export const inventory: Task<Names> = {
  id: 'devices',
  title:
    'Run ~/model as the container model, and write the names of the device nodes in its /dev, which nobody has asked for, into ~/devices',
  points: 10,
  kind: 'edge',
  check: async (lab) =>
    running(lab.state, 'model') !== undefined &&
    (await wordsIn(lab, '/root/devices')).sort().join(' ') === devices.join(' '),
  hints: [
    {
      id: 'no-model',
      when: ({ state }) => running(state, 'model') === undefined,
      text: () => 'Nothing called model is running: runc run -d -b ~/model model.',
    },
    {
      id: 'not-only-devices',
      when: async (lab) => (await wordsIn(lab, '/root/devices')).some((word) => !devices.includes(word)),
      text: async (lab) =>
        `${(await wordsIn(lab, '/root/devices')).find((word) => !devices.includes(word))} is no device node of /dev. In ls -l their lines begin with c; a line that begins with l is a symbolic link, and with d a directory.`,
    },
    { id: 'list-them', text: () => 'runc exec model ls -l /dev. There are six lines that begin with c.' },
  ],
  solutions: [
    {
      title: 'Lines that begin with c',
      steps: ['runc run -d -b ~/model model', "runc exec model ls -l /dev | awk '/^c/ { print $NF }' > ~/devices"],
    },
    {
      title: 'From the Machine',
      steps: [
        'runc run -d -b ~/model model',
        "ls -l /proc/$(runc state model | jq .pid)/root/dev | grep ^c | awk '{ print $NF }' > ~/devices",
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Everything there is',
      steps: ['runc run -d -b ~/model model', 'runc exec model ls /dev > ~/devices'],
      hint: 'not-only-devices',
    },
  ],
};

async function written(lab: LabHandle): Promise<string[]> {
  return (await wordsIn(lab, '/root/layers')).map((word) => word.replace(/^sha256:/, ''));
}

function layerNames({ state }: LabHandle, names: Names): string[] {
  return helloIn(state, layout, names)?.layers.map(({ digest }) => digest.replace('sha256:', '')) ?? [];
}

const findManifest =
  'cd /usr/share/images/blobs/sha256; m=$(jq -r \'.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] | endswith("hello:{{version}}")).digest\' ../../index.json | cut -d: -f2)';

export const layers: Task<Names> = {
  id: 'layers',
  title:
    'Find the layers of hello:{{version}} in /usr/share/images, and write their digests to ~/layers, the lowest first',
  points: 10,
  check: async (lab, names) => {
    const right = layerNames(lab, names);
    return right.length > 0 && (await written(lab)).join(' ') === right.join(' ');
  },
  hints: [
    {
      id: 'unpacked-names',
      when: async (lab, names) => {
        const inside = helloIn(lab.state, layout, names)?.layers.map(({ diffId }) => diffId?.replace('sha256:', ''));
        return (await written(lab)).some((word) => inside?.includes(word));
      },
      text: () =>
        'Those are diff_ids, from the configuration: checksums of the layers unpacked. The files in blobs are compressed, and so have other names. The manifest lists them under layers.',
    },
    {
      id: 'upside-down',
      when: async (lab, names) => (await written(lab)).join(' ') === layerNames(lab, names).toReversed().join(' '),
      text: () =>
        'All of them, the topmost first. The manifest has them in the order in which they are laid down: the lowest first.',
    },
    {
      id: 'follow',
      text: (_, { version }) =>
        `Three steps: index.json has the digest of the manifest whose annotation ends in hello:${version}; that file lies in blobs/sha256; its layers have digests. jq . FILE shows each.`,
    },
  ],
  solutions: [
    { title: 'index, manifest, layers', steps: [findManifest, "jq -r '.layers[].digest' $m > ~/layers; cd ~"] },
  ],
  pitfalls: [
    {
      title: 'The names in the configuration',
      steps: [
        `${findManifest}; c=$(jq -r .config.digest $m | cut -d: -f2)`,
        "jq -r '.rootfs.diff_ids[]' $c > ~/layers; cd ~",
      ],
      hint: 'unpacked-names',
    },
    {
      title: 'The topmost first',
      steps: [findManifest, "jq -r '.layers | reverse[].digest' $m > ~/layers; cd ~"],
      hint: 'upside-down',
    },
  ],
};

async function accused(lab: LabHandle): Promise<string> {
  return (await wordsIn(lab, '/root/damaged')).map((word) => word.replace(/^(.*\/)?(sha256:)?/, '')).join(' ');
}

function damagedIn({ state }: LabHandle, names: Names): string[] {
  return helloIn(state, doubtful, names)?.corrupt.map((digest) => digest.replace('sha256:', '')) ?? [];
}

export const damaged: Task<Names> = {
  id: 'damaged',
  title: 'One of the files in the copy ~/doubtful is not what its name says. Write that name to ~/damaged',
  points: 10,
  check: async (lab, names) => {
    const bad = damagedIn(lab, names);
    return bad.length > 0 && bad.join(' ') === (await accused(lab));
  },
  hints: [
    {
      id: 'is-sound',
      when: async (lab) => /^[0-9a-f]{64}$/.test(await accused(lab)),
      text: async (lab) =>
        `${(await accused(lab)).slice(0, 12)}... is what it claims to be, or is no name of a file there. A file is sound when sha256sum of it gives its own name.`,
    },
    {
      id: 'several',
      when: async (lab) => (await accused(lab)) !== '',
      text: () => 'One name belongs into the file, 64 hexadecimal digits, and nothing else.',
    },
    {
      id: 'sum-them',
      text: () =>
        'sha256sum * in ~/doubtful/blobs/sha256 prints a sum and a name in each line. In one line the two are different: awk can compare two words ($1 != $2).',
    },
  ],
  solutions: [
    {
      title: 'Sum and name compared',
      steps: ["cd ~/doubtful/blobs/sha256; sha256sum * | awk '$1 != $2 { print $2 }' > ~/damaged; cd ~"],
    },
  ],
  pitfalls: [
    {
      title: 'The sum instead of the name',
      steps: ["cd ~/doubtful/blobs/sha256; sha256sum * | awk '$1 != $2 { print $1 }' > ~/damaged; cd ~"],
      hint: 'is-sound',
    },
  ],
};

async function has(lab: LabHandle, path: string): Promise<boolean> {
  return (await lab.files().stat(`${hand}/rootfs/${path}`)) !== null;
}

export const unpack: Task<Names> = {
  id: 'unpack',
  title: 'Unpack the layers of hello:{{version}} over each other into ~/hand/rootfs, with tar',
  needs: ['layers'],
  points: 10,
  check: async (lab) => (await has(lab, 'bin/busybox')) && (await has(lab, 'srv/hello')),
  hints: [
    {
      id: 'lowest-is-missing',
      when: (lab) => has(lab, 'srv/hello'),
      text: () => 'The program is there, and nothing that could execute it: the lowest layer is missing.',
    },
    {
      id: 'topmost-is-missing',
      when: (lab) => has(lab, 'bin/busybox'),
      text: () => 'A BusyBox, and no hello: what makes this image different lies in the layers above.',
    },
    {
      id: 'one-by-one',
      text: () =>
        'mkdir -p hand/rootfs, and then for each digest in ~/layers: tar -xf /usr/share/images/blobs/sha256/DIGEST -C hand/rootfs (without the "sha256:").',
    },
  ],
  solutions: [
    {
      title: 'In a loop',
      steps: [
        'cd ~; mkdir -p hand/rootfs; for d in $(cut -d: -f2 layers); do tar -xf /usr/share/images/blobs/sha256/$d -C hand/rootfs; done; ls hand/rootfs',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Only the topmost',
      steps: [
        'mkdir -p hand/rootfs; tar -xf /usr/share/images/blobs/sha256/$(tail -n 1 layers | cut -d: -f2) -C hand/rootfs',
      ],
      hint: 'lowest-is-missing',
    },
  ],
};
