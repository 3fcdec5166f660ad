/** Tasks on bind mounts: a second door to a directory, and doors that cannot be copied. */
import type { Task } from '../define';
import { isSameTree, machineMount, type Names } from './views';

export const shelf: Task<Names> = {
  id: 'shelf',
  title: 'Show /root/books a second time at /mnt/shelf, read-only there and writable where it was',
  points: 5,
  kind: 'edge',
  check({ state }) {
    const door = machineMount(state, '/mnt/shelf');
    const home = machineMount(state, '/root');
    if (!door?.root.endsWith('/books') || machineMount(state, '/root/books') !== undefined) return false;
    return door.device === home?.device && door.options.includes('ro') && !home.options.includes('ro');
  },
  hints: [
    {
      id: 'reversed',
      when: ({ state }) => machineMount(state, '/root/books') !== undefined,
      text: () =>
        'Something is mounted on /root/books: the books are hidden under it. As with cp, the old place comes first, the new one last. umount /root/books.',
    },
    {
      id: 'writable',
      when: ({ state }) => machineMount(state, '/mnt/shelf')?.options.includes('ro') === false,
      text: () =>
        'The door is there, but it can be written through. Read-only is a property of the door, not of the room: mount -o remount,bind,ro /mnt/shelf. Do not forget the word bind, or you ask for the whole filesystem to become read-only.',
    },
    {
      id: 'second-door',
      text: () =>
        'mount --bind OLD NEW opens a second door to the directory OLD at NEW; -o ro makes that door read-only.',
    },
  ],
  solutions: [
    { title: 'In one command', steps: ['mount --bind -o ro /root/books /mnt/shelf'] },
    { title: 'In two', steps: ['mount --bind /root/books /mnt/shelf', 'mount -o remount,bind,ro /mnt/shelf'] },
  ],
  pitfalls: [
    { title: 'A door that can be written through', steps: ['mount --bind /root/books /mnt/shelf'], hint: 'writable' },
    { title: 'Old and new swapped', steps: ['mount --bind -o ro /mnt/shelf /root/books'], hint: 'reversed' },
    { title: 'A symbolic link', steps: ['ln -s /root/books /mnt/shelf/books'], hint: 'second-door' },
  ],
};

export const vault: Task<Names> = {
  id: 'vault',
  title:
    'Make /mnt/copy a copy of the tree at /srv/shop with the mount on open, but without the one on vault, which must stay mounted',
  points: 10,
  kind: 'edge',
  check({ state }) {
    const open = machineMount(state, '/srv/shop/open');
    const copied = machineMount(state, '/mnt/copy/open');
    if (open === undefined || copied === undefined || !isSameTree(open, copied)) return false;
    return machineMount(state, '/srv/shop/vault') !== undefined && machineMount(state, '/mnt/copy/vault') === undefined;
  },
  hints: [
    {
      id: 'vault-gone',
      when: ({ state }) => machineMount(state, '/srv/shop/vault') === undefined,
      text: () =>
        'The vault itself is no longer mounted. /mnt/copy is a peer of the tree it was made from, so an umount below one of them is repeated below the other. mount -t tmpfs vault /srv/shop/vault brings an (empty) vault back.',
    },
    {
      id: 'vault-came-along',
      when: ({ state }) => machineMount(state, '/mnt/copy/vault') !== undefined,
      text: ({ state }) =>
        machineMount(state, '/srv/shop/vault')?.propagation.shared === undefined
          ? 'The vault was copied. Private only means that nothing passes to or from it; it can still be bound elsewhere. There is a fourth kind that cannot. Before you try again: mount --make-rprivate /mnt/copy, umount -R /mnt/copy.'
          : 'The vault was copied along. Its mount has to refuse to be copied, before you make the copy. To take the copy away without touching the shop: mount --make-rprivate /mnt/copy, then umount -R /mnt/copy.',
    },
    {
      id: 'not-recursive',
      when: ({ state }) => machineMount(state, '/mnt/copy') !== undefined,
      text: () =>
        'The copy shows what lies in the directory /srv/shop, not what is mounted below it: open is empty. --bind copies one mount, --rbind the mounts below it too. umount /mnt/copy and try again.',
    },
    {
      id: 'unbindable',
      text: () =>
        'mount --rbind copies a tree of mounts, all but those marked unbindable: mount --make-unbindable /srv/shop/vault comes first.',
    },
  ],
  solutions: [
    {
      title: 'An unbindable vault',
      steps: ['mount --make-unbindable /srv/shop/vault', 'mount --rbind /srv/shop /mnt/copy'],
    },
    {
      title: 'Copy all, cut the ties, take one away',
      steps: ['mount --rbind /srv/shop /mnt/copy', 'mount --make-rprivate /mnt/copy', 'umount /mnt/copy/vault'],
    },
  ],
  pitfalls: [
    { title: 'Not recursive', steps: ['mount --bind /srv/shop /mnt/copy'], hint: 'not-recursive' },
    {
      title: 'Private is not enough',
      steps: ['mount --make-private /srv/shop/vault', 'mount --rbind /srv/shop /mnt/copy'],
      hint: 'vault-came-along',
    },
    {
      title: 'Unmounting it from the copy',
      steps: ['mount --rbind /srv/shop /mnt/copy', 'umount /mnt/copy/vault'],
      hint: 'vault-gone',
    },
  ],
};
