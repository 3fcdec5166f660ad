/** /dev: the devices and links that every container has (runtime spec, "Default Devices"), and those that are asked for. */
import { flags, ref, type Step } from '../../kernel';
import type { Device } from '../config';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW } from './constants';
import { directoryInRoot, fileInRoot, namesOf } from './resolve';
import { cloneTree, closeAll, placeTree } from './steps';

const character = (name: string, major: number, minor: number): Device => ({
  type: 'c',
  path: `/dev/${name}`,
  major,
  minor,
  fileMode: 0o666,
});

const defaultDevices: Device[] = [
  character('null', 1, 3),
  character('zero', 1, 5),
  character('full', 1, 7),
  character('random', 1, 8),
  character('urandom', 1, 9),
  character('tty', 5, 0),
];

const links: Array<[name: string, target: string]> = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
];

const kinds = {
  c: ['S_IFCHR', 0o020000],
  u: ['S_IFCHR', 0o020000],
  b: ['S_IFBLK', 0o060000],
  p: ['S_IFIFO', 0o010000],
} as const;

/** `userNamespace`: nodes cannot be made in one, so those of the host are mounted. */
export function deviceSteps(devices: readonly Device[], userNamespace: boolean): Step[] {
  const named = new Set(devices.map(({ path }) => path));
  const all = [...defaultDevices.filter(({ path }) => !named.has(path)), ...devices];
  return [
    ...all.flatMap((device) => (userNamespace && device.type !== 'p' ? borrowNode(device) : makeNode(device))),
    ...links.flatMap(([name, target]) => makeLink(name, target)),
  ];
}

function makeNode(device: Device): Step[] {
  const names = namesOf(device.path);
  const name = names.at(-1) ?? '';
  const [kind, bits] = kinds[device.type];
  const permissions = (device.fileMode ?? 0o666) & 0o7777;
  const mode = { names: `${kind}|0${permissions.toString(8)}`, value: bits | permissions };
  const number = deviceNumber(device.major ?? 0, device.minor ?? 0);
  const { uid = 0, gid = 0 } = device;
  const own: Step = {
    call: 'fchownat',
    args: [ref('place'), name, uid, gid, flags({ AT_SYMLINK_NOFOLLOW })],
    about: device.path,
  };
  return [
    ...directoryInRoot(`/${names.slice(0, -1).join('/')}`, 'place'),
    { call: 'mknodat', args: [ref('place'), name, mode, number], except: ['EEXIST'], about: device.path },
    ...(uid !== 0 || gid !== 0 ? [own] : []),
    ...closeAll('place'),
  ];
}

function borrowNode({ path }: Device): Step[] {
  return [
    cloneTree(AT_FDCWD, path, 'tree', false, path),
    ...fileInRoot(path, 'target'),
    placeTree('tree', 'target', `${path} on ${path}`),
    ...closeAll('tree', 'target'),
  ];
}

/** makedev(3) */
function deviceNumber(major: number | bigint, minor: number | bigint): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return ((high & 0xfffn) << 8n) | (low & 0xffn) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n);
}

function makeLink(name: string, target: string): Step[] {
  return [
    ...directoryInRoot('/dev', 'place'),
    // Like the nodes, it may be in the root filesystem already.
    { call: 'symlinkat', args: [target, ref('place'), name], except: ['EEXIST'], about: `/dev/${name}` },
    ...closeAll('place'),
  ];
}

/** Makes a place that the terminal is mounted on. */
export function consolePlace(as: string): Step[] {
  return fileInRoot('/dev/console', as);
}
