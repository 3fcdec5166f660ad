/** Tasks on looking: whose namespaces, which ones, and what each kind is for. */
import { machineNamespace, type NamespaceKind, namespaceKinds } from '../../engine/state';
import { answerIn } from '../answers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { kindsIn, lodger, lodgersKinds } from './lodger';
import type { Names } from './names';

async function numberIn(lab: LabHandle, path: string): Promise<number | null> {
  const digits = /\d{4,}/.exec((await answerIn(lab, path)) ?? '');
  return digits ? Number(digits[0]) : null;
}

/** The kind of the Machine's own namespace whose number the learner wrote down. */
async function kindWritten(lab: LabHandle): Promise<NamespaceKind | undefined> {
  const number = await numberIn(lab, '/root/my-net');
  return namespaceKinds.find((kind) => machineNamespace(lab.state, 'lab', kind) === `${kind}:${number}`);
}

const ownNumber: Task<Names> = {
  id: 'own-number',
  title: 'Write the number of the network namespace your shell lives in into ~/my-net',
  points: 5,
  check: async (lab) => (await kindWritten(lab)) === 'net',
  hints: [
    {
      id: 'another-kind',
      when: async (lab) => (await kindWritten(lab)) !== undefined,
      text: async (lab) =>
        `That is the number of a namespace you live in, but of the kind ${await kindWritten(lab)}. You want the entry called net.`,
    },
    {
      id: 'no-namespace',
      when: async (lab) => (await numberIn(lab, '/root/my-net')) !== null,
      text: async (lab) =>
        `${await numberIn(lab, '/root/my-net')} is not one of your shell's namespaces. The number stands in brackets: net:[NUMBER].`,
    },
    {
      id: 'readlink',
      text: () => 'readlink /proc/self/ns/net prints the name of the namespace; > ~/my-net sends it into the file.',
    },
  ],
  solutions: [
    { title: 'Read the link', steps: ['readlink /proc/self/ns/net > ~/my-net'] },
    { title: 'Ask lsns', steps: ['lsns -n -t net -o NS -p $$ > ~/my-net'] },
    { title: 'Ask for the inode of what the link leads to', steps: ['stat -L -c %i /proc/$$/ns/net > ~/my-net'] },
  ],
  pitfalls: [
    { title: 'Another kind', steps: ['readlink /proc/self/ns/mnt > ~/my-net'], hint: 'another-kind' },
    { title: 'The inode of the link itself', steps: ['echo 123456 > ~/my-net'], hint: 'no-namespace' },
  ],
};

async function named(lab: LabHandle): Promise<NamespaceKind[] | null> {
  const text = await answerIn(lab, '/root/lodger-kinds');
  return text === null ? null : kindsIn(text);
}

const findLodger: Task<Names> = {
  id: 'find-lodger',
  title: 'A process called lodger has namespaces of its own. Write their kinds into ~/lodger-kinds',
  needs: ['own-number'],
  points: 10,
  async check(lab) {
    const kinds = await named(lab);
    const right = lodgersKinds(lab);
    return kinds !== null && right.length > 0 && [...new Set(kinds)].sort().join() === [...right].sort().join();
  },
  hints: [
    {
      id: 'too-many',
      when: async (lab) => ((await named(lab)) ?? []).some((kind) => !lodgersKinds(lab).includes(kind)),
      text: async (lab) => {
        const shared = ((await named(lab)) ?? []).find((kind) => !lodgersKinds(lab).includes(kind));
        return (
          `You named ${shared}, but the lodger shares that one with you. Compare the two: ` +
          `readlink /proc/self/ns/${shared} /proc/${lodger(lab)?.nsPids[0]}/ns/${shared}`
        );
      },
    },
    {
      id: 'too-few',
      when: async (lab) => ((await named(lab)) ?? []).length > 0,
      text: () => 'What you named is right, and it is not all. lsns -p PID lists the eight that a process lives in.',
    },
    {
      id: 'look-for-it',
      text: (lab) =>
        `pgrep lodger tells its number (here ${lodger(lab)?.nsPids[0]}), lsns -p NUMBER its namespaces, lsns -p $$ yours. ` +
        'Write the kinds whose numbers differ: echo KIND KIND > ~/lodger-kinds.',
    },
  ],
  solutions: [
    {
      title: 'Compare two lists',
      steps: ['lsns -p $(pgrep -x lodger)', 'lsns -p $$', 'echo {{first}} {{second}} > ~/lodger-kinds'],
    },
    {
      title: 'Let the shell compare',
      steps: [
        'P=$(pgrep -x lodger); cd /proc/self/ns; for k in mnt uts ipc pid net user cgroup time; do [ $(readlink $k) = $(readlink /proc/$P/ns/$k) ] || echo $k; done > ~/lodger-kinds; cd',
      ],
    },
  ],
  pitfalls: [
    { title: 'All eight', steps: ['ls /proc/$(pgrep -x lodger)/ns > ~/lodger-kinds'], hint: 'too-many' },
    { title: 'Only one', steps: ['echo {{first}} > ~/lodger-kinds'], hint: 'too-few' },
  ],
};

function rightAnswers(names: Names): NamespaceKind[] {
  return kindsIn(names.answers);
}

async function diagnosis(lab: LabHandle): Promise<NamespaceKind[]> {
  return kindsIn((await answerIn(lab, '/root/diagnosis')) ?? '');
}

const diagnose: Task<Names> = {
  id: 'diagnose',
  title: 'Read ~/symptoms and write into ~/diagnosis which kind is behind each: eight words, in the same order',
  needs: ['find-lodger'],
  points: 10,
  async check(lab, names) {
    return (await diagnosis(lab)).join() === rightAnswers(names).join();
  },
  hints: [
    {
      id: 'some-wrong',
      when: async (lab) => (await diagnosis(lab)).length === 8,
      text: async (lab, names) => {
        const given = await diagnosis(lab);
        const right = rightAnswers(names);
        const correct = given.filter((kind, index) => kind === right[index]).length;
        const wrong = given.findIndex((kind, index) => kind !== right[index]);
        return `${correct} of 8 are right. The first that is not is number ${wrong + 1}: ${given[wrong]} would not do that.`;
      },
    },
    {
      id: 'not-eight',
      when: async (lab) => (await diagnosis(lab)).length > 0,
      text: async (lab) =>
        `There are ${(await diagnosis(lab)).length} kinds in the file; eight are wanted, each once: ${namespaceKinds.join(', ')}.`,
    },
    {
      id: 'read-them',
      text: () => `cat ~/symptoms, then echo eight words > ~/diagnosis. The words: ${namespaceKinds.join(', ')}.`,
    },
  ],
  solutions: [{ title: 'One word a symptom', steps: ['cat ~/symptoms', 'echo {{answers}} > ~/diagnosis'] }],
  pitfalls: [
    { title: 'Always the same', steps: ['echo net net net net net net net net > ~/diagnosis'], hint: 'some-wrong' },
    { title: 'Only the first', steps: ['echo {{answers}} | cut -d " " -f 1 > ~/diagnosis'], hint: 'not-eight' },
  ],
};

export const lookingTasks = { ownNumber, findLodger, diagnose };
