/** Tasks on taking away: what a deletion leaves behind, and what stays after the overlay is gone. */
import { machineNamespace, mountAt, upperEntry } from '../../engine/state';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { exists, guessIn, home, type Names, overlayOn } from './kitchen';

const merged = `${home}/merged`;

function isMounted(lab: LabHandle): boolean {
  const ns = machineNamespace(lab.state, 'lab', 'mnt');
  return ns !== undefined && mountAt(lab.state, ns, merged) !== undefined;
}

/** A process whose working directory keeps merged busy. */
function squatter(lab: LabHandle) {
  return Object.values(lab.state.processes).find(({ cwd }) => cwd === merged || cwd.startsWith(`${merged}/`));
}

const predictDelete: Task<Names> = {
  id: 'predict-delete',
  title:
    'Predict: when {{doomed}} is deleted through merged, does upper get smaller, stay the same, or grow? Write smaller, ' +
    'same or grow into ~/guess-delete',
  needs: ['mount'],
  points: 5,
  check: async (lab) => /^grow/.test((await guessIn(lab, 'guess-delete')) ?? ''),
  hints: [
    {
      id: 'nothing-to-remember',
      when: async (lab) => /^(same|smaller)/.test((await guessIn(lab, 'guess-delete')) ?? ''),
      text: (_, names) =>
        `lower may not be written, so its ${names.doomed} will stay. If upper did not gain anything either, how would the ` +
        'overlay still know tomorrow that the name is gone?',
    },
    {
      id: 'commit-yourself',
      text: () => 'One word into a file: echo smaller > ~/guess-delete, or same, or grow. Decide before you try.',
    },
  ],
  solutions: [{ title: 'Absence has to be written down', steps: ['echo grow > ~/guess-delete'] }],
  pitfalls: [
    { title: 'A deletion leaves nothing', steps: ['echo same > ~/guess-delete'], hint: 'nothing-to-remember' },
  ],
};

const whiteout: Task<Names> = {
  id: 'whiteout',
  title: 'Delete {{doomed}} through merged',
  needs: ['mount'],
  points: 10,
  kind: 'edge',
  check(lab, names) {
    const overlay = overlayOn(lab, merged);
    return overlay !== undefined && upperEntry(overlay, names.doomed)?.kind === 'whiteout';
  },
  hints: [
    {
      id: 'removed-below',
      when: async (lab, names) => !(await exists(lab, `${home}/lower/${names.doomed}`)),
      text: (_, names) =>
        `It is gone from merged, but because you tore it out of lower. Put it back (echo chopped > lower/${names.doomed}) ` +
        `and delete merged/${names.doomed} instead: lower must not notice.`,
    },
    {
      id: 'emptied',
      when(lab, names) {
        const overlay = overlayOn(lab, merged);
        return overlay !== undefined && upperEntry(overlay, names.doomed)?.kind === 'file';
      },
      text: (_, names) =>
        `upper has a file called ${names.doomed}: you changed it, and it was copied up. The name itself should go: use rm.`,
    },
    { id: 'use-rm', text: (_, names) => `rm merged/${names.doomed}, and then ls -l upper to see what that left.` },
  ],
  solutions: [
    { title: 'rm', steps: ['rm merged/{{doomed}}', 'ls -l upper'] },
    { title: 'Move it out of the overlay', steps: ['mv merged/{{doomed}} /tmp'] },
  ],
  pitfalls: [
    { title: 'Deleting it in the lower layer', steps: ['rm lower/{{doomed}}'], hint: 'removed-below' },
    { title: 'Emptying it', steps: [': > merged/{{doomed}}'], hint: 'emptied' },
  ],
};

const unmount: Task<Names> = {
  id: 'unmount',
  title: 'Unmount merged, and find that upper still remembers what you did',
  needs: ['whiteout'],
  points: 5,
  kind: 'edge',
  check: async (lab, names) => !isMounted(lab) && (await exists(lab, `${home}/upper/${names.doomed}`)),
  hints: [
    {
      id: 'busy',
      when: (lab) => isMounted(lab) && squatter(lab) !== undefined,
      text: (lab) =>
        `Process ${squatter(lab)?.nsPids[0]} (${squatter(lab)?.command}) has its working directory in merged, so the ` +
        'kernel calls it busy. cd ~ first, in every terminal that stands there.',
    },
    {
      id: 'thrown-away',
      when: (lab) => !isMounted(lab),
      text: () =>
        'merged is unmounted, but the changes are no longer in upper. Make the directories again, mount, delete the file, ' +
        'unmount, and leave upper alone this time.',
    },
    { id: 'use-umount', text: () => 'umount merged (there is no n after the u). Then look: ls -l merged upper.' },
  ],
  solutions: [
    { title: 'umount', steps: ['cd ~; umount merged', 'ls -l merged upper'] },
    { title: 'Lazily, by its full name', steps: ['umount -l /root/merged'] },
  ],
  pitfalls: [
    { title: 'Standing inside', steps: ['cd merged', 'umount /root/merged'], hint: 'busy' },
    { title: 'Clearing away too much', steps: ['rm -r upper/*', 'umount merged'], hint: 'thrown-away' },
  ],
};

export const deletion: Array<Task<Names>> = [predictDelete, whiteout, unmount];
