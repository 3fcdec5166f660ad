import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabKernel } from '../../engine/kernel';
import { LinuxSystem } from '../../engine/kernel/linux';
import {
  exec,
  kill,
  parseProcess,
  pause,
  type RuntimeContext,
  remove,
  resume,
  run,
  runtimeContext,
} from '../../engine/runtime';
import { rootfsPath } from '../../setup/paths.mjs';
import { configOf, containers, settings } from './container-scenarios';
import { realHost, simulatedHost } from './hosts';
import { limits } from './run';

/** A place where containers are made: the same bundles on either kernel. */
interface Site {
  context: RuntimeContext;
  /** Makes a bundle with that configuration; answers its directory. */
  bundle(name: string, config: object): Promise<string>;
}

const real = realHost().availability();
if (!real.available) console.warn(`skipped: containers on both kernels: ${real.reason}`);

let directory = '';
let lab: LabKernel;
let sites: Site[] = [];
function bootSim(id: string): Promise<LabKernel> {
  const setup = `mkdir ${rootfs.simulated} && mount --bind / ${rootfs.simulated}`;
  return simulatedHost().boot({ id, machines: [{ id: 'lab', hostname: 'lab', setup }], links: [], limits });
}

const rootfs = { real: '', simulated: '/root/rootfs' };

beforeAll(async () => {
  if (!real.available) return;
  directory = mkdtempSync(join(tmpdir(), 'underlay-containers-'));
  rootfs.real = rootfsPath();
  lab = await bootSim('containers');
  sites = [onLinux(), onSim(lab)];
});
afterAll(async () => {
  await lab?.dispose();
  if (directory !== '') rmSync(directory, { recursive: true });
});

function onLinux(): Site {
  return {
    context: runtimeContext(new LinuxSystem(), join(directory, 'state')),
    bundle: async (name, config) => {
      const place = join(directory, name);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'config.json'), JSON.stringify(config));
      return place;
    },
  };
}

function onSim({ machines, simulation }: LabKernel): Site {
  const machine = machines.get('lab');
  if (!machine || !simulation) throw new Error('no simulated Machine');
  return {
    context: runtimeContext(simulation.openSystem('lab'), '/run/oci'),
    bundle: async (name, config) => {
      const place = `/root/${name}`;
      await machine.files.makeDirectory(place);
      await machine.files.write(`${place}/config.json`, new TextEncoder().encode(JSON.stringify(config)));
      return place;
    },
  };
}

/** Runs a container to its end: what it wrote, how it ended, or why it could not begin. */
async function story({ context, bundle }: Site, id: string, config: (rootfs: string) => object): Promise<string> {
  const { descriptors } = context.system;
  const place = await bundle(id, config(context.system instanceof LinuxSystem ? rootfs.real : rootfs.simulated));
  const output = descriptors.pipe();
  try {
    const { exit, container } = await run(context, {
      id,
      bundle: place,
      stdio: ['ignore', output.write, output.write],
    });
    descriptors.close(output.write);
    const text = new TextDecoder().decode(await descriptors.readAll(output.read));
    const { exitCode, signal } = await exit;
    const told = `${text}[${exitCode ?? `signal ${signal}`}] ${container.status()}`;
    await remove(context, id);
    return told;
  } catch (error) {
    descriptors.close(output.write);
    return String(error).replaceAll(place, 'BUNDLE');
  } finally {
    descriptors.close(output.read);
  }
}

describe.skipIf(!real.available)('a container on both kernels', () => {
  containers.forEach(([name, config], number) => {
    it(name, async () => {
      const [expected, simulated] = await Promise.all(
        sites.map((site) => story(site, `c${process.pid}-${number}`, config)),
      );
      expect(simulated).toBe(expected);
      for (const { context } of sites) expect(context.store.list()).toEqual([]);
    });
  });

  it('leaves nothing of itself in a simulated lab, however many there were', async () => {
    const own = await bootSim('many');
    const site = onSim(own);
    await story(site, 'first', configOf('exit 0'));
    const counts = async () => {
      await site.context.system.sleep(100);
      const { namespaces, processes, mounts, cgroups } = await own.inspect();
      return [namespaces, processes, mounts, cgroups].map((all) => Object.keys(all).length);
    };
    const before = await counts();
    for (let i = 0; i < 25; i++) expect(await story(site, `c${i}`, configOf('exit 0'))).toBe('[0] stopped');
    expect(await counts()).toEqual(before);
    await own.dispose();
  });

  it('comes to be at the same steps each time', async () => {
    const first = await endOf('first');
    expect(first).toContain('uid=0(root)');
    expect(await endOf('first')).toBe(first);
  });

  it('goes through its states, and lets in another process', async () => {
    const stories = await Promise.all(sites.map((site) => life(site, `life${process.pid}`)));
    expect(stories[1]).toEqual(stories[0]);
    expect(stories[0]?.slice(0, 3)).toEqual(['running', 'added box 1\n', 'exec: 5']);
  });
});

/** Where a lab stands after a container was run in it, step by step. */
async function endOf(seed: string): Promise<string> {
  const own = await bootSim(seed);
  try {
    const { simulation } = own;
    simulation?.setSpeed(0);
    let isOver = false;
    const told = story(onSim(own), 'c', configOf('hostname; sleep 1; id')).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      simulation?.step();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return `${await told} at ${simulation?.mark()}`;
  } finally {
    await own.dispose();
  }
}

async function life({ context, bundle }: Site, id: string): Promise<string[]> {
  const told: string[] = [];
  const tell = async (name: string, work: () => Promise<unknown>) => {
    await work().catch((error) => told.push(`${name}: ${error}`));
    told.push(container.status());
  };
  const isReal = context.system instanceof LinuxSystem;
  const config = configOf('exec sleep 1000')(isReal ? rootfs.real : rootfs.simulated);
  const { container, exit } = await run(context, { id, bundle: await bundle(id, config) });
  told.push(container.status());
  const output = context.system.descriptors.pipe();
  const added = await exec(context, id, {
    process: parseProcess(
      JSON.stringify({
        ...settings,
        args: ['bash', '-c', 'echo added $(hostname) $(cat /proc/1/stat | cut -d" " -f1); exit 5'],
      }),
      'process.json',
    ),
    stdio: ['ignore', output.write, output.write],
  });
  context.system.descriptors.close(output.write);
  told.push(new TextDecoder().decode(await context.system.descriptors.readAll(output.read)));
  context.system.descriptors.close(output.read);
  told.push(`exec: ${(await added.exit).exitCode}`);
  await tell('pause', () => pause(context, id));
  await tell('resume', () => resume(context, id));
  await tell('delete', () => remove(context, id));
  await tell('kill', async () => {
    await kill(context, id, 9);
    await exit;
  });
  await tell('kill', () => kill(context, id, 9));
  await remove(context, id);
  told.push(`${(await exit).signal}`, `${context.store.list().length}`);
  return told;
}
