/** Headers with ranges, lengths and lists of types (RFC 9110; distribution-spec 1.1 for Content-Range, which has no unit there). */
import type { Part } from '../store/files';
import { RegistryError } from './errors';
import type { Chunk } from './uploads';

/** What a request says of its body. Errors: 416 for a Content-Range that is none. */
export function chunkOf(request: Request): Chunk {
  const length = request.headers.get('content-length');
  return {
    range: contentRange(request.headers.get('content-range')),
    length: length !== null && /^\d+$/.test(length) ? Number(length) : null,
    body: request.body,
  };
}

function contentRange(text: string | null): Part | null {
  if (text === null) return null;
  const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(text) ?? [];
  if (first !== undefined && last !== undefined) return { first: Number(first), last: Number(last) };
  throw new RegistryError('BLOB_UPLOAD_INVALID', `Content-Range: ${text} is not FIRST-LAST`, { status: 416 });
}

/** The part that is asked for; null for all of it, also when several parts are: that a server may answer so. Errors: 416. */
export function partOf(text: string | null, size: number): Part | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(text ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return null;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first <= last && first < size) return { first, last };
  throw new RegistryError('SIZE_INVALID', `the blob has ${size} bytes, there is none in ${text}`, {
    status: 416,
    headers: { 'Content-Range': `bytes */${size}` },
  });
}

/** Whether an Accept header takes a type; without one everything is taken. */
export function accepts(header: string | null, mediaType: string): boolean {
  if (header === null) return true;
  const wanted = header.split(',').map((each) => each.split(';', 1)[0]?.trim().toLowerCase());
  return wanted.some((each) => each === '*/*' || each === 'application/*' || each === mediaType);
}
