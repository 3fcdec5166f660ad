import { defineLesson } from '../define';
import { changed, talk } from './attach';
import { afterwards, collect } from './ending';
import { type Names, pickNames } from './names';
import { handed, order } from './predict';
import { publish } from './publish';

export default defineLesson<Names>({
  number: '1.4.3',
  slug: 'execution',
  title: 'Execution',
  goal: 'Predict the order of a chain for ADD, CHECK, DEL and GC; attach two containers.',
  minutes: 30,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      setup: `
        mkdir -p /etc/cni/net.d /srv/red
        ip netns add red; ip netns add blue
        echo {{word}} > /srv/red/index.html
        echo '{
          "cniVersion": "1.1.0",
          "name": "{{network}}",
          "plugins": [
            {
              "type": "bridge",
              "bridge": "br-{{network}}",
              "isDefaultGateway": true,
              "ipam": { "type": "host-local", "subnet": "{{net}}.0/24" }
            },
            { "type": "tuning", "mtu": {{mtu}} },
            { "type": "portmap", "capabilities": { "portMappings": true } }
          ]
        }' | sed -E 's/^ {8}//' > /etc/cni/net.d/10-{{network}}.conflist
      `,
    },
  ],
  diagrams: ['cni', 'network'],
  vars: pickNames,
  tasks: [order, handed, talk, changed, afterwards, collect, publish],
});
