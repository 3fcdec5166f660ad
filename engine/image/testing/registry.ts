/** A registry over a store in memory, and requests to it. */
import { expect } from 'vitest';
import { Registry, type RegistryOptions } from '../registry/registry';
import { memoryStore, type Piece, type SmallImage } from './images';

export async function registryUnderTest(options: Partial<RegistryOptions> = {}) {
  const store = options.store ?? (await memoryStore());
  const time = { now: 1_700_000_000_000 };
  let ids = 0;
  const newId = () => `u${ids++}`;
  const registry = new Registry({ store, domain: 'registry.lab:5000', now: () => time.now, newId, ...options });

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body: Uint8Array | null = null) =>
    registry.handle(
      new Request(new URL(path, 'http://registry.lab:5000'), { method, headers, body: body?.slice() ?? null }),
    );
  const pushBlob = ({ descriptor, content }: Piece, name = 'app') =>
    ask('POST', `/v2/${name}/blobs/uploads/?digest=${descriptor.digest}`, {}, content);
  const putManifest = ({ descriptor, content }: Piece, reference: string, name = 'app') =>
    ask('PUT', `/v2/${name}/manifests/${reference}`, { 'content-type': descriptor.mediaType }, content);
  const pushImage = async ({ manifest, blobs }: SmallImage, tag: string, name = 'app') => {
    for (const blob of blobs) expect((await pushBlob(blob, name)).status).toBe(201);
    expect((await putManifest(manifest, tag, name)).status).toBe(201);
  };
  return { store, time, registry, ask, pushBlob, putManifest, pushImage };
}

export async function codesOf(response: Response): Promise<string[]> {
  const { errors } = await response.json();
  return errors.map(({ code }: { code: string }) => code);
}
