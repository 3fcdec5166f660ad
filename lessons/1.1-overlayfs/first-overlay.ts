/** Tasks on the smallest overlay there is: one directory below, one above. */
import { lowersOf, machineNamespace, mountAt, type Overlay, upperEntry, upperOf } from '../../engine/state';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { exists, guessIn, home, type Names, overlayOn, sameList } from './kitchen';

const merged = `${home}/merged`;
const upper = `${home}/upper`;
const lower = `${home}/lower`;

const mountIt = 'mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged';

async function missingDirectories(lab: LabHandle): Promise<string[]> {
  const missing: string[] = [];
  for (const name of ['lower', 'upper', 'work', 'merged']) {
    if ((await lab.files().stat(`${home}/${name}`))?.kind !== 'directory') missing.push(name);
  }
  return missing;
}

async function missingFiles(lab: LabHandle, names: Names): Promise<string[]> {
  const missing: string[] = [];
  for (const name of [`lower/${names.both}`, `upper/${names.both}`, `lower/${names.only}`, `lower/${names.doomed}`]) {
    if (!(await exists(lab, `${home}/${name}`))) missing.push(name);
  }
  return missing;
}

async function lowerIsUntouched(lab: LabHandle, names: Names): Promise<boolean> {
  return (await lab.files().text(`${lower}/${names.only}`))?.trim() === names.grams;
}

/** Overlays that write to ~/upper but hang somewhere else than at ~/merged. */
function strayOverlay(lab: LabHandle): Overlay | undefined {
  return Object.values(lab.state.overlays).find((one) => upperOf(one) === upper && one.mountPoint !== merged);
}

const ingredients: Task<Names> = {
  id: 'ingredients',
  title:
    'Make the directories lower, upper, work and merged in your home; put {{both}} into lower and upper with different ' +
    'texts, and {{only}} (holding just the number {{grams}}) and {{doomed}} into lower',
  points: 5,
  async check(lab, names) {
    if ((await missingDirectories(lab)).length > 0 || (await missingFiles(lab, names)).length > 0) return false;
    const below = await lab.files().text(`${lower}/${names.both}`);
    const above = await lab.files().text(`${upper}/${names.both}`);
    return below !== above && (await lowerIsUntouched(lab, names));
  },
  hints: [
    {
      id: 'missing-directories',
      when: async (lab) => (await missingDirectories(lab)).length > 0,
      text: async (lab) => {
        const missing = await missingDirectories(lab);
        return (
          `Not there yet: ${missing.join(', ')}. An overlay needs four directories: two to read, an empty one for the ` +
          `kernel's own work, and one to hang the result on. Each is made with mkdir, in ${home}.`
        );
      },
    },
    {
      id: 'missing-files',
      when: async (lab, names) => (await missingFiles(lab, names)).length > 0,
      text: async (lab, names) =>
        `The directories are there. Still to write: ${(await missingFiles(lab, names)).join(', ')}. ` +
        'echo some words > directory/file does it.',
    },
    {
      id: 'wrong-number',
      when: async (lab, names) => !(await lowerIsUntouched(lab, names)),
      text: (_, names) => `lower/${names.only} should hold one line with the number ${names.grams}, and nothing else.`,
    },
    {
      id: 'same-text',
      text: (_, names) =>
        `lower/${names.both} and upper/${names.both} say the same, so you could not tell which one you are reading. ` +
        'Write different words into one of them.',
    },
  ],
  solutions: [
    {
      title: 'Step by step',
      steps: [
        'cd ~; mkdir lower upper work merged',
        'echo "printed in the book" > lower/{{both}}',
        'echo "pencilled above it" > upper/{{both}}',
        'echo {{grams}} > lower/{{only}}',
        'echo chopped > lower/{{doomed}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Only the two directories that hold files are made',
      steps: ['mkdir lower upper', 'echo a > lower/{{both}}; echo b > upper/{{both}}'],
      hint: 'missing-directories',
    },
    {
      title: 'The same text twice',
      steps: [
        'mkdir lower upper work merged; echo same > lower/{{both}}; cp lower/{{both}} upper',
        'echo {{grams}} > lower/{{only}}; echo chopped > lower/{{doomed}}',
      ],
      hint: 'same-text',
    },
  ],
};

const predictRead: Task<Names> = {
  id: 'predict-read',
  title: 'Predict: whose {{both}} will merged show, lower or upper? Write the one word into ~/guess-read',
  needs: ['ingredients'],
  points: 5,
  check: async (lab) => (await guessIn(lab, 'guess-read')) === 'upper',
  hints: [
    {
      id: 'says-lower',
      when: async (lab) => (await guessIn(lab, 'guess-read')) === 'lower',
      text: () =>
        'You wrote lower. Think of tracing paper on a printed page: where both have ink, which ink is nearer to your eye?',
    },
    {
      id: 'commit-yourself',
      text: () => 'Write one of the two words: echo lower > ~/guess-read, or echo upper > ~/guess-read. Then see.',
    },
  ],
  solutions: [{ title: 'The sheet on top wins', steps: ['echo upper > ~/guess-read'] }],
  pitfalls: [{ title: 'The printed page wins', steps: ['echo lower > ~/guess-read'], hint: 'says-lower' }],
};

const mount: Task<Names> = {
  id: 'mount',
  title: 'Mount the overlay on merged: lower below, upper above, work as its workdir',
  needs: ['ingredients'],
  points: 10,
  kind: 'edge',
  check(lab) {
    const overlay = overlayOn(lab, merged);
    return overlay !== undefined && upperOf(overlay) === upper && sameList(lowersOf(overlay), [lower]);
  },
  hints: [
    {
      id: 'swapped',
      when(lab) {
        const overlay = overlayOn(lab, merged);
        return overlay !== undefined && upperOf(overlay) === lower;
      },
      text: () =>
        'You mounted it, but upperdir and lowerdir are swapped: changes would now be written into lower. ' +
        'umount merged, then give lowerdir=lower and upperdir=upper.',
    },
    {
      id: 'elsewhere',
      when: (lab) => strayOverlay(lab) !== undefined,
      text: (lab) =>
        `The overlay works, but it hangs at ${strayOverlay(lab)?.mountPoint}. The last word of the mount command is ` +
        'the place; unmount it and hang it on merged.',
    },
    {
      id: 'not-an-overlay',
      when: (lab) => {
        const ns = machineNamespace(lab.state, 'lab', 'mnt');
        const there = ns && mountAt(lab.state, ns, merged);
        return there !== undefined && there.fsType !== 'overlay';
      },
      text: () =>
        'Something is mounted on merged, but it is not an overlay: it shows one directory instead of joining two. ' +
        'umount merged and mount again with -t overlay.',
    },
    {
      id: 'three-options',
      text: () =>
        'mount -t overlay NAME -o OPTIONS PLACE. The options are lowerdir=, upperdir= and workdir=, joined by commas ' +
        'without spaces. If mount says that a "special device" does not exist, one of those directories is missing or ' +
        'you are not in the directory you think: pwd tells.',
    },
  ],
  solutions: [
    { title: 'Relative names, from home', steps: ['cd ~', mountIt] },
    {
      title: 'Absolute names, from anywhere',
      steps: [
        'cd /tmp',
        `mount -t overlay kitchen -o lowerdir=${lower},upperdir=${upper},workdir=${home}/work ${merged}`,
        'cd ~',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Upper and lower swapped',
      steps: ['mount -t overlay overlay -o lowerdir=upper,upperdir=lower,workdir=work merged'],
      hint: 'swapped',
    },
    {
      title: 'Mounted in another place',
      steps: ['mkdir view', 'mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work view'],
      hint: 'elsewhere',
    },
    { title: 'A bind mount of one of them', steps: ['mount --bind upper merged'], hint: 'not-an-overlay' },
  ],
};

const copyUp: Task<Names> = {
  id: 'copy-up',
  title: 'Change {{only}} through merged, and leave the one in lower as it was',
  needs: ['mount'],
  points: 10,
  kind: 'edge',
  async check(lab, names) {
    const overlay = overlayOn(lab, merged);
    if (overlay === undefined || upperEntry(overlay, names.only)?.kind !== 'file') return false;
    const shown = await lab.files().text(`${merged}/${names.only}`);
    return shown?.trim() !== names.grams && (await lowerIsUntouched(lab, names));
  },
  hints: [
    {
      id: 'wrote-below',
      when: async (lab, names) => !(await lowerIsUntouched(lab, names)),
      text: (_, names) =>
        `lower/${names.only} itself has changed, so somebody went behind the overlay's back. Write ${names.grams} into it ` +
        `again, and make the change at merged/${names.only}. (Changing a layer while it is mounted is undefined behaviour: ` +
        'here it happens to show through.)',
    },
    {
      id: 'copied-unchanged',
      when(lab, names) {
        const overlay = overlayOn(lab, merged);
        return overlay !== undefined && upperEntry(overlay, names.only) !== undefined;
      },
      text: (_, names) =>
        `Look into upper: ${names.only} is there. The copy-up has happened, since even a new timestamp is a change. ` +
        'Now change the text too.',
    },
    {
      id: 'through-merged',
      text: (_, names) =>
        `echo "and more" >> merged/${names.only} appends a line. The path has to begin with merged, the only door the ` +
        'overlay watches.',
    },
  ],
  solutions: [
    { title: 'Append a line', steps: ['echo "and a little more" >> merged/{{only}}'] },
    { title: 'Replace the text', steps: ['echo "to taste" > merged/{{only}}'] },
    { title: 'Edit with sed, which writes a new file and renames it', steps: ["sed -i 's/$/ grams/' merged/{{only}}"] },
  ],
  pitfalls: [
    { title: 'Writing into the lower layer', steps: ['echo more >> lower/{{only}}'], hint: 'wrote-below' },
    { title: 'Only touching it', steps: ['touch merged/{{only}}'], hint: 'copied-unchanged' },
  ],
};

const rename: Task<Names> = {
  id: 'rename',
  title: 'Rename {{only}} to {{renamed}}, through merged',
  needs: ['copy-up'],
  points: 10,
  kind: 'edge',
  check(lab, names) {
    const overlay = overlayOn(lab, merged);
    if (overlay === undefined) return false;
    return upperEntry(overlay, names.renamed)?.kind === 'file' && upperEntry(overlay, names.only)?.kind === 'whiteout';
  },
  hints: [
    {
      id: 'renamed-below',
      when: (lab, names) => exists(lab, `${lower}/${names.renamed}`),
      text: (_, names) =>
        `lower has a ${names.renamed} now: that was the layer, not the view. Rename it back, then use mv with both names under merged.`,
    },
    {
      id: 'both-names',
      when(lab, names) {
        const overlay = overlayOn(lab, merged);
        return overlay !== undefined && upperEntry(overlay, names.renamed) !== undefined;
      },
      text: (_, names) =>
        `${names.renamed} is there, but so is ${names.only}: that is a copy. A rename also takes the old name away.`,
    },
    {
      id: 'use-mv',
      text: (_, names) => `mv merged/OLD merged/NEW renames. OLD is ${names.only}, NEW is ${names.renamed}.`,
    },
  ],
  solutions: [
    { title: 'mv', steps: ['mv merged/{{only}} merged/{{renamed}}'] },
    { title: 'A copy, then a removal', steps: ['cp merged/{{only}} merged/{{renamed}}', 'rm merged/{{only}}'] },
  ],
  pitfalls: [
    { title: 'Renaming in the lower layer', steps: ['mv lower/{{only}} lower/{{renamed}}'], hint: 'renamed-below' },
    { title: 'Copying', steps: ['cp merged/{{only}} merged/{{renamed}}'], hint: 'both-names' },
  ],
};

export const firstOverlay: Array<Task<Names>> = [ingredients, predictRead, mount, copyUp, rename];
