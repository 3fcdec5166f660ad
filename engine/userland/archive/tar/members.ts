/** The members of an archive, one after the other as they are read: from a file, standard input or a program that unpacks it. */
import { blockBytes, type OwnerNames, type TarEntry, TarReader } from '../../../archive';
import { type Blocking, isSysError, O_RDONLY, type Sys, strerror } from '../../../kernel/sim';
import { isRegular } from '../../lib/stat';
import { Fatal } from './fatal';
import { type Packer, startPacker } from './packer';
import type { Settings } from './settings';

const recordBytes = 20 * blockBytes;

export type Event =
  | { is: 'entry'; entry: TarEntry; names: OwnerNames }
  | { is: 'data'; bytes: Uint8Array }
  | { is: 'hole'; bytes: number }
  | { is: 'end' };

/** The archive is no archive, from there on. */
class Damaged extends Error {}

/** What was wrong with it, when something was. */
export type Ending = 'whole' | 'no archive' | 'cut off' | 'damaged';

const magics: ReadonlyArray<readonly [bytes: readonly number[], packer: string, option: string]> = [
  [[0x1f, 0x8b], 'gzip', '-z'],
  [[0x42, 0x5a, 0x68], 'bzip2', '-j'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz', '-J'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd', '--zstd'],
];

export class ArchiveReader {
  #events: Event[] = [];
  #packer: Packer | null = null;
  #fd = 0;
  #bytes = 0;
  #hasEntry = false;
  readonly #tar = new TarReader(
    {
      entry: (entry, _stored, names) => void this.#events.push({ is: 'entry', entry, names }),
      data: (bytes) => void this.#events.push({ is: 'data', bytes: bytes.slice() }),
      hole: (bytes) => void this.#events.push({ is: 'hole', bytes }),
      end: () => void this.#events.push({ is: 'end' }),
    },
    (_name, problem) => new Damaged(problem),
  );

  constructor(
    private readonly sys: Sys,
    private readonly settings: Settings,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Errors: `Fatal`. */
  *open(): Blocking<void> {
    const { archive, packer } = this.settings;
    if (packer !== null && packer !== 'auto') return this.#unpackWith(packer);
    if (archive === '-') {
      if (this.sys.isatty(0)) throw new Fatal('Refusing to read archive contents from terminal (missing -f option?)');
      return;
    }
    try {
      this.#fd = yield* this.sys.open(archive, O_RDONLY);
      // A file can be begun anew with the program that unpacks it.
      if (!isRegular(this.sys.fstat(this.#fd))) return;
      const found = packedWith(this.sys.pread(this.#fd, 8, 0));
      if (found === null) return;
      this.sys.close(this.#fd);
      this.#unpackWith(found[1]);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`${archive}: Cannot open: ${strerror(error.errno)}`);
    }
  }

  /** Hands every event to `use`. Errors: `Fatal`. */
  *each(use: (event: Event) => Blocking<void>): Blocking<Ending> {
    for (;;) {
      const data = yield* this.#read();
      if (data.length === 0) return this.#ending();
      if (this.#bytes === 0 && this.#packer === null) refusePacked(data);
      this.#bytes += data.length;
      const isSound = this.#push(data);
      for (const event of this.#events.splice(0)) {
        if (event.is === 'entry') this.#hasEntry = true;
        yield* use(event);
      }
      if (!isSound) return this.#hasEntry ? 'damaged' : 'no archive';
      yield* this.sys.checkpoint();
    }
  }

  /** Errors: `Fatal` when the program that unpacks it failed. */
  *close(): Blocking<void> {
    if (this.#fd !== 0) this.sys.close(this.#fd);
    if (this.#packer) yield* this.#packer.wait();
  }

  #push(data: Uint8Array): boolean {
    try {
      this.#tar.push(data);
      return true;
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      return false;
    }
  }

  #ending(): Ending {
    if (this.#bytes < blockBytes) return 'no archive';
    return this.#tar.isWhole ? 'whole' : 'cut off';
  }

  *#read(): Blocking<Uint8Array> {
    try {
      return yield* this.sys.read(this.#fd, recordBytes);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const name = this.settings.archive === '-' ? 'stdin' : this.settings.archive;
      throw new Fatal(`${name}: Cannot read: ${strerror(error.errno)}`);
    }
  }

  #unpackWith(command: string): void {
    const { archive } = this.settings;
    this.#packer = startPacker(this.sys, { archive, command, direction: 'unpack', env: this.env });
    this.#fd = this.#packer.fd;
  }
}

function packedWith(head: Uint8Array) {
  return magics.find(([magic]) => magic.every((byte, at) => head[at] === byte)) ?? null;
}

/** What comes through a pipe cannot be begun anew. */
function refusePacked(head: Uint8Array): void {
  const found = packedWith(head);
  if (found) throw new Fatal(`Archive is compressed. Use ${found[2]} option`);
}
