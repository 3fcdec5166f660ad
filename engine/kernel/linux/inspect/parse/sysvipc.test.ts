import { expect, it } from 'vitest';
import { parseSysvIpc } from './sysvipc';

// The tables of Linux 6.18 after `ipcmk -M 4096 -p 0640`, `ipcmk -S 3`, `ipcmk -Q`, with owner, uses and messages put in by hand.
const shm = `       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap
-1459486133          0   640                  4096 11462     0      2  1000     0     0     0          0          0 1795461239                     0                     0
`;
const sem = `       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime
 557036206          5   644          3     0     0     0     0          0 1795461239
`;
const msg = `       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime
1330795681          1   600         10          2     0     0     0     0     0     0          0          0 1795461239
`;

it('reads the three tables of System V objects', () => {
  expect(parseSysvIpc(shm, 'shm', 'ipc:1')).toEqual([
    {
      ns: 'ipc:1',
      kind: 'shm',
      id: 0,
      key: -1459486133,
      name: null,
      ownerUid: 1000,
      mode: 0o640,
      size: 4096,
      attached: 2,
    },
  ]);
  expect(parseSysvIpc(sem, 'sem', 'ipc:1')).toMatchObject([
    { id: 5, key: 557036206, size: 3, attached: 0, mode: 0o644 },
  ]);
  expect(parseSysvIpc(msg, 'msg', 'ipc:1')).toMatchObject([{ id: 1, size: 2, mode: 0o600 }]);
});

it('reads an empty table and garbage as no objects', () => {
  expect(parseSysvIpc(shm.split('\n')[0] ?? '', 'shm', 'ipc:1')).toEqual([]);
  expect(parseSysvIpc('', 'sem', 'ipc:1')).toEqual([]);
});
