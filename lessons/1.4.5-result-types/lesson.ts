import { defineLesson } from '../define';
import { act, refuse, undo } from './deeds';
import { own } from './manager';
import { type Names, pickNames } from './names';
import { introduce, pass } from './plugin';
import { past, wire } from './read';

export default defineLesson<Names>({
  number: '1.4.5',
  slug: 'result-types',
  title: 'Result types',
  goal: 'Read and produce results and errors; write a small plugin.',
  minutes: 35,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      setup: `
        mkdir -p /etc/cni/net.d
        for name in red blue green; do ip netns add $name; done
        echo '{
          "cniVersion": "1.1.0",
          "name": "{{network}}",
          "plugins": [
            {
              "type": "bridge",
              "bridge": "br-{{network}}",
              "isDefaultGateway": true,
              "ipam": { "type": "host-local", "subnet": "{{net}}.0/24" }
            }
          ]
        }' | sed -E 's/^ {8}//' > /etc/cni/net.d/10-{{network}}.conflist
      `,
    },
  ],
  diagrams: ['cni', 'network'],
  vars: pickNames,
  tasks: [wire, past, introduce, pass, act, undo, refuse, own],
});
