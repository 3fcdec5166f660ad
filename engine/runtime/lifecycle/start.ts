/** `start`: lets the program of a created container run. */
import { KernelError } from '../../kernel';
import { cgroupsOf } from '../cgroup';
import { RuntimeError } from '../error';
import { runEveryHook } from '../hooks/run-hooks';
import { createPlan, hookReports } from '../plan';
import { stateOf } from '../state/container-state';
import { permit } from '../state/status';
import { Container, locked, type RuntimeContext } from './container';
import { createContext } from './create-context';
import { hookFailure } from './plan-failure';

const SIGKILL = 9;

/** `warn`: told of poststart hooks that fail; the container goes on, and so do the other hooks (runtime spec, "Lifecycle"). */
export async function start(context: RuntimeContext, id: string, warn?: (message: string) => void): Promise<void> {
  await locked(context, id, async () => {
    const container = Container.load(context, id);
    permit('start', id, container.status());
    if (!container.config.process?.args) {
      throw new RuntimeError(`cannot start container ${id}: its config.json has no process.args`);
    }
    try {
      await release(container);
    } catch (error) {
      container.signal(SIGKILL);
      throw error;
    }
    await runEveryHook(
      context.system,
      'poststart',
      container.config.hooks?.poststart,
      stateOf(container.record, 'running'),
      warn,
    );
  });
}

/** Resolves when the program is executed. */
async function release(container: Container): Promise<void> {
  const { context, record } = container;
  const { system, store } = context;
  const fifos = store.fifos(record.id);
  const result = system.descriptors.open(fifos.result, 'read');
  let records: Uint8Array;
  try {
    wake(container, fifos.start);
    // The end comes when the last writer has gone: the container's process closes its end as it executes the program.
    records = await system.descriptors.readAll(result);
  } finally {
    system.descriptors.close(result);
  }
  system.files.remove(fifos.start);
  const failure = failureOf(container, records);
  if (failure) throw failure;
}

function wake({ context, record }: Container, path: string): void {
  const { descriptors } = context.system;
  try {
    const fd = descriptors.open(path, 'write');
    descriptors.write(fd, new TextEncoder().encode('.'));
    descriptors.close(fd);
  } catch (error) {
    if (error instanceof KernelError && error.code === 'ENXIO') {
      throw new RuntimeError(`cannot start container ${record.id}: its process has ended`);
    }
    throw error;
  }
}

/** The plan is compiled once more: what the records of its process mean can be told by it alone. */
function failureOf({ context, record, config }: Container, records: Uint8Array): Error | null {
  if (records.byteLength === 0) return null;
  const { system } = context;
  const options = { ...record, preserve: Array.from({ length: record.preserved }, () => 0) };
  const cgroups = cgroupsOf(system.cgroupHierarchies(), config.linux?.cgroupsPath, record.id);
  const plan = createPlan(config, createContext(context, options, config, record.rootfs, cgroups));
  const { reports, failure } = system.outcome(plan, records);
  const value = (name: string) => reports.find((report) => report.name === name)?.value ?? null;
  const hook = hookFailure(config.hooks?.startContainer, 'startContainer', {
    late: value(hookReports.late),
    failed: value(hookReports.failed),
    status: value(hookReports.status),
  });
  const unexecuted = reports.find(({ name }) => name.startsWith('execve '));
  const other = unexecuted ? new RuntimeError(`${unexecuted.name}: error ${-unexecuted.value}`) : null;
  return hook ?? failure ?? other;
}
