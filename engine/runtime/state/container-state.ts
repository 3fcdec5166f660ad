/** The state of a container as hooks and `state` get it (runtime spec, "State"). */
import type { ContainerRecord } from './record';
import type { Status } from './status';

export interface ContainerState {
  ociVersion: string;
  id: string;
  status: Status;
  /** 0 when it has none. */
  pid: number;
  bundle: string;
  annotations: Record<string, string>;
}

export function stateOf(record: ContainerRecord, status: Status): ContainerState {
  const { ociVersion, id, bundle, annotations } = record;
  const pid = status === 'stopped' ? 0 : (record.process?.pid ?? 0);
  return { ociVersion, id, status, pid, bundle, annotations };
}
