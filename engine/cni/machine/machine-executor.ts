/** Plugins as processes of a Machine: a learner's own, above all. */
import { type Kernel, KernelError } from '../../kernel';
import type { Invocation, Outcome, PluginExecutor } from '../executor';
import { CniError, errorCodes } from '../spec';

export class MachineExecutor implements PluginExecutor {
  constructor(private readonly machine: Pick<Kernel, 'files' | 'spawn'>) {}

  async find(type: string, path: readonly string[]): Promise<string | null> {
    for (const directory of path) {
      const place = `${directory}/${type}`;
      if (await this.isFile(place)) return place;
    }
    return null;
  }

  async run(plugin: string, { environment, stdin, signal }: Invocation): Promise<Outcome> {
    const child = await this.start(plugin, environment, stdin);
    const stop = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    const { exitCode, signal: killedBy, stdout, stderr } = await child.result;
    signal?.removeEventListener('abort', stop);
    const [output, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (signal?.aborted) throw new CniError(errorCodes.internal, `netplugin ${plugin} was stopped`, said?.trim());
    const ending = killedBy ? `signal: ${killedBy}` : `exit status ${exitCode}`;
    return { exitCode, stdout: output ?? '', stderr: said ?? '', ending };
  }

  private async start(plugin: string, env: Record<string, string>, stdin: string) {
    try {
      return await this.machine.spawn({ argv: [plugin], env, stdin: new TextEncoder().encode(stdin) });
    } catch (error) {
      if (error instanceof KernelError)
        throw new CniError(errorCodes.ioFailure, `netplugin cannot be started: ${error.message}`);
      throw error;
    }
  }

  /** Also behind a symbolic link. */
  private async isFile(path: string): Promise<boolean> {
    try {
      const { kind } = await this.machine.files.stat(path);
      return kind === 'file' || kind === 'symlink';
    } catch (error) {
      if (error instanceof KernelError) return false;
      throw error;
    }
  }
}
