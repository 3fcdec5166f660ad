/** Requests with acknowledgements, and dumps, over a netlink socket that belongs to one network namespace. */
import { KernelError } from '../../port';
import {
  decodeAttributes,
  decodeMessages,
  encodeMessage,
  type NetlinkMessage,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  textOf,
} from '../inspect/netlink/message';
import { NetlinkSocket } from '../inspect/netlink/socket';
import { errnoName } from '../syscall';

const NLM_F_ACK = 4;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NLMSGERR_ATTR_MSG = 1;
/** The errno and the header of the message it is about; with NETLINK_CAP_ACK no more of that comes back. */
const errorSize = 20;

export interface Failure {
  code: string;
  /** What the kernel says besides the errno (the extended acknowledgement). */
  detail: string | undefined;
  sequence: number;
}

export class Conversation {
  readonly #socket: NetlinkSocket;
  #sequence = 0;

  /** Opened in the network namespace this thread is in. */
  constructor(protocol: number) {
    this.#socket = new NetlinkSocket(protocol, { receiveBytes: 4 * 1024 * 1024 });
    this.#socket.enable(NETLINK_CAP_ACK);
    this.#socket.enable(NETLINK_EXT_ACK);
  }

  /** Errors: what the kernel answers, about `operation` on `subject`. */
  request(type: number, flags: number, payload: Buffer, operation: string, subject: string): void {
    this.#sequence += 1;
    this.#socket.send(encodeMessage(type, flags | NLM_F_REQUEST | NLM_F_ACK, this.#sequence, payload));
    const failure = this.#failure();
    if (failure) throw new KernelError(failure.code, operation, subject, failure.detail);
  }

  /** A request for what may be gone by now: an answer of ENOENT is as good as success. */
  tell(type: number, payload: Buffer): void {
    try {
      this.request(type, 0, payload, 'netlink', 'request');
    } catch (error) {
      if (!(error instanceof KernelError && error.code === 'ENOENT')) throw error;
    }
  }

  /** Asks for one thing: its payload, or null when the kernel says that there is none. */
  ask(type: number, payload: Buffer, operation: string, subject: string): Buffer | null {
    this.#sequence += 1;
    this.#socket.send(encodeMessage(type, NLM_F_REQUEST, this.#sequence, payload));
    let answer: Buffer | null = null;
    for (const message of this.#received()) {
      const failure = failureOf(message);
      if (failure?.code === 'ENODEV' || failure?.code === 'ENOENT') return null;
      if (failure) throw new KernelError(failure.code, operation, subject, failure.detail);
      if (message.type !== NLMSG_ERROR) answer ??= Buffer.from(message.payload);
    }
    return answer;
  }

  /** All answers to one question. A dump that the kernel had to interrupt is asked for again. */
  dump(type: number, payload: Buffer, operation: string): Buffer[] {
    for (let attempt = 0; attempt < 5; attempt++) {
      const answers = this.#dumpOnce(type, payload, operation);
      if (answers) return answers;
    }
    throw new KernelError('EINTR', operation, 'dump', 'the list changed five times while it was read');
  }

  /** Sends messages that are put together already: their sequence numbers are made by `next`. */
  sendBatch(build: (next: () => number) => Buffer): Failure | null {
    this.#socket.send(
      build(() => {
        this.#sequence += 1;
        return this.#sequence;
      }),
    );
    return this.#failure();
  }

  close(): void {
    this.#socket.close();
  }

  /** The first failure among what was received; the kernel has answered when `send` returns. */
  #failure(): Failure | null {
    let first: Failure | null = null;
    for (const message of this.#received()) first ??= failureOf(message);
    return first;
  }

  #dumpOnce(type: number, payload: Buffer, operation: string): Buffer[] | null {
    this.#sequence += 1;
    this.#socket.send(encodeMessage(type, NLM_F_REQUEST | NLM_F_DUMP, this.#sequence, payload));
    const answers: Buffer[] = [];
    let interrupted = false;
    for (const message of this.#received()) {
      const failure = failureOf(message);
      if (failure?.code === 'ENOENT') return [];
      if (failure) throw new KernelError(failure.code, operation, 'dump', failure.detail);
      interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
      if (message.type !== NLMSG_DONE) answers.push(Buffer.from(message.payload));
    }
    return interrupted ? null : answers;
  }

  *#received(): Generator<NetlinkMessage> {
    for (let datagram = this.#socket.receive(); datagram; datagram = this.#socket.receive()) {
      // Whoever consumes these may ask for the next datagram, which comes in the same memory.
      yield* decodeMessages(datagram);
    }
  }
}

function failureOf(message: NetlinkMessage): Failure | null {
  if (message.type !== NLMSG_ERROR) return null;
  const error = message.payload.readInt32LE(0);
  if (error === 0) return null;
  const detail = textOf(decodeAttributes(message.payload.subarray(errorSize)), NLMSGERR_ATTR_MSG);
  return {
    code: errnoName(-error),
    detail: detail ?? undefined,
    // The header of the message that failed: its sequence number is at 8.
    sequence: message.payload.readUInt32LE(4 + 8),
  };
}
