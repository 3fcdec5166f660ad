/** What checks of the OCI lessons ask about containers, beside the queries of `engine/state`. */
import {
  type Container,
  containerProcess,
  containersOf,
  type Image,
  imagesOf,
  type LabState,
  type Process,
} from '../engine/state';
import type { LabHandle } from './lab';

export interface Running {
  container: Container;
  process: Process;
}

/** Containers of the Machine `lab` whose program runs; only those from one bundle, when its directory is given. */
export function runningContainers(state: LabState, bundle?: string): Running[] {
  return containersOf(state, 'lab').flatMap((container) => {
    const process = containerProcess(state, container);
    const isWanted = container.status === 'running' && (bundle === undefined || container.bundle === bundle);
    return process && isWanted && hasBegun(process) ? [{ container, process }] : [];
  });
}

/** False while its process is still the runtime's, about to execute the program: it is not what it is going to be. */
function hasBegun({ command }: Process): boolean {
  return command !== 'underlay-oci';
}

/** `NAME=value` of a process, as it was executed (proc_pid_environ(5)). */
export async function environmentOf(lab: LabHandle, { nsPids, machine }: Process): Promise<string[]> {
  const text = await lab.files(machine).text(`/proc/${nsPids[0]}/environ`);
  return text?.split('\0').filter((entry) => entry !== '') ?? [];
}

/** A line of a process's limits, `Max open files` (proc_pid_limits(5)); null when it cannot be read or is unlimited. */
export async function limitOf(lab: LabHandle, { nsPids, machine }: Process, name: string) {
  const text = await lab.files(machine).text(`/proc/${nsPids[0]}/limits`);
  const line = text?.split('\n').find((one) => one.startsWith(name));
  const [soft, hard] = line?.slice(name.length).match(/\d+/g) ?? [];
  return soft === undefined || hard === undefined ? null : { soft: Number(soft), hard: Number(hard) };
}

/** An image by its short name, `hello:v1`, whatever registry stands before it in the layout. */
export function imageCalled(state: LabState, layout: string, name: string): Image | undefined {
  return imagesOf(state, 'lab', layout).find((image) => image.name?.split('/').at(-1) === name);
}

/** A JSON file of the Machine `lab`; undefined when it is missing or no JSON. */
export async function jsonIn(lab: LabHandle, path: string): Promise<unknown> {
  const text = await lab.files().text(path);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What lies at `path` in a JSON document; undefined when there is nothing. */
export function at(document: unknown, ...path: Array<string | number>): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );
}

export function listAt(document: unknown, ...path: Array<string | number>): unknown[] {
  const value = at(document, ...path);
  return Array.isArray(value) ? value : [];
}

/** `plural(2, 'field is', 'fields are')` is `2 fields are`. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
