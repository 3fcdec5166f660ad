/** The lab's images and `underlay-image` on both kernels: the same words, names, configurations and files. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cannotBuildEngineTree, ensureEngineTree } from '../../setup/engine-tree.mjs';
import { realHost, simulatedHost } from './hosts';
import type { Scenario } from './scenario';
import { outcomeOf } from './states';

const available = realHost().availability();
const obstacle = available.available ? cannotBuildEngineTree() : available.reason;
if (obstacle) console.warn(`skipped: images on both kernels: ${obstacle}`);

/** The binaries differ, and with them what is hashed of them. */
const digests = [{ match: /[0-9a-f]{64}|"size":\d+/g, as: 'DIGEST' }];

const scenarios: readonly Scenario[] = [
  {
    name: 'the layout',
    mask: digests,
    script:
      'cd /usr/share/images; cat oci-layout; echo; jq -c ".manifests[]" index.json; cd blobs/sha256; for m in $(jq -r ".manifests[].digest" ../../index.json | cut -d : -f 2); do jq -c . $m $(jq -r .config.digest $m | cut -d : -f 2); done; for i in *; do echo "$i  $i"; done | sha256sum -c --quiet && echo whole',
  },
  {
    name: 'by hand: tar, gzip and chroot',
    mask: digests,
    script:
      'cd /usr/share/images/blobs/sha256; for name in hello:v2 alpine:3.20; do m=$(jq -r --arg n $name \'.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $n).digest\' ../../index.json | cut -d : -f 2); d=/root/${name%:*}; mkdir $d; for l in $(jq -r ".layers[].digest" $m | cut -d : -f 2); do tar -tvf $l | cut -c 1-18,28- | sed "s/ *[0-9]* 2024/ 2024/" | sort | tail -n 40; tar -xf $l -C $d; done; find $d | sort | tail -n 30; done; cd /root/hello; mount --rbind /dev dev; mount -t proc proc proc; (VERSION=v2 PORT=8080 exec chroot . /srv/hello) & comes curl -sf localhost:8080; curl -s localhost:8080; curl -s localhost:8080/healthz; kill $!; wait $!; echo $?; chroot /root/alpine cat /etc/os-release',
  },
  {
    name: 'underlay-image',
    mask: digests,
    script:
      "cd; from='underlay-image --store /usr/share/images'; $from ls; $from unpack hello:v1 h; cat h/srv/www/index.html; $from unpack hello:v1 h; echo $?; mkdir c; echo hi > c/hi; underlay-image pack c mine:1 --cmd '[\"/hi\"]' --env A=1 | sha256sum; $from export - hello:v1 | underlay-image import -; underlay-image pack c mine:2 --base hello:v1; underlay-image tag mine:2 reg.lab:5000/x; underlay-image rm mine:1; underlay-image gc | wc -l; underlay-image ls; underlay-image unpack mine:2 b; ls b/srv b/hi; underlay-image rm nope; echo $?; underlay-image pack c; echo $?; find /var/lib/images | sort",
  },
];

describe.skipIf(obstacle)('images', () => {
  beforeAll(async () => {
    await ensureEngineTree();
  }, 120_000);

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const hosts = { real: realHost(), simulated: simulatedHost() };
    const { expected, simulation, facts } = await outcomeOf(hosts, scenario, 'images');
    expect(simulation).toBe(expected);
    expect(simulation).toMatch(/\[0\]\n$/);
    expect(facts?.simulated).toEqual(facts?.real);
  });
});
