import { defineLesson } from '../define';
import { shelf, vault } from './bind';
import { ownTree, peers, slave } from './propagation';
import { hostToContainer, tinyRoot } from './root';
import { type Names, pickNames } from './views';

export default defineLesson<Names>({
  number: '1.2.1',
  slug: 'mount-namespaces',
  title: 'Mount namespaces',
  goal: 'Give a process its own file tree, and choose the propagation that shares or hides a mount.',
  minutes: 45,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // A shop with two tmpfs in it, a shelf to bind on, and directories to meet at.
      setup: `
        mkdir -p /root/books /mnt/shelf /mnt/copy /srv/{{share}} /srv/{{drop}} /srv/up /srv/down /srv/shop/open /srv/shop/vault
        echo "Call me Ishmael." > /root/books/whale.txt
        mount -t tmpfs open /srv/shop/open
        echo "bread and cheese" > /srv/shop/open/offers
        mount -t tmpfs vault /srv/shop/vault
        echo "the takings" > /srv/shop/vault/cash
        mount -t tmpfs {{drop}} /srv/{{drop}}
      `,
    },
  ],
  diagrams: ['mounts', 'namespaces'],
  vars: pickNames,
  tasks: [ownTree, shelf, peers, slave, vault, tinyRoot, hostToContainer],
});
