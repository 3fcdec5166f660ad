import { defineLesson } from '../define';
import { type Names, pickNames } from './hosts';
import { nat, published } from './nat';
import { bridge, wayOut } from './switch';
import { cable, ownStack, talk } from './wire';

export default defineLesson<Names>({
  number: '1.2.5',
  slug: 'network-namespaces',
  title: 'Network namespaces',
  goal: 'Build a two-host network from veth, bridge, routes and NAT.',
  minutes: 50,
  machines: [
    { name: 'lab', hostname: 'lab', setup: 'mkdir -p /srv/red; echo {{word}} > /srv/red/index.html' },
    {
      name: 'internet',
      hostname: 'internet',
      // A web server that notes who asked for what, and calls back on request. It has no route to private networks.
      setup: `
        echo {{port}} > /srv/port
        echo "Greetings from the internet." | tee /srv/www/index.html > /srv/www/{{token}}
        chmod +x /srv/www/cgi-bin/callback
        touch /var/log/callbacks
        setsid busybox httpd -f -vv -p 0.0.0.0:80 -h /srv/www < /dev/null &> /var/log/visitors &
        until ss -Hltn | grep -q ':80 '; do sleep 0.02; done
      `,
    },
  ],
  links: [
    {
      ends: [
        { machine: 'lab', device: 'eth0', addresses: ['203.0.113.2/24'] },
        { machine: 'internet', device: 'eth0', addresses: ['203.0.113.10/24'] },
      ],
    },
  ],
  diagrams: ['network', 'namespaces'],
  vars: pickNames,
  tasks: [ownStack, cable, talk, bridge, wayOut, nat, published],
});
