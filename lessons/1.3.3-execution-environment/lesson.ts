import { bundleSetup, plainConfig, plainProcess } from '../bundles';
import { defineLesson } from '../define';
import { damaged, inventory, layers, unpack } from './given';
import { type Names, pickNames } from './hand';
import { compare, equal, pivot } from './made';

export default defineLesson<Names>({
  number: '1.3.3',
  slug: 'execution-environment',
  title: 'Execution environment',
  goal: 'Show what a container gets, and build one by hand that is its equal.',
  minutes: 40,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // A copy of one image, in which a byte of one file is another.
      setup: `
        ${bundleSetup('/root/model', plainConfig(plainProcess('sleep', '100000')))}
        cd /usr/share/images
        mkdir -p /root/doubtful/blobs/sha256
        cp oci-layout /root/doubtful
        jq '.manifests |= map(select(.annotations["org.opencontainers.image.ref.name"] | endswith("hello:{{version}}")))' index.json > /root/doubtful/index.json
        manifest=$(jq -r '.manifests[0].digest' /root/doubtful/index.json | cut -d: -f2)
        for blob in $manifest $(jq -r '.config.digest, .layers[].digest' blobs/sha256/$manifest | cut -d: -f2); do
          cp blobs/sha256/$blob /root/doubtful/blobs/sha256/
        done
        blob=$(jq -r '{{damaged}}.digest' blobs/sha256/$manifest | cut -d: -f2)
        printf '??' | dd of=/root/doubtful/blobs/sha256/$blob bs=1 seek=30 conv=notrunc status=none
      `,
    },
  ],
  diagrams: ['images', 'namespaces', 'processes', 'containers', 'mounts'],
  vars: pickNames,
  tasks: [inventory, layers, damaged, unpack, pivot, compare, equal],
});
