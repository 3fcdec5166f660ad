/** What a Machine's /dev holds besides its filesystems (kernel: Documentation/admin-guide/devices.txt). */

/** Character devices, for everybody to read and write. */
export const deviceNodes: ReadonlyArray<[name: string, major: number, minor: number]> = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
  ['net/tun', 10, 200],
];

export const deviceLinks: ReadonlyArray<[name: string, target: string]> = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
];
