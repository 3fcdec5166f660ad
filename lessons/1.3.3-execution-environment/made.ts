/** Tasks on a container made by hand: entering a root, finding what it lacks, and making it the equal of a real one. */
import { kindsApart, type LabState, ownNumber, type Process } from '../../engine/state';
import { lettersIn } from '../answers';
import type { Task } from '../define';
import { hand, hasProc, hasRoot, hostnameOf, madeByHand, type Names, running, seesOldRoot, viewOf } from './hand';

const script = (...lines: string[]) => `cd ~; printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > by-hand`;
const places = 'cd /root/hand/rootfs; mkdir -p proc sys dev .old';
const enter = ['pivot_root . .old', 'cd /', 'umount -l /.old', 'exec sleep {{seconds}}'];
const bound = ['hostname {{host}}', 'mount --bind /root/hand/rootfs /root/hand/rootfs', places];
/** From the root, so that the parent outside of the new pid namespace stands in a directory that will be there. */
const launch = (before = '') => `cd /; ${before}unshare -m -u -i -n -p -f bash /root/by-hand &`;

function sleeper(state: LabState, { seconds }: Names): Process | undefined {
  return madeByHand(state).find(({ args }) => args.join(' ') === `sleep ${seconds}`);
}

export const pivot: Task<Names> = {
  id: 'pivot',
  title:
    'By hand, run sleep {{seconds}} in mount, UTS, IPC, network and pid namespaces of its own, with ~/hand/rootfs as its root, the host name {{host}} and a /proc; nothing of the Machine’s tree may be left',
  needs: ['unpack'],
  points: 20,
  kind: 'edge',
  check({ state }, names) {
    const one = sleeper(state, names);
    return (
      one !== undefined &&
      hasRoot(state, one, '/hand/rootfs') &&
      !seesOldRoot(state, one) &&
      hasProc(state, one) &&
      hostnameOf(state, one) === names.host
    );
  },
  hints: [
    {
      id: 'not-apart',
      when: ({ state }, names) => sleeper(state, names) === undefined,
      text: (_, { seconds }) =>
        `There is no sleep ${seconds} that lives apart in all five kinds. unshare --mount --uts --ipc --net --pid --fork starts a shell that does; the script in there ends with exec sleep ${seconds}.`,
    },
    {
      id: 'only-chroot',
      when: ({ state }, names) => sleeper(state, names)?.root !== '/',
      text: () =>
        'It has been given another root by chroot. That is a note in one process: the whole tree of the Machine is still mounted in its namespace, and root can climb out. pivot_root exchanges the root of the namespace.',
    },
    {
      id: 'old-root-is-there',
      when({ state }, names) {
        const one = sleeper(state, names);
        return one !== undefined && seesOldRoot(state, one);
      },
      text: () =>
        'The old root is still mounted below the new one: all of the Machine, for everybody in there. umount -l takes it away; lazily, because your own shell is still running from it.',
    },
    {
      id: 'no-proc',
      when({ state }, names) {
        const one = sleeper(state, names);
        return one !== undefined && !hasProc(state, one);
      },
      text: () =>
        'It has no /proc. mount -t proc proc proc, in the new root, by a process that is in the new pid namespace.',
    },
    { id: 'name', text: (_, { host }) => `It has kept the name of the Machine: hostname ${host}, before it enters.` },
  ],
  solutions: [
    {
      title: 'A script for the newborn',
      steps: [script(...bound, 'mount -t proc proc proc', ...enter), launch()],
    },
    {
      title: 'The old root under the new',
      steps: [
        script(...bound, 'mount -t proc proc proc', 'pivot_root . .', 'umount -l .', 'cd /', 'exec sleep {{seconds}}'),
        launch(),
      ],
    },
  ],
  pitfalls: [
    {
      title: 'chroot',
      steps: [script(...bound, 'mount -t proc proc proc', 'exec chroot . sleep {{seconds}}'), launch()],
      hint: 'only-chroot',
    },
    {
      title: 'The old root left mounted',
      steps: [
        script(...bound, 'mount -t proc proc proc', 'pivot_root . .old', 'cd /', 'exec sleep {{seconds}}'),
        launch(),
      ],
      hint: 'old-root-is-there',
    },
  ],
};

/** What the question asks about: true where the two are different. */
function differences(state: LabState, one: Process, other: Process): Record<string, boolean> {
  return {
    a: one.capabilities.effective !== other.capabilities.effective,
    b: one.noNewPrivs !== other.noNewPrivs,
    c: kindsApart(state, one).join() !== kindsApart(state, other).join(),
    d: one.cgroup !== other.cgroup,
    e: ownNumber(one) !== ownNumber(other),
  };
}

function truth(state: LabState, names: Names): string | undefined {
  const one = sleeper(state, names);
  const model = running(state, 'model')?.process;
  if (!one || !model) return undefined;
  return Object.entries(differences(state, one, model))
    .filter(([, differs]) => differs)
    .map(([letter]) => letter)
    .join('');
}

export const compare: Task<Names> = {
  id: 'compare',
  title:
    'In which of the five do your process and that of the container model differ? Write the letters to ~/differences',
  needs: ['devices', 'pivot'],
  points: 10,
  kind: 'edge',
  check: async (lab, names) => {
    const letters = truth(lab.state, names);
    return letters !== undefined && (await lettersIn(lab, '/root/differences')) === letters;
  },
  hints: [
    {
      id: 'one-has-ended',
      when: ({ state }, names) => truth(state, names) === undefined,
      text: (_, { seconds }) => `Both have to live to be compared: your sleep ${seconds}, and the container model.`,
    },
    {
      id: 'namespaces-and-number',
      when: async (lab) => /[ce]/.test((await lettersIn(lab, '/root/differences')) ?? ''),
      text: () =>
        'Look again at the kinds of namespace (ls -l /proc/PID/ns, of both and of your shell), and at NSpid in the status of both.',
    },
    {
      id: 'missing-some',
      when: async (lab) => (await lettersIn(lab, '/root/differences')) !== null,
      text: () =>
        'Not all of them, or one too many: grep -E "CapEff|NoNewPrivs" /proc/PID/status, and cat /proc/PID/cgroup, for both.',
    },
    {
      id: 'two-numbers',
      text: (_, { seconds }) =>
        `pgrep -xf 'sleep ${seconds}' and runc state model give you the two numbers. Under /proc/NUMBER lie status, cgroup and ns.`,
    },
  ],
  solutions: [
    {
      title: 'Side by side',
      steps: [
        "for p in $(pgrep -xf 'sleep {{seconds}}') $(runc state model | jq .pid); do grep -E 'CapEff|NoNewPrivs|NSpid' /proc/$p/status; tail -n 1 /proc/$p/cgroup; done",
        'echo abd > ~/differences',
      ],
    },
  ],
  pitfalls: [
    { title: 'No difference in power', steps: ['echo d > ~/differences'], hint: 'missing-some' },
    { title: 'Other namespaces', steps: ['echo abcd > ~/differences'], hint: 'namespaces-and-number' },
  ],
};

/** What should be alike in the challenge, with the two values. */
function comparison(state: LabState, names: Names): Array<{ what: string; byHand: string; byRuntime: string }> | null {
  const twin = running(state, 'twin');
  const one = sleepers(state, names).find((process) => process.noNewPrivs) ?? sleeper(state, names);
  if (!one || twin?.container.bundle !== hand) return null;
  const traits: Array<[string, (process: Process) => string]> = [
    ['command line', ({ args }) => args.join(' ')],
    ['kinds of namespace', (process) => kindsApart(state, process).join(', ')],
    ['host name', (process) => hostnameOf(state, process) ?? ''],
    ['mounts', (process) => viewOf(state, process).join(', ')],
    ['no_new_privs', ({ noNewPrivs }) => (noNewPrivs ? 'set' : 'not set')],
  ];
  return traits.map(([what, of]) => ({ what, byHand: of(one), byRuntime: of(twin.process) }));
}

function sleepers(state: LabState, { seconds }: Names): Process[] {
  return madeByHand(state).filter(({ args }) => args.join(' ') === `sleep ${seconds}`);
}

function unlike(state: LabState, names: Names) {
  return comparison(state, names)?.find(({ byHand, byRuntime }) => byHand !== byRuntime);
}

function isFurnished(state: LabState): boolean {
  const twin = running(state, 'twin')?.process;
  const view = twin ? viewOf(state, twin) : [];
  return ['/dev (tmpfs)', '/proc (proc)', '/sys (sysfs)'].every((mount) => view.includes(mount));
}

const furniture =
  '.mounts |= map(select(.destination | test("^/(proc|dev|sys)$"))) | del(.linux.maskedPaths, .linux.readonlyPaths)';

export const equal: Task<Names> = {
  id: 'equal',
  title:
    'Challenge: run ~/hand by the runtime, as the container twin, and make one by hand that is its equal: both with /proc, /sys and a tmpfs on /dev, the same mounts, host name, kinds of namespace, command line sleep {{seconds}}, and no_new_privs',
  needs: ['pivot'],
  points: 25,
  challenge: true,
  check: ({ state }, names) => {
    const all = comparison(state, names);
    return (
      all !== null &&
      isFurnished(state) &&
      unlike(state, names) === undefined &&
      all.some(({ what, byHand }) => what === 'no_new_privs' && byHand === 'set')
    );
  },
  hints: [
    {
      id: 'no-twin',
      when: ({ state }, names) => comparison(state, names) === null,
      text: (_, { seconds }) =>
        `Two things have to run at once: the container twin from the bundle ~/hand, and your own sleep ${seconds}. For the bundle, the config.json of ~/model is a good beginning.`,
    },
    {
      id: 'bare',
      when: ({ state }) => !isFurnished(state),
      text: () => 'twin should have /proc, /sys and a tmpfs on /dev: three entries in mounts.',
    },
    {
      id: 'differs',
      when: ({ state }, names) => unlike(state, names) !== undefined,
      text: ({ state }, names) => {
        const one = unlike(state, names);
        return `They differ in ${one?.what}. By hand: ${one?.byHand}. By the runtime: ${one?.byRuntime}.`;
      },
    },
    {
      id: 'no-new-privs',
      text: () =>
        'Alike, but neither has no_new_privs: process.noNewPrivileges for one, setpriv --no-new-privs for the other.',
    },
  ],
  solutions: [
    {
      title: 'The configuration cut down, the script added to',
      steps: [
        `cd ~; jq '.process.args = ["sleep", "{{seconds}}"] | .hostname = "{{host}}" | ${furniture}' model/config.json > hand/config.json; runc run -d -b hand twin`,
        script(...bound, 'mount -t proc proc proc; mount -t sysfs -o ro sysfs sys; mount -t tmpfs tmpfs dev', ...enter),
        launch('setpriv --no-new-privs '),
      ],
    },
  ],
  pitfalls: [
    {
      title: 'All mounts of the model',
      steps: [
        `cd ~; jq '.process.args = ["sleep", "{{seconds}}"] | .hostname = "{{host}}"' model/config.json > hand/config.json; runc run -d -b hand twin`,
      ],
      hint: 'differs',
    },
  ],
};
