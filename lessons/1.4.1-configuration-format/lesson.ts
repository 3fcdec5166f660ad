import { defineLesson } from '../define';
import { addresses, dns, gateway } from './addresses';
import { capability, chain, repair } from './chain';
import { firstList } from './list';
import { type Names, pickNames } from './names';

export default defineLesson<Names>({
  number: '1.4.1',
  slug: 'configuration-format',
  title: 'Configuration format',
  goal: 'Write a network list.',
  minutes: 35,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // The draft has four mistakes: a comma, a key, an order, a subnet.
      setup: `
        mkdir -p /etc/cni/net.d
        for name in red blue left right; do ip netns add $name; done
        echo '{
          "cniVersion": "1.1.0",
          "name": "{{second}}",
          "plugin": [
            { "type": "portmap", "capabilities": { "portMappings": true } },
            {
              "type": "bridge",
              "bridge": "br-{{second}}",
              "ipam": { "type": "host-local", "subnet": "{{secondNet}}.1/24" },
            }
          ]
        }' | sed -E 's/^ {8}//' > /root/{{second}}.conflist
      `,
    },
  ],
  diagrams: ['cni', 'network'],
  vars: pickNames,
  tasks: [firstList, addresses, gateway, dns, chain, capability, repair],
});
