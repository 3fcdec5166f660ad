/** The archive that is written: records of 20 blocks, to a file, standard output or a packer. */
import { blockBytes, endOfArchive } from '../../../archive';
import { type Blocking, concat, isSysError, O_CREAT, O_RDWR, O_TRUNC, type Sys, strerror } from '../../../kernel/sim';
import { writeAll } from '../../lib/io';
import { fileKey } from '../../lib/stat';
import { Fatal } from './fatal';
import { type Packer, startPacker } from './packer';
import type { Settings } from './settings';

const recordBytes = 20 * blockBytes;
/** What `-a` goes by. */
const bySuffix: ReadonlyArray<readonly [pattern: RegExp, packer: string]> = [
  [/\.(?:gz|tgz|taz)$/, 'gzip'],
  [/\.(?:bz2|tbz|tbz2|tz2)$/, 'bzip2'],
  [/\.(?:xz|txz)$/, 'xz'],
  [/\.(?:zst|tzst)$/, 'zstd'],
];

export class ArchiveWriter {
  #waiting: Uint8Array[] = [];
  #size = 0;

  private constructor(
    private readonly sys: Sys,
    private readonly name: string,
    private readonly fd: number,
    private readonly packer: Packer | null,
  ) {}

  /** Errors: `Fatal`. */
  static *open(sys: Sys, settings: Settings, env: Readonly<Record<string, string>>): Blocking<ArchiveWriter> {
    const { archive } = settings;
    const command = settings.packer === 'auto' ? bySuffix.find(([end]) => end.test(archive))?.[1] : settings.packer;
    if (archive === '-' && sys.isatty(1))
      throw new Fatal('Refusing to write archive contents to terminal (missing -f option?)');
    if (command) {
      const packer = startPacker(sys, { archive, command, direction: 'pack', env });
      return new ArchiveWriter(sys, archive, packer.fd, packer);
    }
    if (archive === '-') return new ArchiveWriter(sys, archive, 1, null);
    try {
      const fd = yield* sys.open(archive, O_RDWR | O_CREAT | O_TRUNC, 0o666);
      return new ArchiveWriter(sys, archive, fd, null);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${archive}: Cannot open: ${strerror(error.errno)}`);
    }
  }

  /** Of the archive, as `fileKey` names files; null when that is no file. */
  get key(): string | null {
    return this.packer === null ? fileKey(this.sys.fstat(this.fd)) : null;
  }

  *write(bytes: Uint8Array): Blocking<void> {
    if (bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    if (this.#size >= recordBytes) yield* this.#put(Math.floor(this.#size / recordBytes) * recordBytes);
  }

  /** Errors: `Fatal`, also when the packer failed. */
  *end(): Blocking<void> {
    yield* this.write(endOfArchive());
    if (this.#size > 0) {
      yield* this.write(new Uint8Array(recordBytes - (this.#size % recordBytes)));
    }
    this.sys.close(this.fd);
    if (this.packer) yield* this.packer.wait();
  }

  *#put(count: number): Blocking<void> {
    const all = concat(this.#waiting);
    this.#waiting = [all.subarray(count)];
    this.#size = all.length - count;
    try {
      yield* writeAll(this.sys, this.fd, all.slice(0, count));
    } catch (error) {
      if (!isSysError(error)) throw error;
      const name = this.name === '-' ? 'stdout' : this.name;
      throw new Fatal(`${name}: Cannot write: ${strerror(error.errno)}`);
    }
  }
}
