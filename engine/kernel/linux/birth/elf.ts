/** ELF executables (elf(5)) for x86-64, as small as they can be. */
const origin = 0x400000;
/** Of the file, and of three segments. */
const headers = 64 + 3 * 56;
const page = 4096;

/** Where the first byte of the code is in memory. */
export const codeAddress = origin + headers;

/** What a program finds in memory beside its code. */
export interface DataSegment {
  address: number;
  bytes: Uint8Array;
}

/** An executable of one readable and executable segment, a stack that is not executable and, where given, writable data. */
export function elf(code: Uint8Array, data?: DataSegment): Uint8Array {
  const end = headers + code.byteLength;
  const place = Math.ceil(end / page) * page;
  const file = Buffer.alloc(data ? place + data.bytes.byteLength : end);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0);
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(62, 18); // EM_X86_64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(codeAddress), 24); // entry
  file.writeBigUInt64LE(64n, 32); // program headers
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(data ? 3 : 2, 56);
  writeSegment(file, 64, { type: 1, flags: 5, offset: 0, address: origin, size: end });
  writeSegment(file, 64 + 56, { type: 0x6474e551, flags: 6, offset: 0, address: 0, size: 0 }); // PT_GNU_STACK
  file.set(code, headers);
  if (data) {
    const { address, bytes } = data;
    writeSegment(file, 64 + 2 * 56, { type: 1, flags: 6, offset: place, address, size: bytes.byteLength });
    file.set(bytes, place);
  }
  return file;
}

function writeSegment(
  file: Buffer,
  at: number,
  segment: { type: number; flags: number; offset: number; address: number; size: number },
): void {
  file.writeUInt32LE(segment.type, at);
  file.writeUInt32LE(segment.flags, at + 4);
  file.writeBigUInt64LE(BigInt(segment.offset), at + 8);
  file.writeBigUInt64LE(BigInt(segment.address), at + 16);
  file.writeBigUInt64LE(BigInt(segment.address), at + 24);
  file.writeBigUInt64LE(BigInt(segment.size), at + 32);
  file.writeBigUInt64LE(BigInt(segment.size), at + 40);
  file.writeBigUInt64LE(0x1000n, at + 48);
}
