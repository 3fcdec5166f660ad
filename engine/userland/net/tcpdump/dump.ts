/** Bytes below a packet: `-A`, `-x`, `-X`. Once: from the network layer on; twice: with the link layer. */
import type { ParsedOptions } from '../../lib/options';
import type { Frame } from './decode';

const headerLength = 14;
const rowLength = 16;

export function dumpText(frame: Frame, options: ParsedOptions): string {
  const times = (name: string) => options.given.filter((one) => one.name === name).length;
  const snapshot = Number(options.value('s') ?? 0) || frame.bytes.length;
  const bytes = frame.bytes.subarray(0, snapshot);
  for (const name of ['A', 'X', 'x']) {
    const count = times(name);
    if (count === 0) continue;
    const shown = count > 1 ? bytes : bytes.subarray(headerLength);
    return name === 'A' ? `${plainText(shown)}\n` : rows(shown, name === 'X');
  }
  return '';
}

function plainText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    if (byte === 10 || byte === 9) return String.fromCharCode(byte);
    if (byte === 13) return '';
    return printable(byte);
  }).join('');
}

function printable(byte: number): string {
  return byte > 32 && byte < 127 ? String.fromCharCode(byte) : byte === 32 ? ' ' : '.';
}

function rows(bytes: Uint8Array, withText: boolean): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += rowLength) {
    const row = bytes.subarray(at, at + rowLength);
    const words: string[] = [];
    for (let index = 0; index < row.length; index += 2)
      words.push(Array.from(row.subarray(index, index + 2), (byte) => byte.toString(16).padStart(2, '0')).join(''));
    const hex = words.join(' ');
    const plain = Array.from(row, (byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    text += `\t0x${at.toString(16).padStart(4, '0')}:  ${withText ? `${hex.padEnd(39)}  ${plain}` : hex}\n`;
  }
  return text;
}
