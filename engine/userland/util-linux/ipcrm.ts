/** ipcrm(1): removes shared memory, semaphores and queues, by key or id. */
import { type Blocking, bare, type Errno, isSysError, type Sys, strerror } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { Fatal, type Frame, utilLinux } from './common/frame';

type Kind = 'shm' | 'sem' | 'msg';

export const ipcrm = utilLinux({
  name: 'ipcrm',
  options: [
    { long: 'shmem-id', short: 'm', value: 'required' },
    { long: 'shmem-key', short: 'M', value: 'required' },
    { long: 'queue-id', short: 'q', value: 'required' },
    { long: 'queue-key', short: 'Q', value: 'required' },
    { long: 'semaphore-id', short: 's', value: 'required' },
    { long: 'semaphore-key', short: 'S', value: 'required' },
    { long: 'all', short: 'a', value: 'optional' },
    { long: 'verbose', short: 'v' },
  ],
  help: '[options]\n ipcrm shm|msg|sem <id>...\n\nRemove certain IPC resources.',
  *run(frame) {
    const { sys, options: given } = frame;
    const [kindOperand = '', ...ids] = given.operands;
    if (given.given.length === 0 && ids.length > 0) return yield* byOldForm(frame, kindOperand, ids);
    let status = 0;
    for (const { name, value } of given.given) {
      if (name === 'all') yield* removeAll(frame, value);
      const [kindWord = '', by] = name.split('-');
      const kind =
        kindWord === 'shmem' ? 'shm' : kindWord === 'queue' ? 'msg' : kindWord === 'semaphore' ? 'sem' : null;
      if (kind === null || value === null) continue;
      const number = Number(value);
      if (Number.isNaN(number)) throw new Fatal(`failed to parse argument: '${value}'`);
      const problem = remove(sys, kind, by === 'key' ? lookUp(sys, kind, number) : number);
      if (problem === null) continue;
      yield* writeAll(sys, 2, `ipcrm: ${inWords(problem, by ?? 'id', value)}\n`);
      status = 1;
    }
    return status;
  },
});

function inWords(errno: Errno, by: string, value: string): string {
  if (errno === 'EACCES' || errno === 'EPERM') return `permission denied for ${by} (${value})`;
  if (errno === 'EIDRM') return `already removed ${by} (${value})`;
  if (errno === 'EINVAL' || errno === 'ENOENT') return `invalid ${by} (${value})`;
  return `${by} (${value}): ${strerror(errno)}`;
}

/** Null when nothing has the key. */
function lookUp(sys: Sys, kind: Kind, key: number): number | null {
  return list(sys, kind).find((object) => object.key >>> 0 === key >>> 0)?.id ?? null;
}

function list(sys: Sys, kind: Kind): ReadonlyArray<{ id: number; key: number }> {
  return kind === 'shm' ? sys.shmList() : kind === 'sem' ? sys.semList() : sys.msgList();
}

/** What went wrong; null when nothing did. */
function remove(sys: Sys, kind: Kind, id: number | null): Errno | null {
  if (id === null) return 'EINVAL';
  try {
    if (kind === 'shm') sys.shmRemove(id);
    else if (kind === 'sem') sys.semRemove(id);
    else sys.msgRemove(id);
    return null;
  } catch (error) {
    if (isSysError(error)) return error.errno;
    throw error;
  }
}

const oldKinds: Readonly<Record<string, Kind>> = bare({ shm: 'shm', msg: 'msg', sem: 'sem' });

/** `ipcrm shm 3 4` */
function* byOldForm({ sys, out }: Frame, word: string, ids: readonly string[]): Blocking<number> {
  const kind = oldKinds[word];
  if (kind === undefined) throw new Fatal(`unknown resource type: ${word}`);
  let status = 0;
  for (const id of ids) {
    const problem = /^\d+$/.test(id) ? remove(sys, kind, Number(id)) : 'EINVAL';
    if (problem === null) continue;
    yield* writeAll(sys, 2, `ipcrm: ${inWords(problem, 'id', id)}\n`);
    status = 1;
  }
  if (status === 0) yield* out.line('resource(s) deleted');
  return status;
}

const objectNames: Readonly<Record<Kind, string>> = {
  shm: 'shared memory segment',
  msg: 'message queue',
  sem: 'semaphore',
};

function* removeAll({ sys, out, options: given }: Frame, only: string | null): Blocking<void> {
  const kinds: Kind[] = ['shm', 'msg', 'sem'];
  if (only !== null && !kinds.some((kind) => kind === only)) throw new Fatal(`unknown argument: ${only}`);
  for (const kind of kinds) {
    if (only !== null && only !== kind) continue;
    for (const { id } of list(sys, kind)) {
      if (given.has('verbose')) yield* out.line(`removing ${objectNames[kind]} id \`${id}'`);
      remove(sys, kind, id);
    }
  }
}
