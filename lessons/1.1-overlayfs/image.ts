/** Tasks on many layers: an image of three, containers on top of it, and a commit by hand. */
import { lowersOf, shownEntry, upperEntry, upperOf } from '../../engine/state';
import type { Task } from '../define';
import { guessIn, home, imageLayers, type Names, overlayOn, sameList } from './kitchen';

const box = `${home}/box/merged`;
const frozenPlace = `${home}/frozen`;
const twin = `${home}/twin`;
const image = 'image/app:image/runtime:image/base';

const predictStack: Task<Names> = {
  id: 'predict-stack',
  title:
    'Predict: with lowerdir=app:runtime:base, which layer will etc/{{contested}} come from? Write its name into ~/guess-stack',
  needs: ['mount'],
  points: 5,
  check: async (lab, names) => (await guessIn(lab, 'guess-stack')) === names.winner,
  hints: [
    {
      id: 'bottom-layer',
      when: async (lab) => (await guessIn(lab, 'guess-stack')) === 'base',
      text: () =>
        'base is the last in the list, so it lies at the bottom: anything above it that has the name covers it.',
    },
    {
      id: 'not-the-first',
      when: async (lab) => ['app', 'runtime'].includes((await guessIn(lab, 'guess-stack')) ?? ''),
      text: (_, names) =>
        `Read the list from the left and stop at the first layer that has the name: ls image/*/etc/${names.contested} ` +
        'shows which ones have it.',
    },
    {
      id: 'find-it',
      text: (_, names) =>
        `ls image/*/etc/${names.contested} lists the layers that have the file. Write the one that wins: ` +
        'echo NAME > ~/guess-stack, with app, runtime or base.',
    },
  ],
  solutions: [
    {
      title: 'The leftmost layer that has it',
      steps: ['ls image/*/etc/{{contested}}', 'echo {{winner}} > ~/guess-stack'],
    },
  ],
  pitfalls: [{ title: 'The base always wins', steps: ['echo base > ~/guess-stack'], hint: 'bottom-layer' }],
};

const stack: Task<Names> = {
  id: 'stack',
  title: 'Start a "container": mount app over runtime over base on box/merged, writing to box/upper (workdir box/work)',
  needs: ['predict-stack'],
  points: 10,
  kind: 'edge',
  check(lab) {
    const overlay = overlayOn(lab, box);
    return (
      overlay !== undefined && sameList(lowersOf(overlay), imageLayers) && upperOf(overlay) === `${home}/box/upper`
    );
  },
  hints: [
    {
      id: 'upside-down',
      when(lab) {
        const overlay = overlayOn(lab, box);
        return overlay !== undefined && sameList(lowersOf(overlay), imageLayers.toReversed());
      },
      text: () =>
        'The image stands on its head: you listed base first, and the first name in lowerdir is the topmost layer. ' +
        'umount box/merged and turn the list around.',
    },
    {
      id: 'wrong-layers',
      when(lab) {
        const overlay = overlayOn(lab, box);
        return overlay !== undefined && !sameList(lowersOf(overlay), imageLayers);
      },
      text(lab) {
        const overlay = overlayOn(lab, box);
        const lowers = overlay ? lowersOf(overlay).join(', then ') : '';
        return `From the top your overlay reads ${lowers}. It should be image/app, then image/runtime, then image/base.`;
      },
    },
    {
      id: 'wrong-upper',
      when: (lab) => overlayOn(lab, box) !== undefined,
      text(lab) {
        const overlay = overlayOn(lab, box);
        const upper = overlay && upperOf(overlay);
        return `The layers are right, but ${upper ? `it writes to ${upper}` : 'it has nowhere to write'}. Mount it again with upperdir=box/upper.`;
      },
    },
    {
      id: 'colons',
      text: () =>
        'First mkdir -p box/upper box/work box/merged. Then the same mount command as before, with three names in lowerdir, ' +
        'joined by colons, the topmost first.',
    },
  ],
  solutions: [
    {
      title: 'From home',
      steps: [
        'cd ~; mkdir -p box/upper box/work box/merged',
        `mount -t overlay box -o lowerdir=${image},upperdir=box/upper,workdir=box/work box/merged`,
      ],
    },
    {
      title: 'From inside the image, as engines do to keep the option short',
      steps: [
        'mkdir -p box/upper box/work box/merged; cd image',
        `mount -t overlay box -o lowerdir=app:runtime:base,upperdir=${home}/box/upper,workdir=${home}/box/work ${box}`,
        'cd ~',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Listed from the bottom up',
      steps: [
        'mkdir -p box/upper box/work box/merged',
        'mount -t overlay box -o lowerdir=image/base:image/runtime:image/app,upperdir=box/upper,workdir=box/work box/merged',
      ],
      hint: 'upside-down',
    },
    {
      title: 'A layer forgotten',
      steps: [
        'mkdir -p box/upper box/work box/merged',
        'mount -t overlay box -o lowerdir=image/app:image/base,upperdir=box/upper,workdir=box/work box/merged',
      ],
      hint: 'wrong-layers',
    },
    {
      title: 'No upper',
      steps: ['mkdir -p box/merged', `mount -t overlay box -o lowerdir=${image} box/merged`],
      hint: 'wrong-upper',
    },
  ],
};

const opaque: Task<Names> = {
  id: 'opaque',
  title: 'In box/merged, replace the directory {{folder}} by a new, empty one of the same name',
  needs: ['stack'],
  points: 10,
  kind: 'edge',
  check(lab, names) {
    const overlay = overlayOn(lab, box);
    return overlay !== undefined && upperEntry(overlay, names.folder)?.kind === 'opaque';
  },
  hints: [
    {
      id: 'emptied',
      when(lab, names) {
        const overlay = overlayOn(lab, box);
        return overlay !== undefined && upperEntry(overlay, names.folder)?.kind === 'directory';
      },
      text: (_, names) =>
        `${names.folder} looks empty, at the price of one whiteout for each file in it (ls -l box/upper/${names.folder}). ` +
        'Remove the directory as a whole and make it again: then one mark does.',
    },
    {
      id: 'only-removed',
      when(lab, names) {
        const overlay = overlayOn(lab, box);
        return overlay !== undefined && upperEntry(overlay, names.folder)?.kind === 'whiteout';
      },
      text: (_, names) => `${names.folder} is gone behind a whiteout: half the way. Now make a new one in its place.`,
    },
    {
      id: 'remove-and-make',
      text: (_, names) =>
        `rm -r the old one, mkdir the new one, both under box/merged. The directory is ${names.folder}.`,
    },
  ],
  solutions: [
    {
      title: 'Remove it and make it again',
      steps: [
        'rm -r box/merged/{{folder}}',
        'mkdir box/merged/{{folder}}',
        'ls box/merged/{{folder}} image/base/{{folder}}',
      ],
    },
  ],
  pitfalls: [
    { title: 'Emptying it file by file', steps: ['rm box/merged/{{folder}}/*'], hint: 'emptied' },
    { title: 'Removing it only', steps: ['rm -r box/merged/{{folder}}'], hint: 'only-removed' },
  ],
};

const frozen: Task<Names> = {
  id: 'frozen',
  title: 'Mount app over base on ~/frozen so that nobody can write to it: an overlay without an upper',
  needs: ['mount'],
  points: 10,
  check(lab) {
    const overlay = overlayOn(lab, frozenPlace);
    if (overlay === undefined || upperOf(overlay) !== null) return false;
    const wanted = lowersOf(overlay).filter((layer) => layer !== `${home}/image/runtime`);
    return sameList(wanted, [`${home}/image/app`, `${home}/image/base`]);
  },
  hints: [
    {
      id: 'has-an-upper',
      when(lab) {
        const overlay = overlayOn(lab, frozenPlace);
        return overlay !== undefined && upperOf(overlay) !== null;
      },
      text: () =>
        'It has an upper, so mount -o remount,rw would open it for writing. umount frozen, and give it lowerdir= alone: ' +
        'then there is nothing to write to.',
    },
    {
      id: 'other-layers',
      when: (lab) => overlayOn(lab, frozenPlace) !== undefined,
      text: (lab) => {
        const overlay = overlayOn(lab, frozenPlace);
        return `It is read-only, but reads ${overlay ? lowersOf(overlay).join(', then ') : ''} from the top. Wanted: image/app, then image/base.`;
      },
    },
    {
      id: 'two-lowers',
      text: () =>
        'mkdir frozen, then mount with -o lowerdir=TOP:BOTTOM and nothing else. At least two layers: the kernel refuses an ' +
        'overlay of a single one, since a bind mount would do that better.',
    },
  ],
  solutions: [
    {
      title: 'Lower layers only',
      steps: [
        'cd ~; mkdir frozen',
        'mount -t overlay frozen -o lowerdir=image/app:image/base frozen',
        'touch frozen/snow',
      ],
    },
    {
      title: 'All three layers',
      steps: ['cd ~; mkdir frozen', `mount -t overlay frozen -o lowerdir=${image} frozen`],
    },
  ],
  pitfalls: [
    {
      title: 'A writable overlay, mounted ro',
      steps: [
        'mkdir frozen ice icework',
        'mount -t overlay frozen -o ro,lowerdir=image/app:image/base,upperdir=ice,workdir=icework frozen',
      ],
      hint: 'has-an-upper',
    },
    {
      title: 'The wrong way round',
      steps: ['mkdir frozen', 'mount -t overlay frozen -o lowerdir=image/base:image/app frozen'],
      hint: 'other-layers',
    },
  ],
};

const commit: Task<Names> = {
  id: 'commit',
  title:
    'Turn what you changed in the box into a layer of its own: mount on ~/twin a second container that shows the image ' +
    'with your changes, keeps them read-only, and writes to an upper that is new',
  needs: ['opaque'],
  points: 25,
  challenge: true,
  check(lab, names) {
    const overlay = overlayOn(lab, twin);
    if (overlay === undefined) return false;
    const upper = upperOf(overlay);
    const lowers = lowersOf(overlay);
    const shown = shownEntry(overlay, names.folder);
    return (
      upper !== null &&
      upper !== `${home}/box/upper` &&
      lowers.length > imageLayers.length &&
      sameList(lowers.slice(-imageLayers.length), imageLayers) &&
      shown?.kind === 'opaque' &&
      overlay.layers[shown.layer]?.role === 'lower'
    );
  },
  hints: [
    {
      id: 'same-upper',
      when(lab) {
        const overlay = overlayOn(lab, twin);
        return overlay !== undefined && upperOf(overlay) === `${home}/box/upper`;
      },
      text: () =>
        'Twin writes into box/upper. Two overlays with one upper will ruin each other, and the changes are not read-only. ' +
        'Give twin an empty upper (and a workdir) of its own.',
    },
    {
      id: 'read-only-twin',
      when(lab) {
        const overlay = overlayOn(lab, twin);
        return overlay !== undefined && upperOf(overlay) === null;
      },
      text: () => 'Twin has no upper, so nothing could ever be written in this container. Give it one, and a workdir.',
    },
    {
      id: 'plain-image',
      when(lab) {
        const overlay = overlayOn(lab, twin);
        return overlay !== undefined && lowersOf(overlay).length <= imageLayers.length;
      },
      text: () =>
        'That is a second container of the old image: your changes are not among its layers. They are all in one ' +
        'directory, in exactly the form a layer needs. Which one, and where in lowerdir does it go?',
    },
    {
      id: 'lost-marks',
      when: (lab) => overlayOn(lab, twin) !== undefined,
      text: (_, names) =>
        `Compare ls box/merged/${names.folder} with ls twin/${names.folder}. If the old files are back, the opaque mark got ` +
        'lost on the way: it is an extended attribute, and cp -r leaves those behind. cp -a keeps them; using the directory ' +
        'itself loses nothing.',
    },
    {
      id: 'nothing-new',
      text: () =>
        'A layer is a directory; a commit promotes one. Everything you changed lies in box/upper, whiteouts and opaque marks ' +
        'included. Unmount the box first if you use that directory itself: a layer must not change under a mount.',
    },
  ],
  solutions: [
    {
      title: 'The upper becomes the topmost lower',
      steps: [
        'cd ~; umount box/merged',
        'mkdir twin twin-upper twin-work',
        `mount -t overlay twin -o lowerdir=box/upper:${image},upperdir=twin-upper,workdir=twin-work twin`,
      ],
    },
    {
      title: 'A copy of the upper, with the box still running',
      steps: [
        'cd ~; cp -a box/upper image/mine',
        'mkdir twin twin-upper twin-work',
        `mount -t overlay twin -o lowerdir=image/mine:${image},upperdir=twin-upper,workdir=twin-work twin`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The image without the changes',
      steps: [
        'mkdir twin twin-upper twin-work',
        `mount -t overlay twin -o lowerdir=${image},upperdir=twin-upper,workdir=twin-work twin`,
      ],
      hint: 'plain-image',
    },
    {
      title: 'A copy that loses the opaque mark',
      steps: [
        'cp -r box/upper image/mine; mkdir twin twin-upper twin-work',
        `mount -t overlay twin -o lowerdir=image/mine:${image},upperdir=twin-upper,workdir=twin-work twin`,
      ],
      hint: 'lost-marks',
    },
    {
      title: 'The same upper for both',
      steps: [
        'umount box/merged; mkdir twin',
        `mount -t overlay twin -o lowerdir=${image},upperdir=box/upper,workdir=box/work twin`,
      ],
      hint: 'same-upper',
    },
  ],
};

export const imageTasks: Array<Task<Names>> = [predictStack, stack, opaque, frozen, commit];
