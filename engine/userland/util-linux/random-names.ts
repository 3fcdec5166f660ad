/** uuidgen(1) and mcookie(1): names nobody else has. */
import type { Sys } from '../../kernel/sim';
import { Fatal, utilLinux } from './common/frame';

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const mcookie = utilLinux({
  name: 'mcookie',
  options: [
    { long: 'file', short: 'f', value: 'required' },
    { long: 'max-size', short: 'm', value: 'required' },
    { long: 'verbose', short: 'v' },
  ],
  help: '[options]\n\nGenerate magic cookies for xauth.',
  *run({ sys, out }) {
    yield* out.line(hex(sys.random(16)));
    return 0;
  },
});

export const uuidgen = utilLinux({
  name: 'uuidgen',
  options: [
    { long: 'random', short: 'r' },
    { long: 'time', short: 't' },
    { long: 'namespace', short: 'n', value: 'required' },
    { long: 'name', short: 'N', value: 'required' },
    { long: 'md5', short: 'm' },
    { long: 'sha1', short: 's' },
    { long: 'hex', short: 'x' },
  ],
  help: '[options]\n\nCreate a new UUID value.',
  *run({ sys, options: given, out }) {
    if (given.has('md5') || given.has('sha1'))
      throw new Fatal('UUIDs of names are not made here: only random ones and those of the time');
    yield* out.line(given.has('time') ? ofTime(sys) : atRandom(sys));
    return 0;
  },
});

function withVersion(bytes: Uint8Array, version: number): string {
  const marked = Uint8Array.from(bytes);
  marked[6] = ((marked[6] ?? 0) & 0x0f) | (version << 4);
  marked[8] = ((marked[8] ?? 0) & 0x3f) | 0x80;
  return hex(marked).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function atRandom(sys: Sys): string {
  return withVersion(sys.random(16), 4);
}

/** 100 nanoseconds since 15 October 1582 (RFC 4122). */
function ofTime(sys: Sys): string {
  const ticks = BigInt(Math.floor(sys.clockGettime('realtime') / 100)) + 0x01b21dd213814000n;
  const bytes = sys.random(16);
  // The low 32 bits come first, then the middle 16, then the high ones.
  const stamped = Uint8Array.from(bytes, (byte, at) => {
    if (at >= 8) return byte;
    const shift = at < 4 ? 3 - at : at < 6 ? 9 - at : 13 - at;
    return Number((ticks >> BigInt(8 * shift)) & 0xffn);
  });
  return withVersion(stamped, 1);
}
