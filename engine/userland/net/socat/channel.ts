/** An open end of socat(1), and moving data between two of them. */
import {
  type Blocking,
  concat,
  encode,
  isSysError,
  POLLERR,
  POLLHUP,
  POLLIN,
  type SocketAddress,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { SocatError, type SocatLog } from './log';

export interface Channel {
  readFd: number;
  writeFd: number;
  /** Where datagrams go that are not sent over a connection. */
  peer?: SocketAddress;
  /** Ends after one datagram. */
  isOneShot?: boolean;
  /** Says that nothing more comes. */
  closeWrite: (sys: Sys) => void;
  /** `crnl`: lines end with carriage return and line feed there. */
  carriageReturns?: boolean;
  ignoresEnd?: boolean;
  /** A program that may end before it has read everything. */
  isProgram?: boolean;
}

export interface TransferSettings {
  blockSize: number;
  /** Nanoseconds the other direction has once one is over. */
  lingerNs: number;
  /** Without data for so long it ends; null: never. */
  idleNs: number | null;
  leftToRight: boolean;
  rightToLeft: boolean;
  /** `-v`, `-x`. */
  dump: 'text' | 'hex' | null;
  now: (sys: Sys) => string;
}

interface Way {
  from: Channel;
  to: Channel;
  name: string;
  isOpen: boolean;
}

export function* transfer(
  sys: Sys,
  left: Channel,
  right: Channel,
  settings: TransferSettings,
  log: SocatLog,
): Blocking<void> {
  const ways: Way[] = [
    { from: left, to: right, name: 'socket 1', isOpen: settings.leftToRight },
    { from: right, to: left, name: 'socket 2', isOpen: settings.rightToLeft },
  ];
  yield* log.say(
    'N',
    `starting data transfer loop with FDs [${left.readFd},${left.writeFd}] and [${right.readFd},${right.writeFd}]`,
  );
  let isClosing = false;
  while (ways.some(({ isOpen }) => isOpen)) {
    const { ready, revents } = yield* sys.poll(
      ways.map(({ from, isOpen }) => ({ fd: isOpen ? from.readFd : -1, events: POLLIN })),
      isClosing ? settings.lingerNs : settings.idleNs,
    );
    if (ready === 0) return;
    for (const [at, way] of ways.entries()) {
      if (((revents[at] ?? 0) & (POLLIN | POLLHUP | POLLERR)) === 0) continue;
      if (yield* move(sys, way, at, settings)) continue;
      yield* log.say('N', `${way.name} (fd ${way.from.readFd}) is at EOF`);
      way.isOpen = false;
      way.to.closeWrite(sys);
      isClosing = true;
    }
  }
}

/** False at the end. */
function* move(sys: Sys, { from, to }: Way, at: number, settings: TransferSettings): Blocking<boolean> {
  const data = yield* take(sys, from, settings.blockSize);
  if (data.length === 0) {
    if (!from.ignoresEnd) return false;
    yield* sys.nanosleep(1e9);
    return true;
  }
  const converted = to.carriageReturns
    ? withCarriageReturns(data)
    : from.carriageReturns
      ? withoutCarriageReturns(data)
      : data;
  if (settings.dump !== null) yield* writeAll(sys, 2, dumped(converted, at === 0, settings.now(sys), settings.dump));
  yield* put(sys, to, converted);
  return !from.isOneShot;
}

function* take(sys: Sys, { readFd, isProgram }: Channel, size: number): Blocking<Uint8Array> {
  try {
    return yield* sys.read(readFd, size);
  } catch (error) {
    // A terminal whose other side is gone.
    if (isSysError(error, 'EIO') || (isProgram && isSysError(error, 'ECONNRESET'))) return new Uint8Array();
    if (!isSysError(error)) throw error;
    throw new SocatError(`read(${readFd}, 0x55d0c8a5e000, ${size}): ${strerror(error.errno)}`);
  }
}

function* put(sys: Sys, { writeFd, peer }: Channel, data: Uint8Array): Blocking<void> {
  try {
    if (peer) yield* sys.send(writeFd, data, peer);
    else yield* writeAll(sys, writeFd, data);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new SocatError(`write(${writeFd}, 0x55d0c8a5e000, ${data.length}): ${strerror(error.errno)}`);
  }
}

function dumped(data: Uint8Array, isLeftToRight: boolean, time: string, form: 'text' | 'hex'): string {
  const head = `${isLeftToRight ? '>' : '<'} ${time}  length=${data.length} from=0 to=${data.length - 1}\n`;
  if (form === 'hex')
    return `${head} ${Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(' ')}\n--\n`;
  const text = Array.from(data, (byte) => {
    if (byte === 10) return '\n';
    if (byte === 13) return '\\r';
    if (byte === 9) return '\\t';
    return byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte);
  }).join('');
  return `${head}${text}`;
}

const lineFeed = 10;
const carriageReturn = 13;

function withCarriageReturns(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = data.indexOf(lineFeed); at >= 0; at = data.indexOf(lineFeed, start)) {
    parts.push(data.subarray(start, at), encode('\r\n'));
    start = at + 1;
  }
  return concat([...parts, data.subarray(start)]);
}

function withoutCarriageReturns(data: Uint8Array): Uint8Array {
  return data.filter((byte) => byte !== carriageReturn);
}
