/** Archives as bytes: tar in every form that layers and GNU tar have, gzip. Nothing here touches a file. */
export { GzipError, type GzipProblem } from './gzip/error';
export type { GzipHeader } from './gzip/header';
export { GzipPacker, type GzipSettings } from './gzip/packer';
export { GzipUnpacker } from './gzip/unpacker';
export { blockBytes, type EntryType, paddingOf, type TarEntry } from './tar/entry';
export { writeBytes, writeChecksum, writeOctal } from './tar/fields';
export { formatPaxTime, paxRecord } from './tar/pax';
export { type OwnerNames, type TarHandler, TarReader } from './tar/reader';
export type { Segment } from './tar/sparse';
export { endOfArchive, storedBytes, writeHeader } from './tar/writer';
