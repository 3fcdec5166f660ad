/**
 * How a file of the simulated machine stands for a program. Such a file is an ELF executable in name: it begins with the
 * magic number, says which program it is and which loader it wants, and is padded to the size of the real one. What
 * counts is the content, so a copy of /bin/busybox is busybox, and a file with the wrong content is no program.
 */
import { concat, decode, encode } from './bytes';

const magic = encode('\x7fELF');

export interface ProgramImage {
  /** Key in the table of programs: `bash`, `coreutils:ls`. */
  program: string;
  /** The loader in PT_INTERP, which has to be there when it is executed (ENOENT otherwise); null when it is static. */
  interpreter: string | null;
}

export const defaultInterpreter = '/lib64/ld-linux-x86-64.so.2';

export function makeImage(program: string, interpreter: string | null = defaultInterpreter): Uint8Array {
  return concat([magic, encode(`\x02\x01\x01 underlay ${program} ${interpreter ?? '-'}\n`)]);
}

/** Null when it is no such file. `head` is the beginning of the file, 256 bytes are enough. */
export function readImage(head: Uint8Array): ProgramImage | null {
  if (magic.some((byte, at) => head[at] !== byte)) return null;
  const [line = ''] = decode(head.subarray(magic.length, 256)).split('\n');
  const [, word, program, interpreter] = line.split(' ');
  if (word !== 'underlay' || program === undefined || interpreter === undefined) return null;
  return { program, interpreter: interpreter === '-' ? null : interpreter };
}
