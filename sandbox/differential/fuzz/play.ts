/** Plays sequences on both kernels and finds the first place where they differ. */
import fc from 'fast-check';
import type { Kernel, LabKernel } from '../../../engine/kernel';
import { SimHost } from '../../../engine/kernel/sim';
import { imageEntries, program } from '../../../engine/userland';
import { systemClock } from '../../lab';
import { limits } from '../run';
import type { Operation } from './operations';
import { realDriver } from './real-driver';
import { simDriver } from './sim-driver';
import type { Subject } from './subjects';

export interface Difference {
  subject: string;
  operations: Operation[];
  real: string;
  simulated: string;
}

const timeoutMs = 120_000;

/** `count` sequences from `seed` on. */
export function sequences(subject: Subject, count: number, seed: number): Operation[][] {
  return fc.sample(subject.operations, { numRuns: count, seed });
}

/** What each sequence answered, on the real kernel. */
export async function playReal(machine: Kernel, subject: Subject, batch: readonly Operation[][]): Promise<string[]> {
  const stdin = batch
    .map((operations) => `${JSON.stringify([subject.prepare, operations, subject.finish])}\n`)
    .join('');
  const process = await machine.spawn({
    argv: ['python3', '-c', realDriver],
    stdin: new TextEncoder().encode(stdin),
    timeoutMs,
  });
  const { stdout, stderr, exitCode } = await process.result;
  if (exitCode !== 0) throw new Error(`the driver failed: ${new TextDecoder().decode(stderr)}`);
  return split(stdout);
}

/** The same on the simulated one, in a lab of its own. */
export async function playSimulated(subject: Subject, batch: readonly Operation[][]): Promise<string[]> {
  const driver = simDriver(batch.map((operations) => [subject.prepare, operations, subject.finish] as const));
  const host = new SimHost({
    image: imageEntries(),
    programs: (name) => (name === 'true' ? driver : program(name)),
    wallClock: () => Date.UTC(2026, 0, 1),
    pace: { now: systemClock.now, after: systemClock.after },
  });
  const lab: LabKernel = await host.boot({
    id: `fuzz-${subject.name}`,
    machines: [{ id: 'lab', hostname: 'lab' }],
    links: [],
    limits,
  });
  try {
    const machine = lab.machines.get('lab');
    if (!machine) throw new Error('the lab has no Machine');
    const process = await machine.spawn({ argv: ['/usr/bin/true'], timeoutMs });
    const { stdout, stderr, exitCode } = await process.result;
    if (exitCode !== 0) throw new Error(`the driver failed: ${new TextDecoder().decode(stderr)}`);
    return split(stdout);
  } finally {
    await lab.dispose();
  }
}

export async function compare(machine: Kernel, subject: Subject, batch: readonly Operation[][]): Promise<Difference[]> {
  const [real, simulated] = await Promise.all([playReal(machine, subject, batch), playSimulated(subject, batch)]);
  return batch.flatMap((operations, at) => {
    const [expected = '', found = ''] = [real[at], simulated[at]];
    return expected === found ? [] : [{ subject: subject.name, operations, real: expected, simulated: found }];
  });
}

function split(stdout: Uint8Array): string[] {
  return new TextDecoder().decode(stdout).split('--\n').slice(0, -1);
}
