/** Tasks on who sees a mount: nobody else, peers, or those below. */
import type { LabState, NsId } from '../../engine/state';
import type { Task } from '../define';
import { machineMount, type Names, viewsOf } from './views';

export const ownTree: Task<Names> = {
  id: 'own-tree',
  title:
    'In a mount namespace of its own, mount a tmpfs with the source name {{label}} at /mnt; the Machine must not see it',
  points: 5,
  kind: 'edge',
  // A mount that is shared with the Machine says so itself; the Machine's list may have been read a moment earlier.
  check: ({ state }, { label }) =>
    machineMount(state, '/mnt')?.source !== label &&
    viewsOf(state, '/mnt').some(({ mount }) => mount?.source === label && mount.propagation.shared === undefined),
  hints: [
    {
      id: 'leaked',
      when: ({ state }, { label }) =>
        machineMount(state, '/mnt')?.source === label &&
        viewsOf(state, '/mnt').some(({ mount }) => mount?.source === label),
      text: ({ state }) =>
        `The Machine sees it too: both mounts belong to peer group ${machineMount(state, '/mnt')?.propagation.shared ?? 'none'}. ` +
        'Leave --propagation away (unshare then makes everything private), umount /mnt and try again.',
    },
    {
      id: 'in-the-machine',
      when: ({ state }, { label }) => machineMount(state, '/mnt')?.source === label,
      text: () =>
        "You mounted it in the Machine's own namespace, where everybody sees it. umount /mnt, then unshare --mount bash, and mount in there.",
    },
    {
      id: 'nothing-mounted',
      when: ({ state }) => viewsOf(state, '/mnt').length > 0,
      text: (_, { label }) =>
        `There is a second mount namespace; it still shows what the Machine shows. In it: mount -t tmpfs ${label} /mnt. The word after tmpfs is the source name; a tmpfs has no device, so any word will do.`,
    },
    {
      id: 'unshare',
      text: () =>
        'Every process is in the mount namespace of the Machine. unshare --mount bash starts a shell in a new one, which begins as a copy.',
    },
  ],
  solutions: [
    {
      title: 'A shell in a new namespace',
      steps: [{ terminal: 'inside' }, 'unshare --mount bash', 'mount -t tmpfs {{label}} /mnt', 'findmnt /mnt'],
    },
    {
      title: 'A process in the background',
      steps: ["unshare --mount sh -c 'mount -t tmpfs {{label}} /mnt; exec sleep 3000' &"],
    },
  ],
  pitfalls: [
    { title: 'Mounting without a namespace', steps: ['mount -t tmpfs {{label}} /mnt'], hint: 'in-the-machine' },
    {
      title: 'Keeping the shared propagation',
      steps: [{ terminal: 'inside' }, 'unshare --mount --propagation unchanged bash', 'mount -t tmpfs {{label}} /mnt'],
      hint: 'leaked',
    },
    { title: 'Only a shell', steps: [{ terminal: 'inside' }, 'unshare --mount bash'], hint: 'nothing-mounted' },
  ],
};

export const peers: Task<Names> = {
  id: 'peers',
  title: 'Mount one tmpfs at /srv/{{share}} so that the Machine and a second mount namespace both see it, as peers',
  points: 10,
  kind: 'edge',
  check({ state }, { share }) {
    const group = machineMount(state, `/srv/${share}`)?.propagation.shared;
    return (
      group !== undefined && viewsOf(state, `/srv/${share}`).some(({ mount }) => mount?.propagation.shared === group)
    );
  },
  hints: [
    {
      id: 'copied-at-birth',
      when: ({ state }, { share }) =>
        machineMount(state, `/srv/${share}`) !== undefined &&
        viewsOf(state, `/srv/${share}`).some(({ mount }) => mount !== undefined),
      text: () =>
        'Both have the mount, but only because the namespace was born as a copy; the copy was then made private, so nothing that happens later passes between them. Look for shared:N in both mountinfo files: N has to be the same.',
    },
    {
      id: 'kept-private',
      when: ({ state }, { share }) => viewsOf(state, `/srv/${share}`).some(({ mount }) => mount !== undefined),
      text: () =>
        'The mount stayed in the namespace where you made it. unshare(1) makes every mount private in the new namespace unless you say --propagation unchanged. (And start it from a shell of the Machine: the copy of a private mount is private, whatever you say.)',
    },
    {
      id: 'only-the-machine',
      when: ({ state }, { share }) => machineMount(state, `/srv/${share}`) !== undefined,
      text: () =>
        'The Machine has the mount, and no other namespace does. Start the second namespace first (with --propagation unchanged), then mount on either side.',
    },
    {
      id: 'unchanged',
      text: (_, { share }) =>
        `unshare --mount --propagation unchanged bash leaves the copies in the peer groups of the originals. Then mount a tmpfs at /srv/${share}, on either side.`,
    },
  ],
  solutions: [
    {
      title: 'Mounted inside, seen outside',
      steps: [
        { terminal: 'peer' },
        'unshare --mount --propagation unchanged bash',
        'mount -t tmpfs stall /srv/{{share}}',
      ],
    },
    {
      title: 'Mounted outside, seen inside',
      steps: [
        { terminal: 'peer' },
        'unshare --mount --propagation shared bash',
        { terminal: 'outside' },
        'mount -t tmpfs stall /srv/{{share}}',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'With the default, private',
      steps: [{ terminal: 'peer' }, 'unshare --mount bash', 'mount -t tmpfs stall /srv/{{share}}'],
      hint: 'kept-private',
    },
    {
      title: 'Mounted before the copy was made',
      steps: ['mount -t tmpfs stall /srv/{{share}}', { terminal: 'peer' }, 'unshare --mount bash'],
      hint: 'copied-at-birth',
    },
    { title: 'No second namespace', steps: ['mount -t tmpfs stall /srv/{{share}}'], hint: 'only-the-machine' },
  ],
};

/** Namespaces that receive the Machine's mount at /srv/down as a slave. */
function slaves(state: LabState): NsId[] {
  const group = machineMount(state, '/srv/down')?.propagation.shared;
  if (group === undefined) return [];
  return viewsOf(state, '/srv/down').flatMap(({ ns, mount }) => (mount?.propagation.master === group ? [ns] : []));
}

function hasUp(state: LabState, ns: NsId): boolean {
  return viewsOf(state, '/srv/up').some((view) => view.ns === ns && view.mount !== undefined);
}

export const slave: Task<Names> = {
  id: 'slave',
  title:
    'One way only: a namespace that receives a tmpfs mounted by the Machine at /srv/down, and keeps its own at /srv/up to itself',
  points: 10,
  kind: 'edge',
  check: ({ state }) => machineMount(state, '/srv/up') === undefined && slaves(state).some((ns) => hasUp(state, ns)),
  hints: [
    {
      id: 'came-back',
      when: ({ state }) => machineMount(state, '/srv/up') !== undefined,
      text: () =>
        'The Machine sees /srv/up. Either it was mounted there, or the namespace is still a peer and sends everything back. umount /srv/up; a slave is made with --propagation slave, or with mount --make-rslave /.',
    },
    {
      id: 'one-half',
      when: ({ state }) => slaves(state).length > 0,
      text: ({ state }) =>
        `${slaves(state)[0]} received /srv/down as a slave. Now the other direction: mount a tmpfs at /srv/up in there, and see that the Machine does not get it.`,
    },
    {
      id: 'deaf',
      when: ({ state }) =>
        machineMount(state, '/srv/down') !== undefined &&
        viewsOf(state, '/srv/up').some(({ mount }) => mount !== undefined),
      text: () =>
        'The namespace with /srv/up did not receive /srv/down as a slave. If it is private it neither sends nor receives; and what was mounted before it was born was only copied. Start it with --propagation slave, then mount in the Machine.',
    },
    {
      id: 'two-terminals',
      text: () =>
        'unshare --mount --propagation slave bash in one terminal; in another, mount a tmpfs at /srv/down; back in the first, mount one at /srv/up.',
    },
  ],
  solutions: [
    {
      title: 'unshare --propagation slave',
      steps: [
        { terminal: 'slave' },
        'unshare --mount --propagation slave bash',
        { terminal: 'outside' },
        'mount -t tmpfs down /srv/down',
        { terminal: 'slave' },
        'mount -t tmpfs up /srv/up',
      ],
    },
    {
      title: 'Unchanged, then --make-rslave',
      steps: [
        { terminal: 'slave' },
        'unshare --mount --propagation unchanged bash',
        'mount --make-rslave /',
        'mount -t tmpfs up /srv/up',
        { terminal: 'outside' },
        'mount -t tmpfs down /srv/down',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Private: it hears nothing',
      steps: [
        { terminal: 'slave' },
        'unshare --mount bash',
        'mount -t tmpfs up /srv/up',
        { terminal: 'outside' },
        'mount -t tmpfs down /srv/down',
      ],
      hint: 'deaf',
    },
    {
      title: 'Still a peer: it tells everything',
      steps: [
        { terminal: 'slave' },
        'unshare --mount --propagation unchanged bash',
        'mount -t tmpfs up /srv/up',
        { terminal: 'outside' },
        'mount -t tmpfs down /srv/down',
      ],
      hint: 'came-back',
    },
  ],
};
