/** Images go round: through Debian's skopeo and umoci, our store, its archives and the registry over it, and come back as they were. */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LinuxTree } from '../kernel/linux';
import { filesOf, writeLayout } from './archive/export';
import { importArchive, importLayout } from './archive/import';
import { tarOf } from './archive/tar';
import { decompress } from './host/compression';
import { type Served, serve } from './host/http';
import { NodeFiles } from './host/node-files';
import type { AccessPolicy } from './registry/access';
import { Registry } from './registry/registry';
import { flattenImage } from './snapshot/flatten';
import { sha256Of } from './spec/digest';
import { mediaTypes } from './spec/media-types';
import { parseReference } from './spec/reference';
import { ImageStore } from './store/image-store';
import { bytes } from './testing/images';
import { listing } from './testing/trees';

function reasonToSkip(): string | undefined {
  const missing = ['skopeo', 'umoci'].filter((name) => !existsSync(`/usr/bin/${name}`));
  const reason = missing.length > 0 ? `there is no ${missing.join(' and no ')} here` : notRoot();
  if (reason) process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}
const notRoot = () => (process.getuid?.() === 0 ? undefined : 'only root unpacks files of several owners');

describe.skipIf(reasonToSkip())("Debian's skopeo and umoci", () => {
  let directory: string;
  let store: ImageStore;
  let registry: Registry;
  let served: Served;
  let domain: string;
  let ids = 0;
  const at = (name: string) => join(directory, name);
  const run = async (program: string, ...args: string[]) =>
    (await promisify(execFile)(program, args, { env: { ...process.env, HOME: directory } })).stdout;
  const skopeo = (...args: string[]) => run('skopeo', '--insecure-policy', ...args);
  const copy = (from: string, to: string, ...args: string[]) =>
    skopeo('copy', '--src-tls-verify=false', '--dest-tls-verify=false', ...args, from, to);
  const made = () => ImageStore.open(new NodeFiles(at(`store-${ids++}`)), () => `n${ids++}`);
  const diffIds = async (where: string): Promise<string[]> => {
    const { rootfs } = JSON.parse(await skopeo('inspect', '--tls-verify=false', '--config', where));
    return rootfs.diff_ids;
  };

  const filesIn = (path: string) => {
    const tree = LinuxTree.open(path);
    const { '': _root, ...files } = listing(tree);
    tree.dispose();
    return files;
  };
  /** By ourselves. */
  const unpacked = async (from: ImageStore, name: string) => {
    const path = at(`flat-${ids++}`);
    mkdirSync(path);
    const tree = LinuxTree.open(path);
    const target = from.find(parseReference(name));
    if (target) await flattenImage(from, target, tree, { decompress });
    tree.dispose();
    return filesIn(path);
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'underlay-images-'));
    store = await made();
    served = await serve(
      (request) => registry.handle(request),
      { host: '127.0.0.1', port: 0 },
      () => undefined,
    );
    domain = `127.0.0.1:${served.port}`;
    registry = new Registry({ store, domain, now: Date.now, newId: () => `u${ids++}` });
    // An image of two layers, one file hidden by the second.
    await run('umoci', 'init', '--layout', at('made'));
    await run('umoci', 'new', '--image', at('made:v1'));
    for (const [layer, path] of [
      ['first', 'kept'],
      ['first', 'hidden'],
      ['second', 'own'],
    ] as const) {
      mkdirSync(at(`${layer}/etc`), { recursive: true });
      writeFileSync(at(`${layer}/etc/${path}`), `${path}\n`);
    }
    for (const layer of ['first', 'second']) {
      execFileSync('tar', ['-C', at(layer), '-cf', at(`${layer}.tar`), '.']);
      await run('umoci', 'raw', 'add-layer', '--image', at('made:v1'), at(`${layer}.tar`));
    }
    await copy(`oci:${at('made')}:v1`, `docker://${domain}/made:v1`);
  });
  afterAll(async () => {
    await served.close();
    await registry.close();
    rmSync(directory, { recursive: true });
  });

  test('skopeo pushes, lists, pulls and deletes', async () => {
    const wanted = await diffIds(`oci:${at('made')}:v1`);
    expect(wanted).toHaveLength(2);
    expect(await diffIds(`docker://${domain}/made:v1`)).toEqual(wanted);
    await copy(`docker://${domain}/made:v1`, `docker://${domain}/team/copy:v2`);
    expect(JSON.parse(await skopeo('list-tags', '--tls-verify=false', `docker://${domain}/team/copy`)).Tags).toEqual([
      'v2',
    ]);
    for (const format of ['docker-archive', 'oci-archive']) {
      await copy(`docker://${domain}/made:v1`, `${format}:${at(`${format}.tar`)}:copy:v1`);
      expect(await diffIds(`${format}:${at(`${format}.tar`)}`)).toEqual(wanted);
    }
    await skopeo('delete', '--tls-verify=false', `docker://${domain}/team/copy:v2`);
    await expect(diffIds(`docker://${domain}/team/copy:v2`)).rejects.toThrow(/manifest unknown/);
    expect(await diffIds(`docker://${domain}/made:v1`)).toEqual(wanted);
  });

  test('skopeo asks for a token where one is needed', async () => {
    const policy: AccessPolicy = {
      isUser: (name, password) => name === 'ann' && password === 'secret',
      granted: (user, { actions }) => actions.filter((one) => user === 'ann' || one === 'pull'),
    };
    const open = registry;
    registry = new Registry({
      store,
      domain,
      now: Date.now,
      newId: () => `u${ids++}`,
      auth: { policy, key: randomBytes(32) },
    });
    const push = (...args: string[]) => copy(`oci:${at('made')}:v1`, `docker://${domain}/guarded:v1`, ...args);
    await expect(push()).rejects.toThrow(/denied/);
    await expect(push('--dest-creds', 'ann:guess')).rejects.toThrow(/unauthorized|invalid username/);
    await push('--dest-creds', 'ann:secret');
    expect(await diffIds(`docker://${domain}/guarded:v1`)).toHaveLength(2);
    await registry.close();
    registry = open;
  });

  test.skipIf(!existsSync('/usr/bin/zstd'))('a layer packed with zstd goes through, and is what it was', async () => {
    execFileSync('zstd', ['-q', at('first.tar')]);
    const diffId = sha256Of(readFileSync(at('first.tar')));
    const layer = await store.blobs.add(readFileSync(at('first.tar.zst')), mediaTypes.layerZstd);
    const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [diffId] } };
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: await store.blobs.add(bytes(JSON.stringify(config)), mediaTypes.config),
      layers: [layer],
    };
    const target = await store.blobs.add(bytes(JSON.stringify(manifest)), mediaTypes.manifest);
    await store.tag(parseReference(`${domain}/packed:v1`), target);
    await copy(`docker://${domain}/packed:v1`, `oci:${at('packed')}:v1`);
    await importLayout(store, new NodeFiles(at('packed')), { name: parseReference('packed') });
    await writeFile(at('packed.tar'), tarOf(filesOf(store, [parseReference('packed:v1')], { format: 'docker' })));
    // Unpacks it, and compares it with the diff id.
    await copy(`docker-archive:${at('packed.tar')}`, `oci:${at('unpacked')}:v1`);
    expect(await diffIds(`oci:${at('unpacked')}:v1`)).toEqual([diffId]);
  });

  test("skopeo's archives are imported, ours are read by skopeo", async () => {
    const wanted = await diffIds(`docker://${domain}/made:v1`);
    const other = await made();
    await copy(`docker://${domain}/made:v1`, `docker-archive:${at('saved.tar')}:app:1`);
    await copy(`docker://${domain}/made:v1`, `oci-archive:${at('layout.tar')}:v1`);
    await importArchive(other, createReadStream(at('saved.tar')));
    await importArchive(other, createReadStream(at('layout.tar')), { name: parseReference('made') });
    await importLayout(other, new NodeFiles(at('made')), { name: parseReference('layout') });
    expect(other.list().map(({ name }) => name)).toEqual(
      ['app:1', 'made:v1', 'layout:v1'].map((name) => `docker.io/library/${name}`),
    );
    for (const [name, format, where] of [
      ['app:1', 'docker', 'docker-archive'],
      ['layout:v1', 'docker', 'docker-archive'],
      ['made:v1', 'oci', 'oci-archive'],
    ] as const) {
      const file = at(`${name.replace(':', '-')}.tar`);
      await writeFile(file, tarOf(filesOf(other, [parseReference(name)], { format })));
      expect(await diffIds(`${where}:${file}`)).toEqual(wanted);
    }
    expect((await run('tar', '-tf', at('made-v1.tar'))).trim().split('\n').slice(-2)).toEqual([
      'oci-layout',
      'index.json',
    ]);
  });

  test('umoci unpacks what we export, and what it repacks we import', async () => {
    mkdirSync(at('out'));
    await writeLayout(
      new NodeFiles(at('out')),
      filesOf(store, [parseReference(`${domain}/made:v1`)], { format: 'oci' }),
    );
    await run('umoci', 'unpack', '--image', at('out:v1'), at('bundle'));
    expect(readdirSync(at('bundle/rootfs/etc')).sort()).toEqual(['hidden', 'kept', 'own']);
    expect(await unpacked(store, `${domain}/made:v1`)).toEqual(filesIn(at('bundle/rootfs')));
    rmSync(at('bundle/rootfs/etc/hidden'));
    writeFileSync(at('bundle/rootfs/etc/new'), 'new\n');
    await run('umoci', 'repack', '--image', at('out:v2'), at('bundle'));
    await importLayout(store, new NodeFiles(at('out')));
    await copy(`docker://${domain}/made:v2`, `oci:${at('back')}:v2`);
    expect(await diffIds(`oci:${at('back')}:v2`)).toHaveLength(3);
    await run('umoci', 'unpack', '--image', at('back:v2'), at('again'));
    expect(readdirSync(at('again/rootfs/etc')).sort()).toEqual(['kept', 'new', 'own']);
    expect(readFileSync(at('again/rootfs/etc/own'), 'utf8')).toBe('own\n');
    expect(await unpacked(store, `${domain}/made:v2`)).toEqual(filesIn(at('again/rootfs')));
  });
});
