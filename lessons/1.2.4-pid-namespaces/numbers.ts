/** Tasks on numbers: being number 1, seeing the right /proc, having several numbers at once, and choosing one. */
import {
  catchesSignal,
  type LabState,
  machineNamespace,
  mountAt,
  mountsIn,
  ownNumber,
  type Process,
} from '../../engine/state';
import { numbersIn } from '../answers';
import type { Task } from '../define';
import { inits, type Names, sleepers, TERM, zombiesIn } from './inits';

export const beOne: Task<Names> = {
  id: 'be-one',
  title: 'Start a shell that is process number 1 of a new pid namespace',
  points: 5,
  // Not an edge: without --fork, the first command after it is number 1 for a moment.
  check: ({ state }) => inits(state).length > 0,
  hints: [
    {
      id: 'forgot-fork',
      when: ({ state }) => processWithOtherChildren(state) !== undefined,
      text: ({ state }) =>
        `${processWithOtherChildren(state)?.command} (${processWithOtherChildren(state)?.nsPids[0]}) made a pid namespace and stayed outside: a process never changes its own number. Its first child became number 1, and when that one ended the namespace closed: hence "fork: Cannot allocate memory". exit, and add --fork.`,
    },
    {
      id: 'unshare-fork',
      text: () =>
        'unshare --pid --fork bash: the new namespace is for children, so unshare has to fork one. In it, echo $$ tells you your number.',
    },
  ],
  solutions: [
    { title: 'unshare --pid --fork', steps: [{ terminal: 'one' }, 'unshare --pid --fork bash', 'echo $$'] },
    { title: 'With its own /proc at once', steps: [{ terminal: 'one' }, 'unshare --pid --fork --mount-proc bash'] },
  ],
  pitfalls: [
    {
      title: 'Without --fork',
      steps: [{ terminal: 'one' }, 'unshare --pid bash', 'ls /', 'ls /'],
      hint: 'forgot-fork',
    },
    { title: 'Another namespace', steps: [{ terminal: 'one' }, 'unshare --mount bash'], hint: 'unshare-fork' },
  ],
};

/** A process whose children are born in another pid namespace than its own. */
function processWithOtherChildren(state: LabState): Process | undefined {
  return Object.values(state.processes).find(
    (process) => process.machine === 'lab' && process.pidForChildren !== null && process.command !== 'unshare',
  );
}

/** True when the process looks at a /proc that was mounted for itself, out of the Machine's sight. */
export function hasOwnProc(state: LabState, process: Process): boolean {
  const own = process.namespaces.mnt;
  const machine = machineNamespace(state, 'lab', 'mnt');
  if (own === undefined || machine === undefined || own === machine) return false;
  const mount = mountAt(state, own, '/proc');
  return mount?.fsType === 'proc' && mount.device !== mountAt(state, machine, '/proc')?.device;
}

function procMountsOfMachine(state: LabState): number {
  const machine = machineNamespace(state, 'lab', 'mnt');
  return machine ? mountsIn(state, machine).filter((mount) => mount.mountPoint === '/proc').length : 0;
}

export const ownProc: Task<Names> = {
  id: 'own-proc',
  title: 'Give a number 1 a /proc that shows its own namespace, without touching the /proc of the Machine',
  points: 10,
  kind: 'edge',
  check: ({ state }) => procMountsOfMachine(state) === 1 && inits(state).some((process) => hasOwnProc(state, process)),
  hints: [
    {
      id: 'over-the-machine',
      when: ({ state }) => procMountsOfMachine(state) > 1,
      text: () =>
        "You mounted it over the Machine's /proc: now everybody looks at your namespace's processes. umount /proc, and do it again in a mount namespace of your own (--mount).",
    },
    {
      id: 'old-window',
      when: ({ state }) => inits(state).length > 0,
      text: ({ state }) =>
        `${inits(state)[0]?.command} is number 1, but its /proc was mounted for the Machine's pid namespace and goes on showing that. It needs a mount namespace too, and in it mount -t proc proc /proc. unshare --mount-proc does both.`,
    },
    {
      id: 'both-namespaces',
      text: () =>
        'Start a shell in a new pid namespace and a new mount namespace, forked, and mount a fresh proc at /proc in there.',
    },
  ],
  solutions: [
    { title: '--mount-proc', steps: [{ terminal: 'proc' }, 'unshare --pid --fork --mount-proc bash', 'ps ax'] },
    {
      title: 'Mounted by hand',
      steps: [{ terminal: 'proc' }, 'unshare --pid --fork --mount bash', 'mount -t proc proc /proc', 'ps ax'],
    },
  ],
  pitfalls: [
    { title: 'No new /proc', steps: [{ terminal: 'proc' }, 'unshare --pid --fork bash', 'ps ax'], hint: 'old-window' },
    {
      title: 'Mounted for everybody',
      steps: [{ terminal: 'proc' }, 'unshare --pid --fork bash', 'mount -t proc proc /proc'],
      hint: 'over-the-machine',
    },
  ],
};

export const numbers: Task<Names> = {
  id: 'numbers',
  title:
    "Run sleep {{seconds}} two pid namespaces below the Machine, and write its three numbers to /root/numbers, the Machine's first",
  points: 10,
  kind: 'edge',
  async check(lab, { seconds }) {
    const written = (await numbersIn(lab, '/root/numbers'))?.join(' ');
    return sleepers(lab.state, seconds).some((one) => one.nsPids.length === 3 && one.nsPids.join(' ') === written);
  },
  hints: [
    {
      id: 'wrong-depth',
      when: ({ state }, { seconds }) => sleepers(state, seconds).some((one) => one.nsPids.length !== 3),
      text({ state }, { seconds }) {
        const [one] = sleepers(state, seconds);
        return `sleep ${seconds} has ${one?.nsPids.length} number(s): one for the Machine's namespace and one for each below it that it is in. It should have three: unshare in an unshare.`;
      },
    },
    {
      id: 'reversed',
      when: async (lab, { seconds }) => {
        const written = (await numbersIn(lab, '/root/numbers'))?.reverse().join(' ');
        return sleepers(lab.state, seconds).some((one) => one.nsPids.join(' ') === written);
      },
      text: () =>
        "Those are the numbers, in the wrong order: the Machine's comes first, the innermost last, as in the line NSpid.",
    },
    {
      id: 'other-numbers',
      when: async (lab, { seconds }) =>
        sleepers(lab.state, seconds).length > 0 && (await numbersIn(lab, '/root/numbers')) !== null,
      text: () =>
        'The file does not hold the numbers of that sleep. A shell or an unshare whose arguments merely contain the words has other numbers: pgrep -xf matches the whole command line.',
    },
    {
      id: 'nspid',
      text: (_, { seconds }) =>
        `unshare -pf unshare -pf sleep ${seconds} & starts it. Seen from the Machine, /proc/PID/status has a line NSpid with all its numbers. Write them, separated by spaces.`,
    },
  ],
  solutions: [
    {
      title: 'NSpid',
      steps: [
        { terminal: 'nested' },
        'unshare -pf unshare -pf sleep {{seconds}} &',
        "until pgrep -xf 'sleep {{seconds}}'; do sleep 0.1; done",
        "grep NSpid /proc/$(pgrep -xf 'sleep {{seconds}}')/status",
        "grep NSpid /proc/$(pgrep -xf 'sleep {{seconds}}')/status | cut -f 2- > /root/numbers",
      ],
    },
  ],
  pitfalls: [
    {
      title: 'One namespace only',
      steps: [
        { terminal: 'nested' },
        'unshare -pf sleep {{seconds}} &',
        "until pgrep -xf 'sleep {{seconds}}'; do sleep 0.1; done",
        "grep NSpid /proc/$(pgrep -xf 'sleep {{seconds}}')/status | cut -f 2- > /root/numbers",
      ],
      hint: 'wrong-depth',
    },
    {
      title: 'Innermost first',
      steps: [
        { terminal: 'nested' },
        'unshare -pf unshare -pf sleep {{seconds}} &',
        "until pgrep -xf 'sleep {{seconds}}'; do sleep 0.1; done",
        "awk '/NSpid/ { print $4, $3, $2 }' /proc/$(pgrep -xf 'sleep {{seconds}}')/status > /root/numbers",
      ],
      hint: 'reversed',
    },
    {
      title: 'The numbers of the unshare around it',
      steps: [
        { terminal: 'nested' },
        'unshare -pf unshare -pf sleep {{seconds}} &',
        "until pgrep -xf 'sleep {{seconds}}'; do sleep 0.1; done",
        "grep NSpid /proc/$(pgrep -of 'sleep {{seconds}}')/status | cut -f 2- > /root/numbers",
      ],
      hint: 'other-numbers',
    },
  ],
};

/** Number 1 of the namespace that is the innermost of `process`. */
function initOf(state: LabState, process: Process): Process | undefined {
  return inits(state).find((init) => init.namespaces.pid === process.namespaces.pid);
}

function isPolite(process: Process | undefined): boolean {
  return process !== undefined && (catchesSignal(process, TERM) || process.command === 'tini');
}

export const wellMannered: Task<Names> = {
  id: 'well-mannered',
  title:
    'Challenge: two pid namespaces below the Machine, with a /proc of its own, keep a number 1 that handles SIGTERM and leaves no zombies, ' +
    'and under it a sleep {{patience}} whose innermost number is {{number}}',
  points: 25,
  challenge: true,
  check({ state }, { patience, number }) {
    return sleepers(state, patience).some((one) => {
      const init = initOf(state, one);
      if (init === undefined || !isPolite(init) || !hasOwnProc(state, init)) return false;
      const mess = zombiesIn(state).filter((zombie) => zombie.parent === init.pid);
      return one.nsPids.length === 3 && ownNumber(one) === Number(number) && mess.length === 0;
    });
  },
  hints: [
    {
      id: 'not-nested',
      when: ({ state }, { patience }) => sleepers(state, patience).some((one) => one.nsPids.length !== 3),
      text: ({ state }, { patience }) =>
        `Your sleep is in ${sleepers(state, patience)[0]?.nsPids.length} pid namespaces, the Machine's included; it should be in 3.`,
    },
    {
      id: 'impolite',
      when: ({ state }, { patience }) => sleepers(state, patience).some((one) => !isPolite(initOf(state, one))),
      text: () =>
        'Its number 1 has no handler for SIGTERM. If that is a shell, give it a trap, and let it wait for its child instead of becoming it.',
    },
    {
      id: 'wrong-number',
      when: ({ state }, { patience, number }) =>
        sleepers(state, patience).some((one) => ownNumber(one) !== Number(number)),
      text: ({ state }, { patience, number }) =>
        `It has the number ${sleepers(state, patience).map(ownNumber).join(', ')}, not ${number}. Numbers are given out in order: every process that is started in the namespace uses one up, even if it ends at once. (There is also /proc/sys/kernel/ns_last_pid, for those who read proc(5).)`,
    },
    {
      id: 'window-or-mess',
      when: ({ state }, { patience }) => sleepers(state, patience).length > 0,
      text: () => 'Nearly. Its number 1 still needs a /proc of its own, or has zombies to wait for.',
    },
    {
      id: 'build-up',
      text: (_, { patience }) =>
        `Start from unshare -pf unshare -pf --mount-proc bash -c '...'. The script in the quotes sets a trap, uses up numbers, starts sleep ${patience} in the background and waits.`,
    },
  ],
  solutions: [
    {
      title: 'Use up the numbers',
      steps: [
        { terminal: 'manners' },
        'next=$(({{number}} - 1))',
        'export next',
        'unshare -pf unshare -pf --mount-proc bash -c \'trap "exit 0" TERM; until [ $(sh -c "echo \\$\\$") -ge $next ]; do :; done; sleep {{patience}} & wait\' &',
        "until pgrep -xf 'sleep {{patience}}'; do sleep 0.1; done",
      ],
    },
    {
      title: 'Say which number was the last',
      steps: [
        { terminal: 'manners' },
        'unshare -pf unshare -pf --mount-proc bash -c \'trap "exit 0" TERM; echo $(({{number}} - 1)) > /proc/sys/kernel/ns_last_pid; sleep {{patience}} & wait\' &',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The number it happens to get',
      steps: [
        { terminal: 'manners' },
        'unshare -pf unshare -pf --mount-proc bash -c \'trap "exit 0" TERM; sleep {{patience}} & wait\' &',
      ],
      hint: 'wrong-number',
    },
    {
      title: 'A number 1 without a handler',
      steps: [
        { terminal: 'manners' },
        "unshare -pf unshare -pf --mount-proc bash -c 'echo $(({{number}} - 1)) > /proc/sys/kernel/ns_last_pid; sleep {{patience}} & wait' &",
      ],
      hint: 'impolite',
    },
    {
      title: 'One level too high',
      steps: [
        { terminal: 'manners' },
        'unshare -pf --mount-proc bash -c \'trap "exit 0" TERM; echo $(({{number}} - 1)) > /proc/sys/kernel/ns_last_pid; sleep {{patience}} & wait\' &',
      ],
      hint: 'not-nested',
    },
  ],
};
