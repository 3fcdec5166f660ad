import { bundleSetup, plainConfig, plainProcess } from '../bundles';
import { defineLesson } from '../define';
import { forecast, unpack } from './delivery';
import { hello, mine } from './made';
import { type Names, pickNames } from './names';
import { inside, numbers, run, tidy, twin } from './run';

/** What the delivered container does: it stays until it is told to end, and then it ends. */
const keeper = "#!/bin/sh\ntrap 'exit 0' TERM\nsleep 100000 &\nwait";

export default defineLesson<Names>({
  number: '1.3',
  slug: 'oci-runtime',
  title: 'OCI Runtime Specification',
  goal: 'Unpack a bundle and run it.',
  minutes: 35,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      setup: `
        ${bundleSetup('/tmp/parcel', { ...plainConfig(plainProcess('/bin/keeper')), hostname: '{{host}}' })}
        echo {{decoy}} > /tmp/parcel/rootfs/etc/hostname
        cat > /tmp/parcel/rootfs/bin/keeper <<'END'\n${keeper}\nEND
        chmod +x /tmp/parcel/rootfs/bin/keeper
        tar -cf /root/parcel.tar -C /tmp/parcel config.json rootfs
        rm -r /tmp/parcel
      `,
    },
  ],
  diagrams: ['containers', 'processes', 'namespaces', 'images'],
  vars: pickNames,
  tasks: [unpack, forecast, run, inside, numbers, twin, tidy, mine, hello],
});
