/** Tasks on the root itself: another tree at /, and a volume that keeps arriving. */
import type { LabState } from '../../engine/state';
import type { Task } from '../define';
import { machineMount, type Names, pivotedViews, viewsOf } from './views';

function isChrooted(state: LabState): boolean {
  return Object.values(state.processes).some((process) => process.machine === 'lab' && process.root !== '/');
}

export const tinyRoot: Task<Names> = {
  id: 'tiny-root',
  title: 'Give a process a root of its own: pivot into /root/tiny, with a busybox in it, and let go of the old root',
  points: 15,
  kind: 'edge',
  check: ({ state }) => pivotedViews(state).some((view) => view.oldRoots.length === 0),
  hints: [
    {
      id: 'old-root-there',
      when: ({ state }) => pivotedViews(state).length > 0,
      text({ state }) {
        const [view] = pivotedViews(state);
        return `The root has changed, and the old one still hangs at ${view?.oldRoots[0]?.mountPoint}: everything can be reached through it. Unmount it with -l (lazily: mounts below it and the running shell keep it busy). The umount to use is the busybox's; the other one is on the old root.`;
      },
    },
    {
      id: 'chroot',
      when: ({ state }) => isChrooted(state),
      text: () =>
        'That is a chroot: one process starts its paths somewhere else, in an unchanged tree of mounts, and root can climb out of it. pivot_root moves the mounts themselves. It needs a mount namespace of its own.',
    },
    {
      id: 'not-a-mount-point',
      when: ({ state }) => viewsOf(state, '/root/tiny').some(({ mount }) => mount === undefined),
      text: () =>
        'You have a mount namespace. pivot_root says "Invalid argument" as long as the new root is a plain directory: mount --bind /root/tiny /root/tiny makes a mount of it. (It says the same when mounts are still shared: do not start with --propagation unchanged.)',
    },
    {
      id: 'bound-not-pivoted',
      when: ({ state }) => viewsOf(state, '/root/tiny').length > 0,
      text: () =>
        'The new root is a mount. Now cd into it, and pivot_root . old, where old is a directory in it that receives the old root.',
    },
    {
      id: 'recipe',
      text: () =>
        'Make /root/tiny/bin and /root/tiny/old and copy /bin/busybox into the first. Then, in a new mount namespace: bind /root/tiny on itself, cd there, pivot_root . old, and unmount /old.',
    },
  ],
  solutions: [
    {
      title: 'pivot_root . old',
      steps: [
        { terminal: 'tiny' },
        'mkdir -p /root/tiny/bin /root/tiny/old; cp /bin/busybox /root/tiny/bin/',
        'unshare --mount bash',
        'mount --bind /root/tiny /root/tiny',
        'cd /root/tiny; pivot_root . old',
        'cd /; /bin/busybox umount -l /old',
      ],
    },
    {
      title: 'pivot_root . . needs no directory for the old root',
      steps: [
        { terminal: 'tiny' },
        'mkdir -p /root/tiny/bin; cp /bin/busybox /root/tiny/bin/',
        'unshare --mount bash',
        'mount --bind /root/tiny /root/tiny',
        'cd /root/tiny; pivot_root . .; /bin/busybox umount -l .',
      ],
    },
    {
      title: 'A tmpfs as the new root',
      steps: [
        { terminal: 'tiny' },
        'mkdir -p /root/tiny; unshare --mount bash',
        'mount -t tmpfs tiny /root/tiny; mkdir /root/tiny/bin /root/tiny/old; cp /bin/busybox /root/tiny/bin/',
        'cd /root/tiny; pivot_root . old; cd /; /bin/busybox umount -l /old',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'chroot',
      steps: [
        'mkdir -p /root/tiny/bin; cp /bin/busybox /root/tiny/bin/',
        'chroot /root/tiny /bin/busybox sleep 3000 &',
      ],
      hint: 'chroot',
    },
    {
      title: 'A directory that is no mount',
      steps: [
        { terminal: 'tiny' },
        'mkdir -p /root/tiny/bin /root/tiny/old; cp /bin/busybox /root/tiny/bin/',
        'unshare --mount bash',
        'cd /root/tiny; pivot_root . old',
      ],
      hint: 'not-a-mount-point',
    },
    {
      title: 'The old root left in place',
      steps: [
        { terminal: 'tiny' },
        'mkdir -p /root/tiny/bin /root/tiny/old; cp /bin/busybox /root/tiny/bin/',
        'unshare --mount bash',
        'mount --bind /root/tiny /root/tiny',
        'cd /root/tiny; pivot_root . old',
      ],
      hint: 'old-root-there',
    },
  ],
};

/** The views of `pivotedViews` that have let go of the old root, with what is mounted at /data in each. */
function boxes(state: LabState) {
  const data = viewsOf(state, '/data');
  return pivotedViews(state)
    .filter((view) => view.oldRoots.length === 0)
    .map((view) => ({ ...view, data: data.find(({ ns }) => ns === view.ns)?.mount }));
}

/** Boxes whose /data receives what the Machine mounts below /srv/DROP. */
function receivers(state: LabState, { drop }: Names) {
  const group = machineMount(state, `/srv/${drop}`)?.propagation.shared;
  return boxes(state).filter(({ data }) => group !== undefined && data?.propagation.master === group);
}

function isReadOnly(box: { root: { options: string[] } }): boolean {
  return box.root.options.includes('ro');
}

/** Boxes in which the mount that came late has arrived, too. */
function hasArrived(state: LabState, { drop, late }: Names, box: { ns: string }): boolean {
  const sent = machineMount(state, `/srv/${drop}/${late}`);
  const received = viewsOf(state, `/data/${late}`).find(({ ns }) => ns === box.ns)?.mount;
  return sent !== undefined && received?.device === sent.device;
}

export const hostToContainer: Task<Names> = {
  id: 'host-to-container',
  title:
    'Challenge: a process in a read-only root of its own, at whose /data everything arrives that the Machine mounts below /srv/{{drop}}, ' +
    'even later, and from where nothing comes back. Then let a tmpfs at /srv/{{drop}}/{{late}} arrive',
  points: 25,
  challenge: true,
  check: ({ state }, names) => receivers(state, names).some((box) => isReadOnly(box) && hasArrived(state, names, box)),
  hints: [
    {
      id: 'writable-root',
      when: ({ state }, names) => receivers(state, names).some((box) => !isReadOnly(box)),
      text: () =>
        'Its /data is a slave of the right mount, but the root can be written to. A bind mount is made read-only by remounting it with bind,ro, best before the pivot, while there is still a mount command in reach.',
    },
    {
      id: 'nothing-arrived',
      when: ({ state }, names) => receivers(state, names).length > 0,
      text: (_, { drop, late }) =>
        `The box is right: root read-only, /data a slave. Now mount a tmpfs at /srv/${drop}/${late} in the Machine, and see it arrive.`,
    },
    {
      id: 'deaf-data',
      when: ({ state }) => boxes(state).some(({ data }) => data !== undefined),
      text: ({ state }) => {
        const data = boxes(state).find((box) => box.data !== undefined)?.data;
        const kind = data?.propagation.shared === undefined ? 'private' : 'a peer, not a slave';
        return `There is a box with something at /data, but that mount is ${kind}: it has no master:N for the Machine's mount. Propagation is chosen before the bind: start the namespace with --propagation slave, and every mount you bind from there on is a slave too.`;
      },
    },
    {
      id: 'order-of-work',
      text: (_, { drop }) =>
        `In a namespace started with --propagation slave: bind the new root on itself, bind /srv/${drop} (recursively) on its data directory, make the root read-only, pivot, drop the old root. It is the tiny root again, with one more mount brought along.`,
    },
  ],
  solutions: [
    {
      title: 'A namespace of slaves',
      steps: [
        { terminal: 'box' },
        'mkdir -p /root/box/bin /root/box/data /root/box/old; cp /bin/busybox /root/box/bin/',
        'unshare --mount --propagation slave bash',
        'mount --bind /root/box /root/box; mount --rbind /srv/{{drop}} /root/box/data',
        'mount -o remount,bind,ro /root/box',
        'cd /root/box; pivot_root . old; cd /; /bin/busybox umount -l /old',
        { terminal: 'outside' },
        'mkdir -p /srv/{{drop}}/{{late}}; mount -t tmpfs {{late}} /srv/{{drop}}/{{late}}',
      ],
    },
    {
      title: 'In the background',
      steps: [
        'mkdir -p /root/box/bin /root/box/data; cp /bin/busybox /root/box/bin/',
        "unshare --mount --propagation slave bash -c 'mount --bind -o ro /root/box /root/box; mount --rbind /srv/{{drop}} /root/box/data; cd /root/box; pivot_root . .; /bin/busybox umount -l .; exec /bin/busybox sleep 3000' &",
        "until pgrep -xf '/bin/busybox sleep 3000' > /dev/null; do sleep 0.1; done",
        'mkdir -p /srv/{{drop}}/{{late}}; mount -t tmpfs {{late}} /srv/{{drop}}/{{late}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A private namespace',
      steps: [
        { terminal: 'box' },
        'mkdir -p /root/box/bin /root/box/data /root/box/old; cp /bin/busybox /root/box/bin/',
        'unshare --mount bash',
        'mount --bind -o ro /root/box /root/box; mount --rbind /srv/{{drop}} /root/box/data',
        'cd /root/box; pivot_root . old; cd /; /bin/busybox umount -l /old',
        { terminal: 'outside' },
        'mkdir -p /srv/{{drop}}/{{late}}; mount -t tmpfs {{late}} /srv/{{drop}}/{{late}}',
      ],
      hint: 'deaf-data',
    },
    {
      title: 'A root that can be written to',
      steps: [
        { terminal: 'box' },
        'mkdir -p /root/box/bin /root/box/data /root/box/old; cp /bin/busybox /root/box/bin/',
        'unshare --mount --propagation slave bash',
        'mount --bind /root/box /root/box; mount --rbind /srv/{{drop}} /root/box/data',
        'cd /root/box; pivot_root . old; cd /; /bin/busybox umount -l /old',
        { terminal: 'outside' },
        'mkdir -p /srv/{{drop}}/{{late}}; mount -t tmpfs {{late}} /srv/{{drop}}/{{late}}',
      ],
      hint: 'writable-root',
    },
  ],
};
