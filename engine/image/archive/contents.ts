/**
 * What is in an archive of images: its files come in any order, and in a stream that cannot be gone back in. So every blob goes straight
 * into the store, compared with its digest where its path names one, and the few documents that say what is what are read at the end.
 */
import { type TarEntry, type TarHandler, TarReader } from '../../archive';
import { ImageError } from '../error';
import { cleanPath } from '../layer/names';
import { type Digest, parseDigest } from '../spec/digest';
import { maxManifestBytes } from '../spec/manifest';
import type { ImageStore, Lease } from '../store/image-store';
import type { Ingest } from '../store/ingest';
import { joined } from '../streams';

export interface StoredFile {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** Its first bytes: by them one knows how it is packed. */
  head: Uint8Array;
}

const documentNames = ['oci-layout', 'index.json', 'manifest.json'] as const;
type DocumentName = (typeof documentNames)[number];

/** Of no use to anybody who has the rest: what was there before there was a manifest.json, and which layer is on which. */
const isPassedOver = (path: string) => path === 'repositories' || /^[0-9a-f]{64}\/(?:VERSION|json)$/.test(path);

type Event = { is: 'entry'; entry: TarEntry } | { is: 'data'; bytes: Uint8Array } | { is: 'end' };

/** What becomes of the file that is being read. */
interface Taker {
  take(bytes: Uint8Array): Promise<void> | void;
  end(): Promise<void> | void;
  abort(): Promise<void> | void;
}
const passOver: Taker = { take: () => undefined, end: () => undefined, abort: () => undefined };

export class ArchiveContents {
  readonly documents = new Map<DocumentName, Uint8Array>();
  readonly #files = new Map<string, StoredFile>();
  readonly #links = new Map<string, string>();

  constructor(
    private readonly store: ImageStore,
    private readonly lease: Lease,
  ) {}

  /** Errors: `invalid-archive` with the entry's name for what is damaged or leads outside, `digest-mismatch`. */
  async read(source: AsyncIterable<Uint8Array>): Promise<void> {
    let taker: Taker = passOver;
    try {
      for await (const event of eventsOf(source)) {
        if (event.is === 'entry') taker = await this.#takerOf(event.entry);
        else if (event.is === 'data') await taker.take(event.bytes);
        else {
          const ended = taker;
          taker = passOver;
          await ended.end();
        }
      }
    } catch (error) {
      await taker.abort();
      throw error;
    }
  }

  /** The file at a path, through links; null when there is none. */
  file(path: string): StoredFile | null {
    let at = cleanPath(path, path, 'its name');
    for (let steps = 0; steps < 8; steps++) {
      const target = this.#links.get(at);
      if (target === undefined) return this.#files.get(at) ?? null;
      at = target;
    }
    return null;
  }

  async #takerOf(entry: TarEntry): Promise<Taker> {
    if (entry.type === 'directory') return passOver;
    const path = cleanPath(entry.path, entry.path, 'its name');
    if (entry.type === 'symlink' || entry.type === 'link') {
      this.#links.set(path, linkTarget(path, entry));
      return passOver;
    }
    if (entry.type !== 'file')
      throw new ImageError('invalid-archive', entry.path, `an archive of images has no ${entry.type}`);
    const document = documentNames.find((name) => name === path);
    if (document) return this.#document(document, entry.size);
    return isPassedOver(path) ? passOver : this.#blob(path);
  }

  #document(name: DocumentName, size: number): Taker {
    if (size > maxManifestBytes)
      throw new ImageError('invalid-archive', name, `is longer than ${maxManifestBytes} bytes`);
    const pieces: Uint8Array[] = [];
    return {
      ...passOver,
      take: (bytes) => void pieces.push(bytes),
      end: () => void this.documents.set(name, joined(pieces)),
    };
  }

  async #blob(path: string): Promise<Taker> {
    const [, algorithm, encoded] = /^blobs\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const expected = algorithm === undefined ? null : parseDigest(`${algorithm}:${encoded}`);
    const ingest = await this.store.blobs.begin();
    let head = new Uint8Array();
    return {
      take: (bytes) => {
        if (head.byteLength < 8) head = Uint8Array.from([...head, ...bytes.subarray(0, 8)]);
        return ingest.write(bytes);
      },
      end: async () => {
        const { size } = ingest;
        const digest = await this.#keep(ingest, expected);
        this.#files.set(path, { digest, size, head });
      },
      abort: () => ingest.discard(),
    };
  }

  async #keep(ingest: Ingest, expected: Digest | null): Promise<Digest> {
    if (expected === null) return ingest.commitAsIs((digest) => this.lease.keep(digest));
    this.lease.keep(expected);
    await ingest.commit(expected);
    return expected;
  }
}

async function* eventsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Event> {
  let events: Event[] = [];
  const handler: TarHandler = {
    entry: (entry) => void events.push({ is: 'entry', entry }),
    data: (bytes) => void events.push({ is: 'data', bytes: bytes.slice() }),
    hole: () => {
      throw new ImageError('invalid-archive', 'the archive', 'has a file with holes, and no archive of images has');
    },
    end: () => void events.push({ is: 'end' }),
  };
  const reader = new TarReader(handler, (name, problem) => new ImageError('invalid-layer', name, problem));
  for await (const chunk of source) {
    reader.push(chunk);
    const passed = events;
    events = [];
    yield* passed;
  }
  reader.end();
}

/** Where a link leads, as a path of the archive. Errors: `invalid-archive` when that is outside. */
function linkTarget(path: string, { type, target, path: subject }: TarEntry): string {
  if (type === 'link') return cleanPath(target, subject, 'its target');
  if (target.startsWith('/')) throw new ImageError('invalid-archive', subject, 'its target is absolute');
  const names = path.split('/').slice(0, -1);
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw new ImageError('invalid-archive', subject, 'its target leads outside');
  }
  return names.join('/');
}
