/**
 * How messages travel over socket.io: as one event, in MessagePack, with bytes as bytes. The MessagePack codec knows
 * `ArrayBuffer` in a browser and `Buffer` in Node; everything else here knows `Uint8Array`.
 */
import type { ServerMessage } from '../../sandbox/protocol';

export const socketPath = '/lab-socket';

/** Applies `convert` to the bytes of a message that carries some. */
export function convertServerBytes(message: ServerMessage, convert: (bytes: Uint8Array) => Uint8Array): ServerMessage {
  if (message.type === 'terminal.output') return { ...message, data: convert(message.data) };
  if (message.type !== 'file' || message.result.op !== 'read') return message;
  return { ...message, result: { ...message.result, content: convert(message.result.content) } };
}

/** A page's message as it may be encoded in a browser, where the codec would take a `Uint8Array` for a plain object. */
export function withArrayBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value).buffer;
  return mapFields(value, withArrayBuffers);
}

/** What came from a page, whichever way its bytes were encoded. */
export function withByteArrays(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return mapFields(value, withByteArrays);
}

function mapFields(value: unknown, convert: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, convert(field)]));
}
