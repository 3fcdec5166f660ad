/** Plugins as children of a process: ours, a learner's shell script, anything that can be executed. */
import { CniError, errorCodes, type Invocation, type Outcome, type PluginExecutor } from '../../cni';
import { KernelError, type Plan, type ProcessExit, type System } from '../../kernel';

const SIGKILL = 9;

export class ChildExecutor implements PluginExecutor {
  /** Plugins get this environment (for PATH, most of all) without anything of CNI in it. */
  readonly #inherited: Record<string, string>;

  constructor(
    private readonly system: System,
    environment: Record<string, string>,
  ) {
    this.#inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('CNI_')));
  }

  async find(type: string, path: readonly string[]): Promise<string | null> {
    const places = path.map((directory) => `${directory}/${type}`);
    return places.find((place) => this.system.files.kind(place) === 'file') ?? null;
  }

  async run(plugin: string, { environment, stdin, signal }: Invocation): Promise<Outcome> {
    const { descriptors } = this.system;
    const input = descriptors.memory('stdin', stdin);
    const [output, errors] = [descriptors.pipe(), descriptors.pipe()];
    const variables = Object.entries({ ...this.#inherited, ...environment });
    const plan = execution(
      plugin,
      variables.map(([name, value]) => `${name}=${value}`),
    );
    const run = this.system.run(plan, { stdio: [input, output.write, errors.write], argv0: plugin });
    for (const end of [input, output.write, errors.write]) descriptors.close(end);
    const stop = () => this.#kill(run.pid);
    signal?.addEventListener('abort', stop);
    try {
      const [stdout, stderr, exit] = await Promise.all([
        descriptors.readAll(output.read),
        descriptors.readAll(errors.read),
        run.exit,
        run.done,
      ]);
      const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      if (signal?.aborted)
        throw new CniError(errorCodes.internal, `netplugin ${plugin} was stopped`, complained?.trim());
      return { exitCode: exit.exitCode, stdout: said ?? '', stderr: complained ?? '', ending: endingOf(exit) };
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      throw new CniError(errorCodes.ioFailure, `netplugin cannot be started: ${plugin}: ${error.code}`);
    } finally {
      signal?.removeEventListener('abort', stop);
      for (const { read } of [output, errors]) descriptors.close(read);
    }
  }

  #kill(pid: number): void {
    const name = this.system.process(pid);
    if (name) this.system.signal(name, SIGKILL);
  }
}

function execution(path: string, environment: readonly string[]): Plan {
  return {
    name: 'plugin',
    steps: [
      { call: 'setsid', args: [] },
      { call: 'close_range', args: [3, 0xffffffff, { names: 'CLOSE_RANGE_CLOEXEC', value: 4 }] },
      { call: 'execve', args: [path, { strings: [path] }, { strings: [...environment] }] },
    ],
  };
}

function endingOf({ exitCode, signal }: ProcessExit): string {
  return signal === null ? `exit status ${exitCode}` : `signal: ${signal}`;
}
