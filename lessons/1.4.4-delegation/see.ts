/** Tasks on seeing a plugin call another, and on what it wrote down. */
import { answerIn, lettersIn, numbersIn } from '../answers';
import { addressIn, isFor, lastFailure } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { attach, delegated, type Names } from './names';

const bookings = (lab: LabHandle) =>
  delegated(lab.state, 'host-local', 'ADD').filter((call) => isFor(call, 'red') && call.exitCode === 0);

export const seen: Task<Names> = {
  id: 'seen',
  title:
    'Attach red to {{wide}}, and find the call by which bridge got an address for it: write its number into ~/number',
  points: 10,
  async check(lab) {
    const numbers = await numbersIn(lab, '/root/number');
    return numbers?.length === 1 && bookings(lab).some(({ number }) => number === numbers[0]);
  },
  hints: [
    {
      id: 'not-attached',
      when: (lab) => bookings(lab).length === 0,
      text: ({ state }, { wide }) =>
        `${lastFailure(state) ?? ''} No address has been asked for yet: cnitool add ${wide} /run/netns/red`.trim(),
    },
    {
      id: 'callers-number',
      when: async (lab) => {
        const numbers = await numbersIn(lab, '/root/number');
        return bookings(lab).some(({ parent }) => parent === numbers?.[0]);
      },
      text: () =>
        'That is the call of bridge itself, whose parent is null: cnitool made it. Which call has this number as its parent?',
    },
    {
      id: 'look-at-parent',
      text: () =>
        `jq -c '{number, parent, command, plugin}' /var/log/cni/*.json lists them. You look for the one whose parent is the call of bridge. The number alone goes into ~/number.`,
    },
  ],
  solutions: [
    {
      title: 'By its parent',
      steps: [
        attach('{{wide}}', 'red'),
        `jq 'select(.command == "ADD" and .parent != null) | .number' /var/log/cni/*.json > ~/number`,
      ],
    },
    {
      title: 'By its program',
      steps: [
        attach('{{wide}}', 'red'),
        `jq 'select(.plugin | endswith("host-local")) | .number' /var/log/cni/*.json | tail -n 1 > ~/number`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The number of the caller',
      steps: [
        attach('{{wide}}', 'red'),
        `jq 'select(.plugin | endswith("bridge")) | .number' /var/log/cni/*.json > ~/number`,
      ],
      hint: 'callers-number',
    },
  ],
};

export const input: Task<Names> = {
  id: 'input',
  title:
    'What does bridge write to the standard input of host-local: a) the object ipam, b) its whole configuration, c) the whole list, d) nothing? Write the letter into ~/input',
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/input')) === 'b',
  hints: [
    {
      id: 'more-than-ipam',
      when: async (lab) => (await lettersIn(lab, '/root/input')) === 'a',
      text: () =>
        'host-local needs more than that: it keeps a directory for each network, so it has to know its name, and the version in which to answer. Look at the record: jq -r .stdin of the delegated call.',
    },
    {
      id: 'look',
      text: () =>
        `Compare the two: jq -r 'select(.command == "ADD") | .stdin' /var/log/cni/*.json shows what each program was given. One letter into ~/input.`,
    },
  ],
  solutions: [{ title: 'Unchanged, as it came', steps: ['echo b > ~/input'] }],
  pitfalls: [
    { title: 'Only what concerns it', steps: ['echo a > ~/input'], hint: 'more-than-ipam' },
    { title: 'Everything there is', steps: ['echo c > ~/input'], hint: 'look' },
  ],
};

export const again: Task<Names> = {
  id: 'again',
  title:
    'Predict: red has {{wideNet}}.2. Which address does it get when it is detached and attached again? Write it into ~/again; then do it',
  needs: ['seen'],
  points: 10,
  check: async (lab, { wideNet }) =>
    (await answerIn(lab, '/root/again'))?.split('/')[0] === `${wideNet}.3` && bookings(lab).length > 1,
  hints: [
    {
      id: 'not-the-same',
      when: async (lab, { wideNet }) => (await answerIn(lab, '/root/again'))?.split('/')[0] === `${wideNet}.2`,
      text: () =>
        'It is free again, that is true. But for some seconds others may still believe that it belongs to who had it before, in their neighbour tables and open connections. So host-local goes on from where it was: see the file last_reserved_ip.0.',
    },
    {
      id: 'do-it',
      when: async (lab, { wideNet }) => (await answerIn(lab, '/root/again'))?.split('/')[0] === `${wideNet}.3`,
      text: (_, { wide }) => `Written down. Now see: cnitool del ${wide} /run/netns/red, and then cnitool add.`,
    },
    {
      id: 'write-it-down',
      text: (_, { wideNet }) =>
        `An address into ~/again: echo ${wideNet}.2 > ~/again, or another one. Decide before you try.`,
    },
  ],
  solutions: [
    {
      title: 'The next one',
      steps: ['echo {{wideNet}}.3 > ~/again', `cnitool del {{wide}} /run/netns/red; ${attach('{{wide}}', 'red')}`],
    },
  ],
  pitfalls: [
    {
      title: 'The one that has become free',
      steps: ['echo {{wideNet}}.2 > ~/again', `cnitool del {{wide}} /run/netns/red; ${attach('{{wide}}', 'red')}`],
      hint: 'not-the-same',
    },
    { title: 'Believed, not tried', steps: ['echo {{wideNet}}.3 > ~/again'], hint: 'do-it' },
  ],
};

export const lease: Task<Names> = {
  id: 'lease',
  title: "Which file says that red's address in {{wide}} is taken? Write its path into ~/lease",
  needs: ['seen'],
  points: 5,
  async check(lab, { wide }) {
    const path = (await answerIn(lab, '/root/lease')) ?? '';
    const address = addressIn(lab.state, 'red');
    return path === `/var/lib/cni/networks/${wide}/${address}` && (await lab.files().stat(path)) !== null;
  },
  hints: [
    {
      id: 'last-given',
      when: async (lab) => (await answerIn(lab, '/root/lease'))?.includes('last_reserved_ip') ?? false,
      text: () => 'That one holds an address, and not who has it: it is where the search for the next one begins.',
    },
    {
      id: 'runtimes-note',
      when: async (lab) => (await answerIn(lab, '/root/lease'))?.includes('/results/') ?? false,
      text: () => 'That is what the runtime remembers. host-local does not read it: it has a directory of its own.',
    },
    {
      id: 'find',
      text: (_, { wide }) =>
        `Every network has a directory: ls /var/lib/cni/networks/${wide}. The name of the file is the address, its content the owner. The whole path goes into ~/lease.`,
    },
  ],
  solutions: [
    { title: 'Found by the name of the network', steps: ['ls /var/lib/cni/networks/{{wide}}/10.* > ~/lease'] },
    { title: 'Found by its owner', steps: ['grep -l eth0 -r /var/lib/cni/networks/{{wide}} > ~/lease'] },
  ],
  pitfalls: [
    {
      title: 'The address that was given last',
      steps: ['ls /var/lib/cni/networks/{{wide}}/last* > ~/lease'],
      hint: 'last-given',
    },
    { title: 'What the runtime keeps', steps: ['ls /var/lib/cni/results/* > ~/lease'], hint: 'runtimes-note' },
  ],
};
