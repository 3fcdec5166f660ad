/**
 * Header blocks: POSIX ustar, GNU, star and the one of Unix version 7 (POSIX pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").
 * What is read here may be overruled by the extended header before it.
 */
import { readNumber, readText } from './fields';

export interface Header {
  /** The type flag as it stands there. */
  flag: string;
  path: string;
  target: string;
  /** These are null when the field is no number. */
  mode: number | null;
  uid: number | null;
  gid: number | null;
  size: number | null;
  mtime: number | null;
  major: number | null;
  minor: number | null;
  /** Empty where the form has no names of owners. */
  user: string;
  group: string;
}

const ustarMagic = 'ustar';

export function readHeader(block: Uint8Array): Header {
  const magic = readText(block, 257, 5);
  const isUstar = magic === ustarMagic;
  const isGnu = isUstar && block[262] === 0x20;
  const isStar = isUstar && !isGnu && readText(block, 508, 4) === 'tar';
  const name = readText(block, 0, 100);
  const prefix = !isUstar || isGnu ? '' : readText(block, 345, isStar ? 131 : 155);
  const flag = String.fromCharCode(block[156] ?? 0);
  const hasDevice = isUstar && (flag === '3' || flag === '4');
  return {
    flag,
    path: prefix === '' ? name : `${prefix}/${name}`,
    target: readText(block, 157, 100),
    mode: readNumber(block, 100, 8),
    uid: readNumber(block, 108, 8),
    gid: readNumber(block, 116, 8),
    size: readNumber(block, 124, 12),
    mtime: readNumber(block, 136, 12),
    major: hasDevice ? readNumber(block, 329, 8) : 0,
    minor: hasDevice ? readNumber(block, 337, 8) : 0,
    user: isUstar ? readText(block, 265, 32) : '',
    group: isUstar ? readText(block, 297, 32) : '',
  };
}

export function isZero(block: Uint8Array): boolean {
  for (const byte of block) if (byte !== 0) return false;
  return true;
}
