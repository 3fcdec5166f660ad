/** What both kernels' labs show of what stands above the kernel: made by hand, and by the programs that make it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelHost, LabKernel } from '../../engine/kernel';
import type { LabState } from '../../engine/state';
import { realHost, simulatedHost } from './hosts';
import { limits } from './run';

const kernels: Array<[string, KernelHost]> = [
  ['real', realHost()],
  ['simulated', simulatedHost()],
];

describe.each(kernels)('on the %s kernel', (name, host) => {
  const availability = host.availability();
  if (!availability.available) console.warn(`skipped, no ${name} Machines here: ${availability.reason}`);
  let lab: LabKernel;
  const alive = setInterval(() => undefined, 1000);

  beforeAll(async () => {
    if (!availability.available) return;
    const machines = [{ id: 'lab', hostname: 'lab' }];
    lab = await host.boot({ id: `observed-${process.pid}`, machines, links: [], limits });
  });
  afterAll(async () => {
    clearInterval(alive);
    await lab?.dispose();
  });

  async function bash(script: string) {
    const machine = lab.machines.get('lab');
    if (!machine) throw new Error('the lab has no Machine');
    const process = await machine.spawn({ argv: ['bash', '-c', `exec 2>&1\n${script}`], timeoutMs: 30_000 });
    const { stdout, exitCode } = await process.result;
    return { text: new TextDecoder().decode(stdout), exitCode };
  }

  /** Resolves once what is told of the state is that. */
  function comes(told: (state: LabState) => unknown, expected: unknown): Promise<void> {
    const isSo = (state: LabState) => JSON.stringify(told(state)) === JSON.stringify(expected);
    return new Promise((resolve, reject) => {
      const end = (conclude: () => void) => {
        subscription.dispose();
        clearTimeout(timer);
        conclude();
      };
      const subscription = lab.onState((state) => isSo(state) && end(resolve));
      const problem = () => new Error(`wanted ${JSON.stringify(expected)}, is ${JSON.stringify(told(lab.state))}`);
      const timer = setTimeout(() => end(() => reject(problem())), 5000);
      if (isSo(lab.state)) end(resolve);
    });
  }

  const statuses = ({ containers }: LabState) => Object.values(containers).map(({ id, status }) => `${id} ${status}`);
  const calls = ({ cniCalls }: LabState) => Object.values(cniCalls).map(({ number, exitCode }) => [number, exitCode]);
  const images = ({ images: all }: LabState) =>
    Object.values(all).flatMap(({ layout, name: called, missing, corrupt }) =>
      layout === '/root/mine' ? [`${called} ${missing.length} ${corrupt.length}`] : [],
    );

  it.skipIf(!availability.available)('a record of a container follows its process', async () => {
    await bash(`mkdir -p /run/runc/web; mkfifo /run/runc/web/start
      setsid sleep 900 > /dev/null & p=$!
      echo "{\\"process\\": {\\"pid\\": $p, \\"startTime\\": \\"$(cut -d' ' -f22 /proc/$p/stat)\\"}, \\"maker\\": null}" > /run/runc/web/state.json`);
    await comes(statuses, ['web created']);
    await bash('rm /run/runc/web/start');
    await comes(statuses, ['web running']);
    await bash('pkill sleep');
    await comes(statuses, ['web stopped']);
    await bash('rm -r /run/runc/web');
    await comes(statuses, []);
  });

  it.skipIf(!availability.available)('junk is left out, and what is beside it is not', async () => {
    await bash(`cd /run/runc; mkdir a b c d; echo junk > a/state.json; mkdir b/state.json; ln -s . loop; ln -s state.json c/state.json
      truncate -s 8M d/state.json; mkfifo e; mkdir good; echo '{"id": "good"}' > good/state.json
      mkdir -p /var/log/cni /var/lib/cni; ln -s /var/lib/cni/results /var/lib/cni/results; rm -rf /var/lib/images; ln -s / /var/lib/images
      cd /var/log/cni; mkfifo 1.json; mkdir 2.json; ln -s 3.json 3.json; truncate -s 8M 4.json; echo '{"number": 5, "plugin": "/x"}' > 5.json`);
    await comes(statuses, ['good stopped']);
    await comes(calls, [[5, null]]);
    await bash(`rm -r /run/runc; mkdir /run/runc; rm -r /var/log/cni; mkdir /var/log/cni
      echo '{"number": 6, "plugin": "/x", "exitCode": 0}' > /var/log/cni/new; mv /var/log/cni/new /var/log/cni/6.json`);
    await comes(statuses, []);
    await comes(calls, [[6, 0]]);
  });

  it.skipIf(!availability.available)('a layout made by hand is seen, and what is lost and damaged in it', async () => {
    await bash(`mkdir -p /root/mine/blobs/sha256; cd /root/mine; printf '{}' > blob
      digest=$(sha256sum blob | cut -d' ' -f1); mv blob blobs/sha256/$digest
      printf '{"manifests": [{"digest": "sha256:%s", "size": 2, "annotations": {"org.opencontainers.image.ref.name": "a:1"}}]}' $digest > index.json
      echo '{"imageLayoutVersion": "1.0.0"}' > oci-layout`);
    await comes(images, ['a:1 0 0']);
    await bash("printf '{ ' 1<> /root/mine/blobs/sha256/*");
    await comes(images, ['a:1 0 1']);
    await bash('rm /root/mine/blobs/sha256/*');
    await comes(images, ['a:1 1 0']);
    await bash('mv /root/mine /root/other');
    await comes(images, []);
  });

  it.skipIf(!availability.available)('a container goes through its states', async () => {
    const { exitCode } = await bash('type runc');
    if (exitCode !== 0) return console.warn(`skipped, the ${name} Machine has no runc`);
    const step = async (command: string, expected: string[]) => {
      expect(await bash(`cd /root/bundle; ${command}`)).toEqual({ text: '', exitCode: 0 });
      await comes(statuses, expected);
    };
    await bash(`mkdir -p /root/bundle/rootfs/bin; cd /root/bundle; cp $(command -v busybox) rootfs/bin/sleep; runc spec
      sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sleep", "600"/' config.json`);
    await step('runc create box > /dev/null', ['box created']);
    await step('runc start box', ['box running']);
    const [box] = Object.values(lab.state.containers);
    expect(box).toMatchObject({ bundle: '/root/bundle', rootfs: '/root/bundle/rootfs', args: ['sleep', '600'] });
    await comes(
      ({ containers, processes }) => {
        const process = processes[`${Object.values(containers)[0]?.pid}`];
        return [process?.machine, process?.args];
      },
      ['lab', ['sleep', '600']],
    );
    await step('runc pause box', ['box paused']);
    await step('runc resume box', ['box running']);
    await step('runc kill box KILL', ['box stopped']);
    await step('runc delete box', []);
  });
});
