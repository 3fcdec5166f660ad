/** `/proc/sysvipc/{shm,sem,msg}` (sysvipc(7)): a header line, then one object a line. */
import type { IpcObject, NsId } from '../../../../state';

/** Names the columns by the header, as their number differs between kernels. Sizes as in `IpcObject.size`. */
export function parseSysvIpc(text: string, kind: 'shm' | 'sem' | 'msg', ns: NsId): IpcObject[] {
  const [header, ...lines] = text.split('\n');
  const columns = (header ?? '').trim().split(/\s+/);
  const at = (row: string[], name: string) => row[columns.indexOf(name)] ?? '0';
  const idColumn = { shm: 'shmid', sem: 'semid', msg: 'msqid' }[kind];
  const sizeColumn = { shm: 'size', sem: 'nsems', msg: 'qnum' }[kind];
  const objects: IpcObject[] = [];
  for (const line of lines) {
    const row = line.trim().split(/\s+/);
    if (row.length < columns.length) continue;
    objects.push({
      ns,
      kind,
      id: Number(at(row, idColumn)),
      key: Number(at(row, 'key')),
      name: null,
      ownerUid: Number(at(row, 'uid')),
      mode: Number.parseInt(at(row, 'perms'), 8) & 0o777,
      size: Number(at(row, sizeColumn)),
      attached: kind === 'shm' ? Number(at(row, 'nattch')) : 0,
    });
  }
  return objects;
}
