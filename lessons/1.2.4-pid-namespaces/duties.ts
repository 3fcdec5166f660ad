/** Tasks on what number 1 has to do: wait for orphans, handle signals, and take everybody along when it ends. */
import { catchesSignal, ignoresSignal, type LabState, ownNumber, type Process } from '../../engine/state';
import { lettersIn } from '../answers';
import type { Task } from '../define';
import { hydraInit, inits, type Names, sleepers, TERM, zombiesIn } from './inits';

/** SIGCHLD (signal(7)): who has a handler for it is going to wait. */
const CHLD = 17;

/** Zombies whose parent is a number 1 that does not wait for them. */
function unreaped(state: LabState): Process[] {
  const deaf = inits(state).filter((init) => !catchesSignal(init, CHLD));
  const ones = new Set(deaf.map((init) => init.pid));
  return zombiesIn(state).filter((zombie) => ones.has(zombie.parent));
}

export const zombies: Task<Names> = {
  id: 'zombies',
  title: 'Leave {{zombies}} zombies, or more, to a number 1 that never waits for its children',
  points: 10,
  kind: 'edge',
  check: ({ state }, vars) => unreaped(state).length >= Number(vars.zombies),
  hints: [
    {
      id: 'too-few',
      when: ({ state }) => unreaped(state).length > 0,
      text: ({ state }, vars) =>
        `There are ${unreaped(state).length} of them. It should be ${vars.zombies} at the same time.`,
    },
    {
      id: 'other-parent',
      when: ({ state }) => zombiesIn(state).length > 0,
      text: ({ state }) => {
        const [zombie] = zombiesIn(state);
        const parent = state.processes[zombie?.parent ?? 0];
        return `There is a zombie, but its parent is ${parent?.command} (${parent?.nsPids[0]}), which is not number 1 of a namespace of its own. Start the same thing under unshare -pf.`;
      },
    },
    {
      id: 'deaf-one',
      text: () =>
        'Number 1 must be a program that never calls wait(2), such as sleep: a shell that starts some short-lived children in a subshell and then becomes it with exec. (A bash that stays does wait for them.) See them with ps -ef as <defunct>.',
    },
  ],
  solutions: [
    {
      title: 'A shell that leaves orphans and becomes sleep',
      steps: [
        { terminal: 'zombies' },
        "unshare -pf --mount-proc bash -c '(for i in $(seq {{zombies}}); do sleep 0.2 & done); exec sleep 3000' &",
        'sleep 1; ps -ef | grep defunct',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A number 1 that waits',
      steps: [
        { terminal: 'zombies' },
        "unshare -pf --mount-proc bash -c '(for i in $(seq {{zombies}}); do sleep 0.2 & done); sleep 3000; true' &",
        'sleep 1; ps -ef | grep defunct',
      ],
      hint: 'deaf-one',
    },
    {
      title: 'Zombies of an ordinary process',
      steps: [
        { terminal: 'zombies' },
        "bash -c 'for i in $(seq {{zombies}}); do sleep 0.2 & done; exec sleep 3000' &",
        'sleep 1; ps -ef | grep defunct',
      ],
      hint: 'other-parent',
    },
  ],
};

export const signals: Task<Names> = {
  id: 'signals',
  title: 'Number 1 is a plain sleep. Predict which of the signals end it, and write the letters to /root/ends',
  points: 5,
  kind: 'edge',
  check: async (lab) => (await lettersIn(lab, '/root/ends')) === 'd',
  hints: [
    {
      id: 'from-inside',
      when: async (lab) => /[ab]/.test((await lettersIn(lab, '/root/ends')) ?? ''),
      text: () =>
        'From inside, number 1 gets only signals it has a handler for. For SIGKILL nobody can have a handler, so not even that one arrives. (Otherwise any process of a container could end the whole container.)',
    },
    {
      id: 'term-from-outside',
      when: async (lab) => (await lettersIn(lab, '/root/ends'))?.includes('c') ?? false,
      text: () =>
        'A signal from the parent namespace is dropped too when number 1 has no handler for it. Two signals are exempt from that rule: those no process can catch.',
    },
    {
      id: 'try-them',
      text: () =>
        'Try them: unshare -pf --mount-proc sleep 3000 & in one terminal, then nsenter -t PID -p -m kill -TERM 1 for the ones from inside. ls -d /proc/PID tells whether it is alive.',
    },
  ],
  solutions: [{ title: 'The one that cannot be ignored', steps: ['echo d > /root/ends'] }],
  pitfalls: [
    { title: 'SIGKILL ends everything', steps: ['echo bd > /root/ends'], hint: 'from-inside' },
    { title: 'The parent may do anything', steps: ['echo cd > /root/ends'], hint: 'term-from-outside' },
  ],
};

export const politeInit: Task<Names> = {
  id: 'polite-init',
  title: 'Run a number 1 that ends politely: with a handler for SIGTERM',
  points: 10,
  kind: 'edge',
  check: ({ state }) => inits(state).some((init) => catchesSignal(init, TERM) || init.command === 'tini'),
  hints: [
    {
      id: 'ignored',
      when: ({ state }) => inits(state).some((init) => ignoresSignal(init, TERM)),
      text({ state }) {
        const init = inits(state).find((one) => ignoresSignal(one, TERM));
        return `${init?.command} (${init?.nsPids[0]}) is a number 1 that ignores SIGTERM: an interactive bash does, and so does trap '' TERM. A handler is something that runs: trap 'exit 0' TERM, in a script.`;
      },
    },
    {
      id: 'lost-in-exec',
      when: ({ state }) => inits(state).some((init) => init.command === 'sleep'),
      text: () =>
        'Number 1 is a sleep, and sleep has no handlers. exec keeps what is ignored, but a handler is code of the old program and goes with it. The shell has to stay, start its child with & and wait.',
    },
    {
      id: 'trap',
      text: () =>
        'unshare -pf bash -c \'trap "exit 0" TERM; sleep 3000 & wait\' &. SigCgt in /proc/PID/status is a mask of the signals with a handler; SIGTERM is bit 14 (0x4000).',
    },
  ],
  solutions: [
    {
      title: 'A shell with a trap',
      steps: [{ terminal: 'polite' }, 'unshare -pf --mount-proc bash -c \'trap "exit 0" TERM; sleep 3000 & wait\' &'],
    },
    { title: 'tini, which was written for this', steps: [{ terminal: 'polite' }, 'unshare -pf tini -- sleep 3000 &'] },
  ],
  pitfalls: [
    {
      title: 'Ignoring instead of handling',
      steps: [{ terminal: 'polite' }, 'unshare -pf bash -c \'trap "" TERM; sleep 3000; true\' &'],
      hint: 'ignored',
    },
    {
      title: 'A handler that is lost in exec',
      steps: [{ terminal: 'polite' }, 'unshare -pf bash -c \'trap "exit 0" TERM; exec sleep 3000\' &'],
      hint: 'lost-in-exec',
    },
  ],
};

/** Innermost numbers of the heads; the first four were born as 2 to 5. */
function heads(state: LabState, life: string): number[] {
  return sleepers(state, life).map((head) => ownNumber(head) ?? 0);
}

export const hydra: Task<Names> = {
  id: 'hydra',
  title: 'The Machine came with a hydra, a service that keeps four sleep {{life}} alive. End it for good',
  points: 10,
  check: ({ state }, { life }) => hydraInit(state) === undefined && sleepers(state, life).length === 0,
  hints: [
    {
      id: 'regrown',
      when: ({ state }, { life }) => heads(state, life).some((number) => number > 5),
      text: ({ state }, { life }) =>
        `You cut off heads, and new ones grew: their innermost numbers are ${heads(state, life).join(', ')}. Aim at the one that starts them, number 1 of that namespace.`,
    },
    {
      id: 'number-one',
      text: ({ state }) =>
        `Number 1 of that namespace is ${hydraInit(state)?.nsPids[0]} in the Machine (lsns -t pid shows it). It has no handler for SIGTERM. When number 1 ends, the kernel sends SIGKILL to everybody else in the namespace.`,
    },
  ],
  solutions: [
    {
      title: 'SIGKILL to number 1, from the Machine',
      steps: ["kill -KILL $(pgrep -xf 'bash /opt/hydra {{life}}')"],
    },
    { title: 'By its name', steps: ["pkill -KILL -xf 'bash /opt/hydra {{life}}'"] },
  ],
  pitfalls: [
    {
      title: 'Cutting off the heads',
      steps: ["pkill -xf 'sleep {{life}}'", "sleep 0.5; pgrep -xf 'sleep {{life}}'"],
      hint: 'regrown',
    },
    {
      title: 'A polite SIGTERM',
      steps: ["kill -TERM $(pgrep -xf 'bash /opt/hydra {{life}}')"],
      hint: 'number-one',
    },
    {
      title: 'SIGKILL from inside',
      steps: ["nsenter -t $(pgrep -xf 'bash /opt/hydra {{life}}') --pid --mount kill -KILL 1"],
      hint: 'number-one',
    },
  ],
};
