/** Hooks in the runtime's own namespaces: prestart, createRuntime, poststart, poststop (runtime spec, "POSIX-platform Hooks"). */
import type { PlanRun, ProcessExit, System } from '../../kernel';
import type { Hook } from '../config';
import { messageOf, RuntimeError } from '../error';
import type { ContainerState } from '../state/container-state';

const SIGKILL = 9;

/** Runs hooks one after the other, each with the state on its standard input. Errors: the first that fails. */
export async function runHooks(
  system: System,
  point: string,
  hooks: readonly Hook[] | undefined,
  state: ContainerState,
): Promise<void> {
  for (const [index, hook] of (hooks ?? []).entries()) await runHook(system, `${point} hook #${index}`, hook, state);
}

/** The same for the points where a hook that fails changes nothing: all are called, `warn` is told. */
export async function runEveryHook(
  system: System,
  point: string,
  hooks: readonly Hook[] | undefined,
  state: ContainerState,
  warn?: (message: string) => void,
): Promise<void> {
  for (const [index, hook] of (hooks ?? []).entries()) {
    await runHook(system, `${point} hook #${index}`, hook, state).catch((error) => warn?.(messageOf(error)));
  }
}

async function runHook(system: System, name: string, hook: Hook, state: ContainerState): Promise<void> {
  const { path, args, env = [], timeout } = hook;
  const stdin = system.descriptors.memory('state', JSON.stringify(state));
  let run: PlanRun;
  try {
    run = system.run(
      {
        name: `${name} of ${state.id}`,
        steps: [{ call: 'execve', args: [path, { strings: args ?? [path] }, { strings: env }], about: path }],
      },
      { stdio: [stdin, 'keep', 'keep'] },
    );
  } finally {
    system.descriptors.close(stdin);
  }
  const exit = await withLimit(system, run, timeout);
  if (exit === null) throw new RuntimeError(`${name} (${path}) did not end within ${timeout} s`);
  await run.done.catch((error) => {
    throw new RuntimeError(`${name} failed: ${messageOf(error)}`, { cause: error });
  });
  if (exit.exitCode === 0) return;
  throw new RuntimeError(`${name} (${path}) failed: ${describeExit(exit)}${output(run)}`);
}

/** Null when it took longer than `seconds` and was ended. */
async function withLimit(system: System, run: PlanRun, seconds: number | undefined): Promise<ProcessExit | null> {
  if (seconds === undefined) return run.exit;
  const late = system.sleep(seconds * 1000).then(() => null);
  const first = await Promise.race([run.exit, late]);
  if (first !== null) return first;
  const process = system.process(run.pid);
  if (process) system.signal(process, SIGKILL);
  await run.exit;
  return null;
}

export function describeExit({ exitCode, signal }: ProcessExit): string {
  return signal === null ? `exit status ${exitCode}` : `signal ${signal}`;
}

function output(run: PlanRun): string {
  const text = run.output().trim();
  return text === '' ? '' : `, output: ${text}`;
}
