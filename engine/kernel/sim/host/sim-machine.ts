/** A Machine of a simulated lab as the port has it. */
import type { MachineId } from '../../../state';
import type { Kernel, KernelFiles, KernelProcess, KernelTerminal, SpawnSpec, TerminalSpec } from '../../port';
import { SimFiles } from './sim-files';
import type { SimLab } from './sim-lab';
import { exitOf } from './world';

export class SimMachine implements Kernel {
  readonly files: KernelFiles;

  constructor(
    readonly machine: MachineId,
    private readonly lab: SimLab,
  ) {
    this.files = new SimFiles(machine, {
      kernel: () => lab.world.kernel,
      init: () => lab.world.initOf(machine),
      act: (action) => lab.act(action),
    });
  }

  async spawn(spec: SpawnSpec): Promise<KernelProcess> {
    const { id, pid, result } = await this.lab.spawn({
      machine: this.machine,
      user: spec.user ?? 'root',
      argv: spec.argv,
      cwd: spec.cwd ?? null,
      env: spec.env ?? {},
      stdin: spec.stdin ?? new Uint8Array(),
      timeoutMs: spec.timeoutMs ?? null,
    });
    return {
      pid,
      result: result.then(({ status, ...output }) => ({ ...exitOf(status), ...output })),
      kill: (signal) => void this.lab.act({ do: 'kill', process: id, signal }),
    };
  }

  openTerminal(spec: TerminalSpec): Promise<KernelTerminal> {
    return this.lab.openTerminal({
      machine: this.machine,
      user: spec.user ?? 'root',
      cols: spec.cols,
      rows: spec.rows,
      argv: spec.argv ?? null,
      cwd: spec.cwd ?? null,
      env: spec.env ?? {},
    });
  }
}
