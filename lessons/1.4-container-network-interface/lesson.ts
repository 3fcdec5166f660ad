import { defineLesson } from '../define';
import { lodger } from './lodger';
import { join, leave, twoNetworks } from './membership';
import { type Names, pickNames } from './names';
import { containers, plugins, reach } from './survey';

export default defineLesson<Names>({
  number: '1.4',
  slug: 'container-network-interface',
  title: 'Container Network Interface',
  goal: 'Name container, network, runtime and plugin in a running system.',
  minutes: 30,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // Two networks, four containers, and a program in a namespace without a name.
      setup: `
        mkdir -p /etc/cni/net.d /srv/lodger
        echo '{
          "cniVersion": "1.1.0",
          "name": "{{front}}",
          "plugins": [
            {
              "type": "bridge",
              "bridge": "br-{{front}}",
              "isGateway": true,
              "ipam": { "type": "host-local", "subnet": "{{frontNet}}.0/24" }
            },
            { "type": "portmap", "capabilities": { "portMappings": true } }
          ]
        }' | sed -E 's/^ {8}//' > /etc/cni/net.d/10-{{front}}.conflist
        echo '{
          "cniVersion": "1.1.0",
          "name": "{{back}}",
          "plugins": [
            {
              "type": "bridge",
              "bridge": "br-{{back}}",
              "isGateway": true,
              "ipam": { "type": "host-local", "subnet": "{{backNet}}.0/24" }
            }
          ]
        }' | sed -E 's/^ {8}//' > /etc/cni/net.d/20-{{back}}.conflist
        for name in {{one}} {{two}} {{other}} {{idle}}; do ip netns add $name; done
        cnitool add {{front}} /run/netns/{{one}} > /dev/null
        cnitool add {{front}} /run/netns/{{two}} > /dev/null
        cnitool add {{back}} /run/netns/{{other}} > /dev/null
        echo {{word}} > /srv/lodger/index.html
        setsid unshare --net busybox httpd -f -p 8000 -h /srv/lodger < /dev/null &> /dev/null &
      `,
    },
  ],
  diagrams: ['network', 'cni'],
  vars: pickNames,
  tasks: [containers, plugins, reach, join, twoNetworks, leave, lodger],
});
