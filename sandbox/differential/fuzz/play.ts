/** Plays sequences on both kernels and finds those that do not come to the same. */
import type { Kernel, LabKernel } from '../../../engine/kernel';
import { type Program, SimHost } from '../../../engine/kernel/sim';
import { imageEntries, loadPrograms, program } from '../../../engine/programs/simulated';
import { limits } from '../run';
import { say } from './say';
import type { Sequence, Subject } from './subject';

export interface Difference {
  sequence: Sequence;
  real: string;
  simulated: string;
}

const timeoutMs = 120_000;
/** Of the lab's own time, which costs nothing. */
const simulatedTimeoutMs = 24 * 3600_000;

/** What each sequence answered, on the real kernel. */
export async function playReal(machine: Kernel, subject: Subject, batch: readonly Sequence[]): Promise<string[]> {
  const process = await machine.spawn({
    argv: ['python3', '-c', subject.driver],
    stdin: new TextEncoder().encode(batch.map(({ line }) => line).join('')),
    timeoutMs,
  });
  const { stdout, stderr, exitCode } = await process.result;
  if (exitCode !== 0) throw new Error(`the driver failed: ${new TextDecoder().decode(stderr)}`);
  return split(stdout);
}

/** The same on the simulated one, in a lab of its own. */
export async function playSimulated(subject: Subject, batch: readonly Sequence[]): Promise<string[]> {
  const driver = simDriver(batch);
  // In the hurry below nothing could be waited for.
  await loadPrograms();
  const host = new SimHost({
    image: imageEntries,
    programs: (name) => (name === 'true' ? driver : program(name)),
    wallClock: () => Date.UTC(2026, 0, 1),
    pace: hurriedClock(),
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
    const process = await machine.spawn({ argv: ['/usr/bin/true'], timeoutMs: simulatedTimeoutMs });
    const { stdout, stderr, exitCode } = await process.result;
    if (exitCode !== 0) throw new Error(`the driver failed: ${new TextDecoder().decode(stderr)}`);
    return split(stdout);
  } finally {
    await lab.dispose();
  }
}

/**
 * What differs is played once more on the real kernel: on a busy machine something may have taken longer there than the
 * driver waits, and that means nothing.
 */
export async function compare(machine: Kernel, subject: Subject, batch: readonly Sequence[]): Promise<Difference[]> {
  const [first, simulated] = await Promise.all([playReal(machine, subject, batch), playSimulated(subject, batch)]);
  const suspects = batch.flatMap((sequence, at) => (first[at] === simulated[at] ? [] : [{ sequence, at }]));
  if (suspects.length === 0) return [];
  const again = await playReal(
    machine,
    subject,
    suspects.map(({ sequence }) => sequence),
  );
  return suspects.flatMap(({ sequence, at }, place) => {
    const [real = '', found = ''] = [again[place], simulated[at]];
    return real === found ? [] : [{ sequence, real, simulated: found }];
  });
}

/** Nobody watches: as soon as the lab waits for a time, that time has come. */
function hurriedClock() {
  let now = 0;
  return {
    now: () => now,
    after: (ms: number, then: () => void) => {
      const timer = setImmediate(() => {
        // Never less than a sum of such numbers can tell apart.
        now += ms > 0 ? Math.max(ms, 0.001) : 0;
        then();
      });
      return { dispose: () => clearImmediate(timer) };
    },
  };
}

function simDriver(batch: readonly Sequence[]): Program {
  let current: Program | null = null;
  return function* (sys, argv, env) {
    // Executed again by a process of its own.
    if (current && argv.length > 1) return yield* current(sys, argv, env);
    for (const { program: play } of batch) {
      current = play;
      yield* play(sys, argv, env);
      yield* say(sys, '--');
    }
    return 0;
  };
}

function split(stdout: Uint8Array): string[] {
  return new TextDecoder().decode(stdout).split('--\n').slice(0, -1);
}
