/** A simulated Machine to run lines of bash in, for tests. */
import { simHost } from '../drivers/sim';
import { systemClock } from '../lab';

export interface Bench {
  /** What a line prints. */
  run(line: string): Promise<string>;
  end(): Promise<void>;
}

const limits = { pids: 64, memoryBytes: 128 << 20, cpus: 2, diskBytes: 32 << 20 };

export async function benchOf(): Promise<Bench> {
  // Timers of a lab keep no process alive.
  const alive = setInterval(() => undefined, 1000);
  const machines = [{ id: 'lab', hostname: 'lab' }];
  const lab = await simHost(systemClock, () => Date.UTC(2026, 0, 1)).boot({ id: 'bench', machines, links: [], limits });
  return {
    async run(line) {
      const machine = lab.machines.get('lab');
      if (!machine) throw new Error('no Machine');
      const { result } = await machine.spawn({ argv: ['bash', '-c', line] });
      return new TextDecoder().decode((await result).stdout);
    },
    async end() {
      clearInterval(alive);
      await lab.dispose();
    },
  };
}
