/** Writes the id mappings of a new user namespace (user_namespaces(7)), as the runtime that stands above it. */
import { KernelError, type System } from '../../kernel';
import type { IdMapping, Linux } from '../config';
import { RuntimeError } from '../error';

export async function mapIds(system: System, pid: number, linux: Linux | undefined): Promise<void> {
  const { uidMappings = [], gidMappings = [] } = linux ?? {};
  if (system.facts.uid === 0) {
    system.files.write(`/proc/${pid}/gid_map`, lines(gidMappings));
    system.files.write(`/proc/${pid}/uid_map`, lines(uidMappings));
    return;
  }
  // An unprivileged user may map groups only where setgroups(2) cannot be used to lose one.
  system.files.write(`/proc/${pid}/setgroups`, 'deny');
  await mapOrAsk(system, pid, 'gid', gidMappings);
  await mapOrAsk(system, pid, 'uid', uidMappings);
}

/** More than one's own id takes a program that root has trusted with /etc/subuid (newuidmap(1)). */
async function mapOrAsk(
  system: System,
  pid: number,
  kind: 'uid' | 'gid',
  mappings: readonly IdMapping[],
): Promise<void> {
  try {
    system.files.write(`/proc/${pid}/${kind}_map`, lines(mappings));
  } catch (error) {
    if (!(error instanceof KernelError && error.code === 'EPERM')) throw error;
    await ask(system, `/usr/bin/new${kind}map`, [`${pid}`, ...lines(mappings).trim().split(/\s/)]);
  }
}

async function ask(system: System, program: string, words: readonly string[]): Promise<void> {
  const execute = { call: 'execve' as const, args: [program, { strings: [program, ...words] }, { strings: [] }] };
  const run = system.run(
    { name: program, steps: [{ ...execute, about: program }] },
    { stdio: ['ignore', 'keep', 'keep'] },
  );
  const { exitCode } = await run.exit;
  await run.done;
  if (exitCode !== 0) throw new RuntimeError(`${program} ${words.join(' ')}: ${run.output().trim()}`);
}

function lines(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
}
