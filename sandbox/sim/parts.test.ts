/** Programs that are loaded when they are first executed: a lab stands still meanwhile, and is the same with and without. */
import { expect, test } from 'vitest';
import type { LabKernel, Simulation } from '../../engine/kernel';
import { type Part, type Program, Replay, SimHost } from '../../engine/kernel/sim';
import { imageEntries, loadPrograms, program } from '../../engine/programs/simulated';
import { systemClock } from '../lab';

const spec = {
  id: 'parts',
  machines: [{ id: 'lab', hostname: 'lab' }],
  links: [],
  limits: { pids: 50, memoryBytes: 64 << 20, cpus: 1, diskBytes: 16 << 20 },
};
const epoch = Date.UTC(2026, 0, 1);
const decoder = new TextDecoder();

/** `seq` is loaded later; `load` says how that goes. */
function withLateSeq(load: () => Promise<void>) {
  let isLoaded = false;
  const part: Part = {
    name: 'late',
    get isLoaded() {
      return isLoaded;
    },
    async load() {
      await load();
      isLoaded = true;
    },
  };
  const late: Program = function* (sys, argv, env) {
    if (!(yield* sys.need(part))) return 99;
    return (yield* program('seq')?.(sys, argv, env) ?? missing()) ?? 1;
  };
  return { part, programs: (name: string) => (name === 'seq' ? late : program(name)) };
}

function missing(): never {
  throw new Error('there is no seq');
}

function boot(programs: (name: string) => Program | undefined, setup?: string): Promise<LabKernel> {
  const host = new SimHost({
    image: imageEntries,
    programs,
    wallClock: () => epoch,
    pace: { now: systemClock.now, after: systemClock.after },
  });
  const machines = spec.machines.map((machine) => ({ ...machine, ...(setup === undefined ? {} : { setup }) }));
  return host.boot({ ...spec, machines });
}

async function run(lab: LabKernel, script: string): Promise<string> {
  const machine = lab.machines.get('lab');
  if (!machine) throw new Error('no Machine');
  const { result } = await machine.spawn({ argv: ['bash', '-c', script] });
  return decoder.decode((await result).stdout);
}

/** Plays what was done in the lab again; throws where that differs. */
async function playAgain(programs: (name: string) => Program | undefined, simulation: Simulation): Promise<string> {
  const end = { step: simulation.time.step, at: simulation.time.now, mark: simulation.mark() };
  const { seed } = simulation;
  const turn = () => new Promise<void>((resolve) => systemClock.soon(resolve));
  const played = await Replay.boot(
    { spec, seed, epoch: simulation.epoch, image: await imageEntries(), programs, turn },
    simulation.actions,
    end,
  );
  while (await played.play());
  return played.mark();
}

function simulationOf({ simulation }: LabKernel): Simulation {
  if (!simulation) throw new Error('not simulated');
  return simulation;
}

const script = 'date +%N; (while :; do :; done) & seq 3; date +%N; kill $!; echo $?';

test('a program that comes late does what it would have done at once', async () => {
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 300));
  const { programs, part } = withLateSeq(slow);
  const lab = await boot(programs);
  const text = run(lab, script);
  // What comes while the lab stands still waits until it goes on.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const other = run(lab, 'echo other');
  expect(await other).toBe('other\n');
  expect(await text).toMatch(/^\d+\n1\n2\n3\n\d+\n0\n$/);
  expect(part.isLoaded).toBe(true);
  const simulation = simulationOf(lab);
  await loadPrograms();
  const mark = simulation.mark();
  expect(await playAgain(program, simulation)).toBe(mark);
  await lab.dispose();
});

test('a program that cannot be had says so, does so again when it is played, and can be tried again', async () => {
  let isThere = false;
  const { programs } = withLateSeq(() => (isThere ? Promise.resolve() : Promise.reject(new Error('offline'))));
  const lab = await boot(programs);
  expect(await run(lab, 'seq 1; echo $?')).toBe('99\n');
  isThere = true;
  expect(await run(lab, 'seq 1; echo $?')).toBe('1\n0\n');
  const simulation = simulationOf(lab);
  expect(simulation.actions.map(({ action }) => action.do)).toEqual(['spawn', 'part.lost', 'spawn']);
  await loadPrograms();
  expect(await playAgain(programs, simulation)).toBe(simulation.mark());
  await simulation.rewind(simulation.time.now);
  expect(simulation.actions).toHaveLength(3);
  expect(await run(lab, 'seq 1')).toBe('1\n');
  await lab.dispose();
});

test('a setup waits for what it needs, and fails where it cannot be had', async () => {
  const lab = await boot(withLateSeq(() => Promise.resolve()).programs, 'seq 3 > /made');
  expect(await run(lab, 'cat /made')).toBe('1\n2\n3\n');
  await lab.dispose();
  const failing = withLateSeq(() => Promise.reject(new Error('offline')));
  await expect(boot(failing.programs, 'seq 3')).rejects.toThrow('a part of the simulator (late) could not be loaded');
});
