/** Runs scenarios in a Machine, and takes out of their output what differs from boot to boot on the same kernel. */
import type { Kernel, KernelHost, LabKernel, LabLimits } from '../../engine/kernel';
import type { Driver, Scenario } from './scenario';

export const limits: LabLimits = { pids: 400, memoryBytes: 256 << 20, cpus: 2, diskBytes: 64 << 20 };
const timeoutMs = 30_000;

/** `comes COMMAND...`: waits until it succeeds, instead of for a time that is too short on a busy computer. */
const comes = `comes() { for _ in {1..400}; do if "$@" > /dev/null 2>&1; then return; fi; sleep 0.02; done; echo "never came: $*"; }
export -f comes
`;

/** Boots a Machine for the scenario alone; two cables lead to a neighbour, as a lesson's do. */
export function transcriptOn(host: KernelHost, scenario: Scenario, id: string): Promise<string> {
  return inLab(host, id, (lab) => transcriptOf(lab, scenario));
}

/** Boots a lab of one Machine, which is gone when the work is done. */
export async function inLab<T>(host: KernelHost, id: string, work: (lab: LabKernel) => Promise<T>): Promise<T> {
  const lab = await host.boot({ id, machines: [{ id: 'lab', hostname: 'lab' }], links: [], limits });
  try {
    return await work(lab);
  } finally {
    await lab.dispose();
  }
}

export async function transcriptOf({ machines }: LabKernel, scenario: Scenario): Promise<string> {
  const machine = machines.get('lab');
  if (!machine) throw new Error('the lab has no Machine');
  return transcriptIn(machine, scenario);
}

async function transcriptIn(machine: Kernel, { script, user, mask = [] }: Scenario): Promise<string> {
  const process = await machine.spawn({
    argv: ['bash', '-c', `exec 2>&1\n${/\bcomes /.test(script) ? comes : ''}${script}`],
    timeoutMs,
    ...(user === undefined ? {} : { user }),
  });
  const { stdout, exitCode, signal } = await process.result;
  const text = mask.reduce((all, { match, as }) => all.replace(match, as), new TextDecoder().decode(stdout));
  return `${normalise(text)}[${signal ?? exitCode}]\n`;
}

/** Numbers that the kernel gives out as they come: namespaces, their first appearance counts. */
export function normalise(text: string): string {
  const seen = new Map<string, string>();
  return text.replace(/\b4026\d{6}\b/g, (number) => {
    const known = seen.get(number) ?? `NS${seen.size + 1}`;
    seen.set(number, known);
    return known;
  });
}

const probes: Readonly<Record<Driver, string>> = {
  dummy: 'ip link add probe type dummy',
  ipvlan: 'ip link add under type bridge; ip link add link under name probe type ipvlan',
  netem: 'tc qdisc add dev lo root netem delay 1ms',
  vlan: 'ip link add under type bridge; ip link add link under name probe type vlan id 5',
};

/** Does this kernel have the driver? Tried in a network of its own. */
export async function hasDriver(host: KernelHost, driver: Driver): Promise<boolean> {
  const scenario = { name: 'probe', script: `unshare -n bash -c '${probes[driver]}' > /dev/null; echo $?` };
  return (await transcriptOn(host, scenario, `differential-probe-${driver}`)).endsWith('0\n[0]\n');
}
