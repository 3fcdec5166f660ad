/** `exec`: adds a process to a container. */
import type { ProcessExit, SystemStdio } from '../../kernel';
import type { Process } from '../config';
import { RuntimeError } from '../error';
import { CapabilitySets, execPlan, seccompSteps } from '../plan';
import { permit } from '../state/status';
import { Container, type RuntimeContext } from './container';
import { availableCapabilities, isRootless } from './create-context';
import { programFailure } from './plan-failure';

export interface ExecOptions {
  process: Process;
  consoleSocket?: string;
  pidFile?: string;
  preserve?: readonly number[];
  stdio?: SystemStdio;
  /** Lets the process be added to a frozen container: it runs once that is thawed. */
  ignorePaused?: boolean;
}

export interface Executed {
  /** On the host. */
  pid: number;
  exit: Promise<ProcessExit>;
}

/** Resolves when the program is executed. Errors: a state that does not allow it, a program that is not there. */
export async function exec(context: RuntimeContext, id: string, options: ExecOptions): Promise<Executed> {
  const container = Container.load(context, id);
  const status = container.status();
  if (status === 'paused' && !options.ignorePaused) {
    throw new RuntimeError('cannot exec in a paused container (use --ignore-paused to override)');
  }
  if (status !== 'paused') permit('exec', id, status);
  const { process } = options;
  if (!process.args) throw new RuntimeError('process.args: there is no program to execute');
  if (process.terminal && options.consoleSocket === undefined) {
    throw new RuntimeError('process.terminal is set, and there is no console socket to send the terminal to');
  }
  return launch(container, options);
}

async function launch(container: Container, options: ExecOptions): Promise<Executed> {
  const { context, config, record } = container;
  const { system } = context;
  const { process, preserve = [], stdio } = options;
  const plan = execPlan(config, {
    id: record.id,
    pid: record.process?.pid ?? 0,
    process,
    capabilities: new CapabilitySets(process.capabilities, availableCapabilities(config, system.facts.capabilities)),
    seccomp: seccompSteps(config, system.facts.architecture),
    notifies: false,
    mayLockGroups: !isRootless(system),
    cgroups: record.cgroups.map(({ directory }) => directory),
    preserved: preserve.length,
  });
  const control = system.descriptors.pipe();
  const console = options.consoleSocket === undefined ? [] : [system.descriptors.connect(options.consoleSocket)];
  try {
    // Nothing is told through the first two: they keep the others where every plan of ours has them.
    const inherit = [control.read, control.read, ...console, ...preserve];
    const run = system.run(plan, { inherit, argv0: 'underlay-oci', ...(stdio && { stdio }) });
    const pid = await run.report('pid');
    const exit = system.childExit(pid);
    try {
      await run.done;
    } catch (error) {
      await Promise.allSettled([exit, run.exit]);
      throw programFailure(error) ?? error;
    }
    await run.exit;
    if (options.pidFile !== undefined) system.files.replace(options.pidFile, String(pid));
    return { pid, exit };
  } finally {
    for (const fd of [control.read, control.write, ...console]) system.descriptors.close(fd);
  }
}
