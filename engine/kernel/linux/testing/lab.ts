/** For tests: labs on this kernel, with an observer that sees nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { layerPaths, rootfsPath } from '../../../../setup/paths.mjs';
import { emptyState } from '../../../state';
import type { Kernel, LabKernel, LabLimits, LabSpec } from '../../port';
import { hierarchies } from '../cgroup/hierarchy';
import { LinuxHost } from '../host/host';
import type { ObserveLab } from '../observer';

export const smallLimits: LabLimits = { pids: 200, memoryBytes: 256 << 20, cpus: 2, diskBytes: 64 << 20 };

const blind: ObserveLab = () => ({
  inspect: async () => emptyState(),
  state: emptyState(),
  onState: () => ({ dispose: () => {} }),
  expectChange: () => {},
  dispose: () => {},
});

export function testHost(): LinuxHost {
  return new LinuxHost({ rootfs: rootfsPath(), layers: layerPaths(), observe: blind });
}

/** Prints why labs cannot be booted here and returns true, so that a test file can skip itself. */
export function cannotBoot(): boolean {
  const availability = testHost().availability();
  if (!availability.available) console.warn(`skipped, no real Machines here: ${availability.reason}`);
  return !availability.available;
}

let labs = 0;

export function bootLab(spec: Partial<LabSpec> = {}, host: LinuxHost = testHost()): Promise<LabKernel> {
  return host.boot({
    id: `test-${++labs}`,
    machines: [{ id: 'lab', hostname: 'lab' }],
    links: [],
    limits: smallLimits,
    ...spec,
  });
}

export function machineOf(lab: LabKernel, id = 'lab'): Kernel {
  const machine = lab.machines.get(id);
  if (!machine) throw new Error(`no Machine ${id}`);
  return machine;
}

/** Runs a bash script in a Machine; `all` is what it printed on both streams. */
export async function bash(machine: Kernel, script: string, user?: 'root' | 'learner') {
  const process = await machine.spawn({ argv: ['bash', '-c', script], ...(user && { user }) });
  const { stdout, stderr, ...rest } = await process.result;
  const [out, err] = [stdout, stderr].map((bytes) => Buffer.from(bytes).toString('utf8'));
  return { ...rest, stdout: out ?? '', stderr: err ?? '', all: `${out}${err}` };
}

/** What a lab could leave on the host: processes that are ours, mounts, network devices, cgroups of this process. */
export function hostTraces() {
  return {
    processes: processes().filter(({ parent }) => parent === process.pid).length,
    mounts: hostMounts().length,
    devices: readdirSync('/sys/class/net').sort(),
    cgroups: hierarchies().flatMap(({ mountPoint }) => cgroupsOf(`${mountPoint}/underlay`, process.pid)),
    descriptors: readdirSync('/proc/self/fd').length,
  };
}

/** Where other tests, which run at the same time, pin network namespaces and have engines mount something. */
const elsewhere = /^\/(run\/netns|run\/underlay-[a-z-]+-|var\/lib\/containers|tmp\/)/;

/** Mount points of this process's mount namespace; no lab has one there. */
function hostMounts(): string[] {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => !elsewhere.test(point));
}

export function cgroupsOf(top: string, pid: number): string[] {
  try {
    return readdirSync(top)
      .filter((name) => name.startsWith(`${pid}-`))
      .map((name) => `${top}/${name}`);
  } catch {
    return [];
  }
}

/** Every process of the host with its parent and its name. */
export function processes(): Array<{ pid: number; parent: number; name: string }> {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const end = stat.lastIndexOf(')');
        return [
          {
            pid: Number(name),
            parent: Number(stat.slice(end + 2).split(' ')[1]),
            name: stat.slice(stat.indexOf('(') + 1, end),
          },
        ];
      } catch {
        return [];
      }
    });
}

/** Waits until `condition` holds; the test's own time limit is the only one. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Inits of the Machines this process has booted, as the host numbers them. */
export function initPids(): number[] {
  const all = processes();
  const outer = new Set(
    all.filter(({ parent, name }) => parent === process.pid && name === 'underlay').map(({ pid }) => pid),
  );
  return all.filter(({ parent }) => outer.has(parent)).map(({ pid }) => pid);
}
