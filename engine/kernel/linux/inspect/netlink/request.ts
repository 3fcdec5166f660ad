/** Questions and answers over a netlink socket that may also receive notifications. */
import {
  decodeMessages,
  encodeMessage,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from './message';
import type { NetlinkSocket } from './socket';

let lastSequence = 0;

export interface Answer {
  type: number;
  payload: Buffer;
}

/**
 * Asks and returns what the kernel answers (empty when it refuses); `others` is called when notifications came in
 * between. A dump that the kernel had to interrupt is asked for again.
 */
export function dump(socket: NetlinkSocket, type: number, payload: Buffer, others: () => void): Answer[] {
  for (let attempt = 0; attempt < 3; attempt++) {
    const { answers, interrupted } = exchange(socket, type, NLM_F_REQUEST | NLM_F_DUMP, payload, others);
    if (!interrupted) return answers;
  }
  others();
  return [];
}

/** Asks for one thing; null when the kernel refuses. */
export function ask(socket: NetlinkSocket, type: number, payload: Buffer, others: () => void): Answer | null {
  return exchange(socket, type, NLM_F_REQUEST, payload, others).answers[0] ?? null;
}

function exchange(socket: NetlinkSocket, type: number, flags: number, payload: Buffer, others: () => void) {
  lastSequence = (lastSequence + 1) >>> 0 || 1;
  const sequence = lastSequence;
  socket.send(encodeMessage(type, flags, sequence, payload));
  const answers: Answer[] = [];
  let interrupted = false;
  for (let datagram = socket.receive(); datagram; datagram = socket.receive()) {
    for (const message of decodeMessages(datagram)) {
      if (message.sequence !== sequence || message.port === 0) {
        others();
        continue;
      }
      interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
      if (message.type === NLMSG_DONE || message.type === NLMSG_ERROR) return { answers, interrupted };
      // The datagram's buffer is used again: what is kept is copied.
      answers.push({ type: message.type, payload: Buffer.from(message.payload) });
      if ((flags & NLM_F_DUMP) === 0) return { answers, interrupted };
    }
  }
  return { answers, interrupted };
}
