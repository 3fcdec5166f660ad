/** For tests: a simulated Machine that runs lines of bash, and never waits for its clock. */
import type { LabLimits } from '../../engine/kernel';
import { loadPrograms } from '../../engine/programs/simulated';
import { simHost } from '../drivers/sim';
import { HastyClock } from './clock';

export interface ScriptMachine {
  /** What a script prints on standard output. */
  run(script: string): Promise<string>;
  end(): Promise<void>;
}

const limits: LabLimits = { pids: 200, memoryBytes: 128 << 20, cpus: 2, diskBytes: 32 << 20 };

export async function bootScriptMachine(): Promise<ScriptMachine> {
  // A clock that nobody waits for does not wait for programs to be loaded either.
  await loadPrograms();
  const machines = [{ id: 'lab', hostname: 'lab' }];
  const host = simHost(new HastyClock(), () => Date.UTC(2026, 0, 1));
  const lab = await host.boot({ id: 'script', machines, links: [], limits });
  const machine = lab.machines.get('lab');
  if (!machine) throw new Error('the lab has no Machine');
  return {
    async run(script) {
      const { result } = await machine.spawn({ argv: ['bash', '-c', script] });
      return new TextDecoder().decode((await result).stdout);
    },
    end: () => lab.dispose(),
  };
}
