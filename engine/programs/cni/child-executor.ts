/** Plugins as children of a process: ours, a learner's shell script, anything that can be executed. */
import { CniError, errorCodes, type Invocation, type Outcome, type PluginExecutor } from '../../cni';
import { KernelError, type Plan, type ProcessExit, type System } from '../../kernel';
import { signalName } from '../runc/signals';

const SIGKILL = 9;
const shell = '/bin/sh';

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

  async run(plugin: string, invocation: Invocation): Promise<Outcome> {
    try {
      return await this.#execute(plugin, [plugin], invocation);
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      // A script that does not say what reads it is for the shell (execvp(3)).
      if (error.code === 'ENOEXEC') return this.#execute(shell, [shell, plugin], invocation);
      throw new CniError(errorCodes.ioFailure, `netplugin cannot be started: ${plugin}: ${error.code}`);
    }
  }

  async #execute(file: string, argv: string[], { environment, stdin, signal }: Invocation): Promise<Outcome> {
    const { descriptors } = this.system;
    const input = descriptors.memory('stdin', stdin);
    const [output, errors] = [descriptors.pipe(), descriptors.pipe()];
    const variables = Object.entries({ ...this.#inherited, ...environment });
    const words = variables.map(([name, value]) => `${name}=${value}`);
    const stdio = [input, output.write, errors.write] as const;
    const run = this.system.run(execution(file, argv, words), { stdio, argv0: file });
    for (const end of [input, output.write, errors.write]) descriptors.close(end);
    const stop = () => this.#kill(run.pid);
    signal?.addEventListener('abort', stop);
    try {
      const [stdout, stderr, exit] = await Promise.all([
        descriptors.readAll(output.read),
        descriptors.readAll(errors.read),
        run.exit,
      ]);
      await run.done;
      const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      if (signal?.aborted) throw new CniError(errorCodes.internal, `netplugin ${file} was stopped`, complained?.trim());
      return { exitCode: exit.exitCode, stdout: said ?? '', stderr: complained ?? '', ending: endingOf(exit) };
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

function execution(path: string, argv: string[], environment: string[]): Plan {
  return {
    name: 'plugin',
    steps: [
      { call: 'setsid', args: [] },
      { call: 'close_range', args: [3, 0xffffffff, { names: 'CLOSE_RANGE_CLOEXEC', value: 4 }] },
      { call: 'execve', args: [path, { strings: argv }, { strings: environment }] },
    ],
  };
}

function endingOf({ exitCode, signal }: ProcessExit): string {
  return signal === null ? `exit status ${exitCode}` : `signal: ${signalName(signal)}`;
}
