/** Runs another program of the Machine and waits for it, as a child of this process. */
import type { Plan, ProcessExit, ProgramProcess } from '../../kernel';

interface Executed {
  exit: ProcessExit;
  /** Standard output and standard error, at most 64 KiB. */
  output: string;
}

/** Looks for it in PATH. Errors: `KernelError` of execve(2), ENOENT when there is none of that name. */
export async function execute(process: ProgramProcess, argv: readonly string[]): Promise<Executed> {
  const { system, env } = process;
  const [name = '', ...rest] = argv;
  const run = system.run(planOf(find(process, name), [name, ...rest], environment(env)), {
    stdio: ['ignore', 'keep', 'keep'],
    argv0: name,
  });
  const [exit] = await Promise.all([run.exit, run.done]);
  return { exit, output: run.output() };
}

function find({ system, env }: ProgramProcess, name: string): string {
  if (name.includes('/')) return name;
  const directories = (env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(':');
  const places = directories.map((directory) => `${directory}/${name}`);
  return places.find((place) => system.files.kind(place) === 'file') ?? name;
}

function environment(env: ProgramProcess['env']): string[] {
  return Object.entries(env).flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${text}`]));
}

function planOf(path: string, argv: readonly string[], env: readonly string[]): Plan {
  return {
    name: 'execute',
    steps: [
      { call: 'close_range', args: [3, 0xffffffff, { names: 'CLOSE_RANGE_CLOEXEC', value: 4 }] },
      { call: 'execve', args: [path, { strings: [...argv] }, { strings: [...env] }] },
    ],
  };
}
