/**
 * The terminal of a container's process (`process.terminal`): a pseudo-terminal of the container's own devpts, whose
 * master is sent through the console socket (unix(7), SCM_RIGHTS) to whoever asked for the container.
 */
import { flags, ref, type Step, type Value } from '../../kernel';
import type { Process } from '../config';
import { AT_FDCWD, descriptor, O_CLOEXEC, O_NOCTTY, O_RDWR, RESOLVE_IN_ROOT } from './constants';
import { consolePlace } from './devices';
import { cloneTree, closeAll, placeTree, sendDescriptor } from './steps';

const TIOCSWINSZ = 0x5414;
const TIOCSCTTY = 0x540e;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;
/** Where the master is when it is sent. */
const masterPlace = 101;
const unchanged = 0xffffffff;

/** In a container that is being made: beneath its root filesystem, with /dev/console. */
export function newTerminal(process: Process): Step[] {
  const how = { words: [access, 0, flags({ RESOLVE_IN_ROOT })] };
  return [
    {
      call: 'openat2',
      args: [ref('root'), 'dev/pts/ptmx', how, 24],
      as: 'master',
      except: ['ENOENT', 'ENOTDIR'],
      about: '/dev/pts/ptmx',
    },
    { if: { when: ref('master'), is: '<', than: 0 }, then: [openMultiplexer('/dev/ptmx')] },
    ...openSlave(process),
    cloneTree(ref('slave'), '', 'tree', false, 'the terminal'),
    ...consolePlace('target'),
    placeTree('tree', 'target', 'the terminal on /dev/console'),
    ...closeAll('tree', 'target'),
    ...handOver(),
  ];
}

/** In a container that is there. */
export function anotherTerminal(process: Process): Step[] {
  return [
    { ...openMultiplexer('/dev/pts/ptmx'), except: ['ENOENT', 'ENOTDIR'] },
    { if: { when: ref('master'), is: '<', than: 0 }, then: [openMultiplexer('/dev/ptmx')] },
    ...openSlave(process),
    ...handOver(),
  ];
}

const access: Value = flags({ O_RDWR, O_NOCTTY, O_CLOEXEC });

function openMultiplexer(path: string): Extract<Step, { call: unknown }> {
  return { call: 'openat', args: [AT_FDCWD, path, access], as: 'master', about: path };
}

function openSlave({ consoleSize, user }: Process): Step[] {
  const size = new Uint8Array(8);
  const view = new DataView(size.buffer);
  view.setUint16(0, Number(consoleSize?.height ?? 0), true);
  view.setUint16(2, Number(consoleSize?.width ?? 0), true);
  return [
    { call: 'ioctl', args: [ref('master'), flags({ TIOCSPTLCK }), { words: [0] }], about: 'unlock the terminal' },
    { call: 'ioctl', args: [ref('master'), flags({ TIOCGPTPEER }), access], as: 'slave', about: 'the terminal' },
    ...(consoleSize ? [{ call: 'ioctl' as const, args: [ref('master'), flags({ TIOCSWINSZ }), size] }] : []),
    ...(user.uid === 0 ? [] : [{ call: 'fchown' as const, args: [ref('slave'), user.uid, unchanged] }]),
  ];
}

/** Sends the master away, and makes the slave the standard streams and the session's controlling terminal. */
function handOver(): Step[] {
  return [
    { call: 'dup3', args: [ref('master'), masterPlace, 0] },
    sendDescriptor(descriptor.console, masterPlace, '/dev/ptmx', 'the terminal to the console socket'),
    { call: 'close', args: [masterPlace] },
    { call: 'close', args: [descriptor.console] },
    { call: 'ioctl', args: [ref('slave'), flags({ TIOCSCTTY }), 0], about: 'controlling terminal' },
    ...[0, 1, 2].map((standard): Step => ({ call: 'dup3', args: [ref('slave'), standard, 0] })),
    ...closeAll('master', 'slave'),
  ];
}
