/** Tasks on doing what used to need root: an overlay, and a whole container. */
import { isMadeInit, type LabState, machineNamespace, madeNamespaces, mountAt, type Process } from '../../engine/state';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import {
  hasLetGoOfOldRoot,
  hasProcOfItsOwn,
  home,
  insiders,
  isLearners,
  madeOwner,
  type Names,
  uidInside,
  userNamespaces,
} from './users';

const merged = `${home}/merged`;

/** True when a mount namespace that the learner owns has an overlay at ~/merged. */
function hasRootlessOverlay(state: LabState): boolean {
  return madeNamespaces(state, 'mnt').some(
    (ns) => isLearners(madeOwner(state, ns)) && mountAt(state, ns.id, merged)?.fsType === 'overlay',
  );
}

async function isWhitedOut(lab: LabHandle, name: string): Promise<boolean> {
  const kind = (await lab.files().stat(`${home}/upper/${name}`))?.kind;
  // Outside an overlay's layers a whiteout is just the character device it is made of.
  return kind === 'whiteout' || kind === 'char';
}

export const rootlessOverlay: Task<Names> = {
  id: 'rootless-overlay',
  title: 'Without sudo, mount an overlay of ~/lower, ~/upper and ~/work at ~/merged, and delete {{doomed}} through it',
  points: 10,
  kind: 'edge',
  check: async (lab, { doomed }) => hasRootlessOverlay(lab.state) && (await isWhitedOut(lab, doomed)),
  hints: [
    {
      id: 'with-sudo',
      when({ state }) {
        const machine = machineNamespace(state, 'lab', 'mnt');
        return machine !== undefined && mountAt(state, machine, merged) !== undefined;
      },
      text: () =>
        'That overlay is mounted in the Machine, by its root. sudo umount ~/merged, and do it in namespaces of your own.',
    },
    {
      id: 'not-deleted',
      when: ({ state }) => hasRootlessOverlay(state),
      text: (_, { doomed }) =>
        `The overlay is mounted, in a namespace you own. Now delete merged/${doomed} in there, and look at upper from outside.`,
    },
    {
      id: 'no-mount-namespace',
      when: ({ state }) =>
        insiders(state).some(({ process }) => process.namespaces.mnt === machineNamespace(state, 'lab', 'mnt')),
      text: () =>
        "You are root in a user namespace and still in the Machine's mount namespace, which yours does not own. Add --mount.",
    },
    {
      id: 'user-and-mount',
      text: () =>
        'unshare --map-root-user --mount bash; then, in your home, mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged.',
    },
  ],
  solutions: [
    {
      title: 'A user and a mount namespace',
      steps: [
        { terminal: 'layers', user: 'learner' },
        'unshare --map-root-user --mount bash',
        'cd ~; mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged',
        'rm merged/{{doomed}}; ls -l upper',
      ],
    },
    {
      title: 'Attributes an unprivileged user may write',
      steps: [
        { terminal: 'layers', user: 'learner' },
        'unshare --map-root-user --mount bash',
        'cd ~; mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged',
        'rm merged/{{doomed}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'sudo mount',
      steps: [
        'cd ~; sudo mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged',
        'rm -f merged/{{doomed}}',
      ],
      hint: 'with-sudo',
    },
    {
      title: 'No mount namespace',
      steps: [
        { terminal: 'layers', user: 'learner' },
        'unshare --map-root-user bash',
        'cd ~; mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged',
      ],
      hint: 'no-mount-namespace',
    },
    {
      title: 'Deleted in the lower directory',
      steps: [
        { terminal: 'layers', user: 'learner' },
        'unshare --map-root-user --mount bash',
        'cd ~; mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged',
        'rm lower/{{doomed}}',
      ],
      hint: 'not-deleted',
    },
  ],
};

/** Processes that are number 1 of a pid namespace owned by the learner's user namespace. */
function candidates(state: LabState): Process[] {
  return insiders(state)
    .filter(({ process, user }) => isLearners(user) && isMadeInit(process))
    .map(({ process }) => process);
}

/** What is still missing for a container, in words, the most important first. */
function missing(state: LabState, process: Process, { box }: Names): string[] {
  const user = userNamespaces(state).find((ns) => ns.id === process.namespaces.user);
  const uts = state.namespaces[process.namespaces.uts ?? ''];
  const mnt = process.namespaces.mnt;
  const faults: string[] = [];
  if (uidInside(process, user) !== 0) faults.push('it is not uid 0 inside');
  if (uts?.hostname !== box || uts.owner !== user?.id)
    faults.push(`its hostname is not ${box}, in a UTS namespace you own`);
  if (!hasLetGoOfOldRoot(state, mnt)) faults.push("the Machine's root is still mounted in its tree");
  if (!hasProcOfItsOwn(state, mnt)) faults.push('it has no proc at /proc, or one that shows the processes of others');
  return faults;
}

export const rootlessContainer: Task<Names> = {
  id: 'rootless-container',
  title:
    'Challenge: without sudo, a container. Root inside, number 1, on a computer called {{box}}, with a root directory of its own ' +
    "(the Machine's out of reach) and a proc at /proc that shows only its own processes",
  points: 30,
  challenge: true,
  check: ({ state }, names) => candidates(state).some((process) => missing(state, process, names).length === 0),
  hints: [
    {
      id: 'root-with-power',
      when: ({ state }, { box }) =>
        madeNamespaces(state, 'uts').some((ns) => ns.hostname === box && madeOwner(state, ns) === undefined),
      text: ({ state }) =>
        `There is such a computer, but its namespaces are owned by ${machineNamespace(state, 'lab', 'user')}: the Machine's root made them. It has to work without sudo.`,
    },
    {
      id: 'not-yet',
      when: ({ state }) => candidates(state).length > 0,
      text({ state }, names) {
        const [best] = candidates(state)
          .map((process) => ({ process, faults: missing(state, process, names) }))
          .sort((a, b) => a.faults.length - b.faults.length);
        return `Closest so far: ${best?.process.command} (${best?.process.nsPids[0]}). Still to do: ${best?.faults.join('; ')}.`;
      },
    },
    {
      id: 'five-namespaces',
      text: () =>
        'One unshare makes them all: --map-root-user --mount --uts --pid --fork. The rest is the end of the lesson on mounts: a directory with a busybox, bound on itself; a proc mounted in it; pivot_root; the old root unmounted.',
    },
  ],
  solutions: [
    {
      title: 'By hand',
      steps: [
        { terminal: 'box', user: 'learner' },
        'mkdir -p ~/box/bin ~/box/proc ~/box/old; cp /bin/busybox ~/box/bin/',
        'unshare --map-root-user --mount --uts --pid --fork bash',
        'hostname {{box}}',
        'mount --bind ~/box ~/box; mount -t proc proc ~/box/proc',
        'cd ~/box; pivot_root . old; cd /; /bin/busybox umount -l /old',
      ],
    },
    {
      title: 'In the background',
      steps: [
        'mkdir -p ~/box/bin ~/box/proc; cp /bin/busybox ~/box/bin/',
        "unshare --map-root-user --mount --uts --pid --fork bash -c 'hostname {{box}}; cd ~/box; mount --bind . .; cd ~/box; mount -t proc proc proc; pivot_root . .; /bin/busybox umount -l .; exec /bin/busybox sleep 3000' &",
      ],
    },
  ],
  pitfalls: [
    {
      title: 'No root of its own',
      steps: [
        { terminal: 'box', user: 'learner' },
        'unshare --map-root-user --mount-proc --uts --pid --fork bash',
        'hostname {{box}}',
      ],
      hint: 'not-yet',
    },
    {
      title: 'The old root left at /old',
      steps: [
        { terminal: 'box', user: 'learner' },
        'mkdir -p ~/box/bin ~/box/proc ~/box/old; cp /bin/busybox ~/box/bin/',
        'unshare --map-root-user --mount --uts --pid --fork bash',
        'hostname {{box}}; mount --bind ~/box ~/box; mount -t proc proc ~/box/proc',
        'cd ~/box; pivot_root . old; cd /',
      ],
      hint: 'not-yet',
    },
    {
      title: "The Machine's proc, bound into the box",
      steps: [
        { terminal: 'box', user: 'learner' },
        'mkdir -p ~/box/bin ~/box/proc ~/box/old; cp /bin/busybox ~/box/bin/',
        'unshare --map-root-user --mount --uts --pid --fork bash',
        'hostname {{box}}; mount --bind ~/box ~/box; mount --rbind /proc ~/box/proc',
        'cd ~/box; pivot_root . old; cd /; /bin/busybox umount -l /old',
      ],
      hint: 'not-yet',
    },
    {
      title: 'With sudo',
      steps: ["sudo unshare --mount --uts --pid --fork sh -c 'hostname {{box}}; exec sleep 3000' &"],
      hint: 'root-with-power',
    },
  ],
};
