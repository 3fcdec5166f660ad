/** Writes the id mappings of a new user namespace (user_namespaces(7)), as the runtime that stands above it. */
import type { System } from '../../kernel';
import type { IdMapping, Linux } from '../config';

export async function mapIds(system: System, pid: number, linux: Linux | undefined): Promise<void> {
  const { uidMappings = [], gidMappings = [] } = linux ?? {};
  const root = system.facts.uid === 0;
  // An unprivileged user may map groups only where setgroups(2) cannot be used to lose one.
  if (!root) system.files.write(`/proc/${pid}/setgroups`, 'deny');
  system.files.write(`/proc/${pid}/gid_map`, lines(gidMappings));
  system.files.write(`/proc/${pid}/uid_map`, lines(uidMappings));
}

function lines(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
}
