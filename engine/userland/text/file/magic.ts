/** What a file is, by its first bytes (magic(5), the part learners meet). */
import { readImage } from '../../../kernel/sim';
import { createDigest, toHex } from '../../lib/hash';
import { sequenceLength } from '../common/lossless';

export interface Kind {
  text: string;
  mime: string;
  charset: string;
}

const binary = (text: string, mime = 'application/octet-stream'): Kind => ({ text, mime, charset: 'binary' });

export function identify(bytes: Uint8Array): Kind {
  if (bytes.length === 0) return binary('empty', 'inode/x-empty');
  return executable(bytes) ?? known(bytes) ?? textKind(bytes) ?? binary('data');
}

function starts(bytes: Uint8Array, ...wanted: number[]): boolean {
  return wanted.every((byte, at) => bytes[at] === byte);
}

function executable(bytes: Uint8Array): Kind | null {
  const image = readImage(bytes.subarray(0, 256));
  if (image === null)
    return starts(bytes, 0x7f, 0x45, 0x4c, 0x46)
      ? binary(
          'ELF 64-bit LSB shared object, x86-64, version 1 (SYSV), dynamically linked, stripped',
          'application/x-sharedlib',
        )
      : null;
  const digest = createDigest('sha1');
  digest.update(bytes);
  const id = `BuildID[sha1]=${toHex(digest.digest())}`;
  if (image.interpreter === null)
    return binary(
      `ELF 64-bit LSB executable, x86-64, version 1 (GNU/Linux), statically linked, ${id}, for GNU/Linux 3.2.0, stripped`,
      'application/x-executable',
    );
  return binary(
    `ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, interpreter ${image.interpreter}, ${id}, for GNU/Linux 3.2.0, stripped`,
    'application/x-pie-executable',
  );
}

function known(bytes: Uint8Array): Kind | null {
  const ascii = String.fromCharCode(...bytes.subarray(0, 300));
  if (starts(bytes, 0x1f, 0x8b))
    return bytes.length < 10 ? null : binary('gzip compressed data, from Unix', 'application/gzip');
  if (ascii.slice(257, 265) === 'ustar  \0') return binary('POSIX tar archive (GNU)', 'application/x-tar');
  if (ascii.slice(257, 262) === 'ustar') return binary('POSIX tar archive', 'application/x-tar');
  if (ascii.startsWith('PK\x03\x04'))
    return binary('Zip archive data, at least v2.0 to extract, compression method=deflate', 'application/zip');
  if (ascii.startsWith('BZh'))
    return binary(`bzip2 compressed data, block size = ${ascii[3] ?? '9'}00k`, 'application/x-bzip2');
  if (starts(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0))
    return binary('XZ compressed data, checksum CRC64', 'application/x-xz');
  if (ascii.startsWith('%PDF-')) return binary(`PDF document, version ${ascii.slice(5, 8)}`, 'application/pdf');
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47)) return png(bytes);
  if (starts(bytes, 0xff, 0xd8, 0xff)) return binary('JPEG image data', 'image/jpeg');
  if (ascii.startsWith('GIF8')) return binary(`GIF image data, version ${ascii.slice(3, 6)}`, 'image/gif');
  if (starts(bytes, 0xff, 0xfe))
    return {
      text: 'Unicode text, UTF-16, little-endian text, with no line terminators',
      mime: 'text/plain',
      charset: 'utf-16le',
    };
  return null;
}

function png(bytes: Uint8Array): Kind {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 26) return binary('PNG image data', 'image/png');
  const colors: Readonly<Record<number, string>> = {
    0: 'grayscale',
    2: '/color RGB',
    3: 'colormap',
    4: 'gray+alpha',
    6: '/color RGBA',
  };
  const color = colors[bytes[25] ?? 0] ?? '';
  return binary(
    `PNG image data, ${view.getUint32(16)} x ${view.getUint32(20)}, ${bytes[24] ?? 8}-bit${color.startsWith('/') ? color : ` ${color}`}, non-interlaced`,
    'image/png',
  );
}

/** Null when it is no text. */
function textKind(bytes: Uint8Array): Kind | null {
  const encoding = encodingOf(bytes);
  if (encoding === null) return null;
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const terminators = lineNotes(text);
  const { what, mime, isScript } = subject(text);
  const isWhole = what?.includes('JSON') === true || what?.includes('executable') === true;
  const base =
    what === null ? encoding.name : isWhole ? what : `${what}, ${encoding.name}${isScript ? ' executable' : ''}`;
  return {
    text: isWhole ? base : base + terminators,
    mime,
    charset: encoding.charset,
  };
}

const textBytes = new Set([7, 8, 9, 10, 12, 13, 27, ...Array.from({ length: 95 }, (_, at) => at + 32)]);

function encodingOf(bytes: Uint8Array): { name: string; charset: string } | null {
  let high = 0;
  let isUtf8 = true;
  let isLatin = true;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      if (!textBytes.has(byte)) return null;
      continue;
    }
    high++;
    if (byte < 0xa0) isLatin = false;
    const size = isUtf8 ? sequenceLength(bytes, at) : 0;
    if (size === 0) isUtf8 = false;
    else for (const end = at + size - 1; at < end; at++) if ((bytes[at + 1] ?? 0) < 0xa0) isLatin = false;
  }
  if (high === 0) return { name: 'ASCII text', charset: 'us-ascii' };
  if (isUtf8) return { name: 'Unicode text, UTF-8 text', charset: 'utf-8' };
  return isLatin
    ? { name: 'ISO-8859 text', charset: 'iso-8859-1' }
    : { name: 'Non-ISO extended-ASCII text', charset: 'unknown-8bit' };
}

function lineNotes(text: string): string {
  const longest = Math.max(...text.split(/\r?\n/).map((line) => line.length));
  const crlf = text.split('\r\n').length - 1;
  const lf = text.split('\n').length - 1 - crlf;
  const cr = text.split('\r').length - 1 - crlf;
  const ends = [crlf > 0 ? 'CRLF' : '', cr > 0 ? 'CR' : '', lf > 0 ? 'LF' : ''].filter((name) => name !== '');
  let notes = longest > 300 ? `, with very long lines (${longest})` : '';
  if (ends.length === 0) notes += ', with no line terminators';
  else if (ends.length > 1 || ends[0] !== 'LF') notes += `, with ${ends.join(', ')} line terminators`;
  if (text.includes('\x1b')) notes += ', with escape sequences';
  return text.includes('\b') ? `${notes}, with overstriking` : notes;
}

const interpreters: ReadonlyArray<readonly [name: RegExp, what: string, mime: string]> = [
  [/^(?:sh|dash)$/, 'POSIX shell script', 'text/x-shellscript'],
  [/^bash$/, 'Bourne-Again shell script', 'text/x-shellscript'],
  [/^python[\d.]*$/, 'Python script', 'text/x-script.python'],
  [/^perl$/, 'Perl script text executable', 'text/x-perl'],
  [/^[mng]?awk$/, 'awk script', 'text/x-awk'],
];

function subject(text: string): { what: string | null; mime: string; isScript: boolean } {
  const script = /^#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(text);
  if (script) {
    const [, path = '', arg] = script;
    const name = (path.endsWith('/env') && arg !== undefined ? arg : path).split('/').at(-1) ?? '';
    const match = interpreters.find(([pattern]) => pattern.test(name));
    if (match) return { what: match[1], mime: match[2], isScript: !match[1].includes('executable') };
    return { what: `a ${script[0].slice(2).trim()} script`, mime: 'text/plain', isScript: true };
  }
  if (isJson(text)) return { what: 'JSON text data', mime: 'application/json', isScript: false };
  if (/^<\?xml version=["']([\d.]+)/.test(text)) return { what: 'XML 1.0 document', mime: 'text/xml', isScript: false };
  if (/^\s*(?:<!doctype html|<html|<head)/i.test(text))
    return { what: 'HTML document', mime: 'text/html', isScript: false };
  if (/^#include\s*[<"]/m.test(text) || /^int main\s*\(/m.test(text))
    return { what: 'C source', mime: 'text/x-c', isScript: false };
  return { what: null, mime: 'text/plain', isScript: false };
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
