/** One OCI image layout: the images that its `index.json` leads to, and whether their contents are there. */
import type { Blob, Image, MachineId } from '../state';
import type { Glance } from './glance';
import { integerAt, type JsonObject, objectAt, objectsAt, parseObject, textAt, textsAt } from './json';
import { documentOf, type KnownBlob, type KnownBlobs } from './known-blobs';

const maxImages = 64;
const maxLayers = 256;
const maxCommandChars = 1000;
const maxDocumentBytes = 1 << 20;
/** Contents up to this are compared with their digest, larger ones with their size only. */
const maxHashedBytes = 1 << 16;
/** An index may lead to indexes. */
const maxDepth = 3;

/** What a descriptor leads to, as far as it can be told. A content that was compared is kept for who wants to read it. */
interface Finding {
  is: 'whole' | 'missing' | 'corrupt';
  content?: KnownBlob;
}

/** The images by their keys in the state. */
export function readLayout(
  glance: Glance,
  known: KnownBlobs,
  machine: MachineId,
  layout: string,
): Record<string, Image> {
  const reader = new LayoutReader(glance, known, machine, layout);
  const index = parseObject(glance.text(`${layout}/index.json`, maxDocumentBytes));
  for (const descriptor of objectsAt(index, 'manifests')) reader.follow(descriptor, nameOf(descriptor), 0);
  return reader.images;
}

class LayoutReader {
  readonly images: Record<string, Image> = {};
  readonly #findings = new Map<string, Finding>();
  #count = 0;

  constructor(
    private readonly glance: Glance,
    private readonly known: KnownBlobs,
    private readonly machine: MachineId,
    private readonly layout: string,
  ) {}

  follow(descriptor: JsonObject, name: string | null, depth: number): void {
    const blob = blobOf(descriptor);
    if (!blob) return;
    const manifest = this.#document(blob);
    if (manifest && Array.isArray(manifest.manifests)) {
      if (depth === maxDepth) return;
      for (const child of objectsAt(manifest, 'manifests')) this.follow(child, name, depth + 1);
      return;
    }
    if (this.#count === maxImages) return;
    this.#count += 1;
    const image = this.#image(blob, name, manifest, platformOf(objectAt(descriptor, 'platform')));
    const plain = `${this.machine}${this.layout}/${name}`;
    const isTaken = name === null || Object.hasOwn(this.images, plain);
    this.images[isTaken ? `${this.machine}${this.layout}@${blob.digest}` : plain] = image;
  }

  #image(blob: Blob, name: string | null, manifest: JsonObject | null, platform: string | null): Image {
    const config = blobOf(objectAt(manifest, 'config'));
    const configuration = config && this.#document(config);
    const diffIds = textsAt(objectAt(configuration, 'rootfs'), 'diff_ids');
    const commands = objectsAt(configuration, 'history').filter(({ empty_layer }) => empty_layer !== true);
    const layers = objectsAt(manifest, 'layers')
      .slice(0, maxLayers)
      .flatMap((descriptor) => blobOf(descriptor) ?? []);
    const contents = [blob, ...(config ? [config] : []), ...layers];
    const found = (is: Finding['is']) => [
      ...new Set(contents.filter((content) => this.#find(content).is === is).map(({ digest }) => digest)),
    ];
    return {
      machine: this.machine,
      layout: this.layout,
      name,
      digest: blob.digest,
      platform: platform ?? platformOf(configuration),
      config,
      layers: layers.map((layer, i) => ({
        ...layer,
        diffId: diffIds[i] ?? null,
        createdBy: textAt(commands[i], 'created_by')?.slice(0, maxCommandChars) ?? null,
      })),
      missing: found('missing'),
      corrupt: found('corrupt'),
    };
  }

  /** A content that is JSON; null when it is not there, not what its digest says, or no object. */
  #document(blob: Blob): JsonObject | null {
    const { is, content } = this.#find(blob);
    if (is !== 'whole') return null;
    if (content) return documentOf(content);
    return parseObject(this.glance.text(this.#path(blob), maxDocumentBytes));
  }

  #find(blob: Blob): Finding {
    const known = this.#findings.get(blob.digest);
    if (known) return known;
    const finding = this.#look(blob);
    this.#findings.set(blob.digest, finding);
    return finding;
  }

  #look(blob: Blob): Finding {
    const stat = this.glance.stat(this.#path(blob));
    if (!stat) return { is: 'missing' };
    if (stat.kind !== 'file' || stat.size !== blob.size) return { is: 'corrupt' };
    if (stat.size > maxHashedBytes || !blob.digest.startsWith('sha256:')) return { is: 'whole' };
    const bytes = this.glance.bytes(this.#path(blob), maxHashedBytes);
    const content = bytes && this.known.verified(blob.digest, bytes);
    return content ? { is: 'whole', content } : { is: 'corrupt' };
  }

  #path({ digest }: Blob): string {
    return `${this.layout}/blobs/${digest.replace(':', '/')}`;
  }
}

/** Null when it is none: its digest becomes a path. */
function blobOf(descriptor: JsonObject | null): Blob | null {
  const digest = textAt(descriptor, 'digest');
  const size = integerAt(descriptor, 'size');
  if (digest === null || size === null || !/^[a-z0-9]+:[a-f0-9]{32,128}$/.test(digest)) return null;
  return { digest, size, mediaType: textAt(descriptor, 'mediaType') ?? '' };
}

function nameOf(descriptor: JsonObject): string | null {
  return textAt(objectAt(descriptor, 'annotations'), 'org.opencontainers.image.ref.name');
}

function platformOf(of: JsonObject | null): string | null {
  const [os, architecture, variant] = ['os', 'architecture', 'variant'].map((key) => textAt(of, key));
  if (!os || !architecture) return null;
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}
