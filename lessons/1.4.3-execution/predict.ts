/** Tasks on what happens in which order, decided before anything is called. */
import { lettersIn } from '../answers';
import type { Task } from '../define';
import type { Names } from './names';

export const order: Task<Names> = {
  id: 'order',
  title:
    'Predict: for which commands are the plugins of a list called from the last to the first: a) ADD, b) CHECK, c) DEL, d) GC? Write the letters into ~/backwards',
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/backwards')) === 'c',
  hints: [
    {
      id: 'add-needs-order',
      when: async (lab) => (await lettersIn(lab, '/root/backwards'))?.includes('a') ?? false,
      text: () =>
        'tuning changes an interface. In which order can that work, when the interface is made by bridge, and bridge is the first?',
    },
    {
      id: 'nothing-is-undone',
      when: async (lab) => (await lettersIn(lab, '/root/backwards'))?.includes('c') ?? false,
      text: () =>
        'DEL, yes: what was done last is undone first. But the others undo nothing that a later plugin could rely on: CHECK looks, and GC frees what nobody holds any more.',
    },
    {
      id: 'taking-apart',
      text: () =>
        'Think of dressing and undressing: which of the four is about taking apart what was put together? Write its letter: echo a > ~/backwards, for example.',
    },
  ],
  solutions: [{ title: 'Only what takes apart', steps: ['echo c > ~/backwards'] }],
  pitfalls: [
    { title: 'Everything that removes', steps: ['echo c d > ~/backwards'], hint: 'nothing-is-undone' },
    { title: 'Looking back', steps: ['echo b > ~/backwards'], hint: 'taking-apart' },
  ],
};

export const handed: Task<Names> = {
  id: 'handed',
  title:
    'Predict: whose result does portmap, the third, get as prevResult: a) of bridge, b) of tuning, c) of both, d) none? Write the letter into ~/handed',
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/handed')) === 'b',
  hints: [
    {
      id: 'relay',
      when: async (lab) => (await lettersIn(lab, '/root/handed')) === 'a',
      text: () =>
        'Then nobody would learn of what tuning has changed. Think of a relay race: from whom does the third runner take the baton?',
    },
    {
      id: 'one-baton',
      when: async (lab) => /[cd]/.test((await lettersIn(lab, '/root/handed')) ?? ''),
      text: () =>
        'There is exactly one prevResult for every plugin but the first. Each plugin passes on what it was given, with its own changes in it.',
    },
    {
      id: 'commit-yourself',
      text: () => 'One letter into a file: echo a > ~/handed, or another. You will see soon enough.',
    },
  ],
  solutions: [{ title: 'The one before', steps: ['echo b > ~/handed'] }],
  pitfalls: [
    { title: 'Whoever made the interface', steps: ['echo a > ~/handed'], hint: 'relay' },
    { title: 'All that came before', steps: ['echo c > ~/handed'], hint: 'one-baton' },
  ],
};
