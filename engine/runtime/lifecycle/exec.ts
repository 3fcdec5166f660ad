/** `exec`: adds a process to a container. */
import type { ProcessExit, SystemStdio } from '../../kernel';
import type { Process } from '../config';
import { RuntimeError } from '../error';
import { CapabilitySets, execPlan, seccompSteps } from '../plan';
import { permit } from '../state/status';
import { Container, type RuntimeContext } from './container';
import { availableCapabilities, isRootless } from './create-context';
import { programFailure } from './plan-failure';
import { checkTerminal, consoleOf, handTo, sizedAs, type TakesTerminal } from './terminal';

export interface ExecOptions {
  process: Process;
  consoleSocket?: string;
  /** Where there is none, and the process has a terminal: who takes its master. */
  terminal?: TakesTerminal;
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
  checkTerminal(process, options.consoleSocket ?? options.terminal);
  return launch(container, { ...options, process: sizedAs(process, options) });
}

async function launch(container: Container, options: ExecOptions): Promise<Executed> {
  const { context, config, record } = container;
  const { system } = context;
  const { process, preserve = [], stdio } = options;
  const waitsForTaker = process.terminal === true && options.consoleSocket === undefined;
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
    waitsForTaker,
  });
  const { descriptors } = system;
  const control = descriptors.pipe();
  const open = new Set([control.read, control.write]);
  const close = (...fds: number[]) => {
    for (const fd of fds) if (open.delete(fd)) descriptors.close(fd);
  };
  try {
    const console = process.terminal ? [consoleOf(system, options)] : [];
    for (const fd of console) open.add(fd);
    // Nothing is told through the second: it keeps the others where every plan of ours has them.
    const inherit = [control.read, control.read, ...console, ...preserve];
    const run = system.run(plan, { inherit, argv0: 'underlay-oci', ...(stdio && { stdio }) });
    // Whoever waits at the other end learns of a process that has ended by the end of the connection.
    close(control.read, ...console);
    const pid = await run.report('pid');
    const exit = system.childExit(pid);
    try {
      const taken = handTo(options, process);
      taken.catch(() => undefined);
      await Promise.race([taken, run.done]);
      if (waitsForTaker) descriptors.write(control.write, new TextEncoder().encode('.'));
      await run.done;
    } catch (error) {
      close(control.write);
      await Promise.allSettled([exit, run.exit]);
      throw programFailure(error) ?? error;
    }
    await run.exit;
    if (options.pidFile !== undefined) system.files.replace(options.pidFile, String(pid));
    return { pid, exit };
  } finally {
    close(...open);
  }
}
