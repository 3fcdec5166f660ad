import { defineLesson } from '../define';
import { add, code, version } from './call';
import { publish } from './chain-by-hand';
import { caught, check, del, status } from './look-after';
import { type Names, pickNames } from './names';

export default defineLesson<Names>({
  number: '1.4.2',
  slug: 'protocol',
  title: 'Protocol',
  goal: 'Call a plugin by hand through its environment and stdin.',
  minutes: 35,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      setup: `
        ip netns add box; ip netns add cell
        echo '{
          "cniVersion": "1.0.0",
          "name": "{{network}}",
          "type": "bridge",
          "bridge": "br-{{network}}",
          "isGateway": true,
          "ipam": { "type": "host-local", "subnet": "{{net}}.0/24" }
        }' | sed -E 's/^ {8}//' > /root/net.json
      `,
    },
  ],
  diagrams: ['cni', 'network'],
  vars: pickNames,
  tasks: [version, code, add, check, caught, status, del, publish],
});
