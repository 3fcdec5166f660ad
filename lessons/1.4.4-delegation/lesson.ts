import { defineLesson } from '../define';
import { fixed } from './fixed';
import { type Names, pickNames } from './names';
import { asked, full, ghost } from './scarce';
import { again, input, lease, seen } from './see';

export default defineLesson<Names>({
  number: '1.4.4',
  slug: 'delegation',
  title: 'Delegation',
  goal: 'Make a plugin hand address management to another.',
  minutes: 30,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // One network with room, and one with two addresses.
      setup: `
        mkdir -p /etc/cni/net.d
        for name in red blue one two three; do ip netns add $name; done
        echo '{
          "cniVersion": "1.1.0",
          "name": "{{wide}}",
          "plugins": [
            {
              "type": "bridge",
              "bridge": "br-{{wide}}",
              "ipam": { "type": "host-local", "subnet": "{{wideNet}}.0/24" }
            }
          ]
        }' | sed -E 's/^ {8}//' > /etc/cni/net.d/10-{{wide}}.conflist
        echo '{
          "cniVersion": "1.1.0",
          "name": "{{tiny}}",
          "plugins": [
            {
              "type": "bridge",
              "bridge": "br-{{tiny}}",
              "ipam": {
                "type": "host-local",
                "ranges": [
                  [{ "subnet": "{{tinyNet}}.0/24", "rangeStart": "{{first}}", "rangeEnd": "{{last}}" }]
                ]
              }
            }
          ]
        }' | sed -E 's/^ {8}//' > /etc/cni/net.d/20-{{tiny}}.conflist
      `,
    },
  ],
  diagrams: ['cni', 'network'],
  vars: pickNames,
  tasks: [seen, input, again, lease, full, asked, fixed, ghost],
});
