/** Runs scenarios in a Machine, and takes out of their output what differs from boot to boot on the same kernel. */
import type { Kernel, KernelHost, LabLimits } from '../../engine/kernel';
import type { Scenario } from './scenario';

export const limits: LabLimits = { pids: 400, memoryBytes: 256 << 20, cpus: 2, diskBytes: 64 << 20 };
const timeoutMs = 30_000;

/** Boots a Machine for the scenario alone; two cables lead to a neighbour, as a lesson's do. */
export async function transcriptOn(host: KernelHost, scenario: Scenario, id: string): Promise<string> {
  const lab = await host.boot({ id, machines: [{ id: 'lab', hostname: 'lab' }], links: [], limits });
  try {
    const machine = lab.machines.get('lab');
    if (!machine) throw new Error('the lab has no Machine');
    return await transcriptIn(machine, scenario);
  } finally {
    await lab.dispose();
  }
}

export async function transcriptIn(machine: Kernel, { script, user, mask = [] }: Scenario): Promise<string> {
  const process = await machine.spawn({
    argv: ['bash', '-c', `exec 2>&1\n${script}`],
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
