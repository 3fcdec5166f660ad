/**
 * How messages travel between a page and the gateway: one message, one binary WebSocket frame, in MessagePack, with bytes
 * as bytes. An empty frame is a sign of life and says nothing else.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import type { ClientMessage, ServerMessage } from '../../sandbox/protocol';

export const socketPath = '/lab-socket';
/** Simulated labs, where the server has them. */
export const simulatedPath = `${socketPath}/simulated`;
/** The gateway sends something at least this often. */
export const heartbeatMs = 10_000;

const encoder = new Encoder({ ignoreUndefined: true });
const decoder = new Decoder();

export function encodeMessage(message: ClientMessage | ServerMessage): Uint8Array<ArrayBuffer> {
  return encoder.encode(message);
}

/** Errors: `RangeError` or `DecodeError` when the bytes are no MessagePack, or more than one value. */
export function decodeMessage(frame: ArrayBuffer | Uint8Array): unknown {
  return decoder.decode(frame);
}
