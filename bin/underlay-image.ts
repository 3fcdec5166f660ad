/**
 * `node --import tsx bin/underlay-image.ts --store DIRECTORY COMMAND`: images in a store, which is an OCI image layout. Exit code 1, and the reason,
 * when something cannot be done; then no name has changed. `UNDERLAY_REGISTRY_LOGIN=NAME:PASSWORD` is for registries that want one.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { arch } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { Command, Option } from 'commander';
import * as image from '../engine/image';
import { decompress, lockStore, NodeFiles, serve } from '../engine/image/host';
import { manifestFor, targetOf } from './underlay-image/find';
import { type PackFlags, packInto, withPackOptions } from './underlay-image/pack';

const program = new Command('underlay-image')
  .description('Images in a store: pack, unpack, import, export, pull, push, serve as a registry.')
  .requiredOption('--store <directory>', 'where they lie; made when it is not there');
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

program
  .command('import')
  .description(
    'takes images in from an archive (an OCI layout, or what docker save wrote) or the directory of a layout',
  )
  .argument('<path>', 'a file, a directory, or - for standard input')
  .option('--name <name>', 'what images are called that have only a tag, or no name', image.parseReference)
  .action((path: string, options: image.ImportOptions) => inStore((store) => importFrom(store, path, options)));
program
  .command('export')
  .description('writes images to an archive, or to the directory of a layout')
  .argument('<path>', 'a file, an empty directory, or - for standard output')
  .argument('<name...>')
  .addOption(new Option('--format <format>', 'docker: for docker load').choices(['oci', 'docker']).default('oci'))
  .option('--platform <platform>', 'only the image for this one', image.parsePlatform)
  .action((path: string, names: string[], options: image.ExportOptions) =>
    inStore((store) => exportTo(path, image.filesOf(store, names.map(image.parseReference), options))),
  );
program
  .command('pull')
  .argument('<name>')
  .option('--platform <platform>', 'of an image for several: linux/amd64, or all', platformOrAll, thisPlatform())
  .action((name: string, options: { platform: image.Platform | 'all' }) =>
    inStore(async (store) => say((await client().pull(store, image.parseReference(name), options)).digest)),
  );
program
  .command('push')
  .argument('<name>', 'what it shall be called there')
  .argument('[source]', 'what it is called here, when that is another name')
  .option('--platform <platform>', 'only the image for this one', image.parsePlatform)
  .action((name: string, source: string | undefined, options: { platform?: image.Platform }) =>
    inStore(async (store) => {
      const from = source === undefined ? {} : { source: image.parseReference(source) };
      say((await client().push(store, image.parseReference(name), { ...options, ...from })).digest);
    }),
  );
program
  .command('unpack')
  .description("writes an image's root filesystem into an empty directory, as root")
  .argument('<name>')
  .argument('<directory>', 'made when it is not there')
  .option('--platform <platform>', 'of an image for several', image.parsePlatform, thisPlatform())
  .action((name: string, directory: string, options: { platform: image.Platform }) =>
    inStore((store) => unpackTo(directory, store, name, options.platform)),
  );
withPackOptions(program.command('pack'), thisPlatform())
  .description("makes an image of a directory's content")
  .argument('<directory>')
  .argument('<name>')
  .action((directory: string, name: string, flags: PackFlags) =>
    inStore(async (store) => say(await packInto(store, directory, name, flags))),
  );
program
  .command('ls')
  .description('names, with the digest and kind of what they stand for')
  .action(() =>
    inStore(async (store) => {
      for (const { name, target } of store.list())
        say(`${image.familiarName(image.parseReference(name))}  ${target.digest}  ${target.mediaType}`);
    }),
  );
program
  .command('tag')
  .description('gives an image another name')
  .argument('<source>')
  .argument('<name>')
  .action((source: string, name: string) =>
    inStore((store) => store.tag(image.parseReference(name), targetOf(store, source))),
  );
program
  .command('rm')
  .description('takes names away; gc then removes what nothing leads to')
  .argument('<name...>')
  .action((names: string[]) => inStore((store) => store.change({ add: [], remove: names.map(image.parseReference) })));
program
  .command('gc')
  .description('removes every content that no name leads to, and prints their digests')
  .action(() => inStore(async (store) => (await store.collect()).forEach(say)));
program
  .command('serve')
  .description('serves the store as a registry, until it is interrupted')
  .option('--domain <domain>', 'names in the store that begin with it are of this registry', 'registry.lab:5000')
  .option('--host <address>', 'where to listen', '127.0.0.1')
  .option('--port <number>', '0: any that is free', Number, 5000)
  .option('--no-delete', 'refuses to delete anything')
  .action((options: ServeOptions) => inStore((store) => serveStore(store, options)));

interface ServeOptions {
  domain: string;
  host: string;
  port: number;
  delete: boolean;
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`underlay-image: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function inStore(work: (store: image.ImageStore) => Promise<void>): Promise<void> {
  const { store: directory } = program.opts<{ store: string }>();
  const unlock = await lockStore(directory);
  try {
    await work(await image.ImageStore.open(new NodeFiles(directory), randomUUID));
  } finally {
    await unlock();
  }
}

async function importFrom(store: image.ImageStore, path: string, options: image.ImportOptions): Promise<void> {
  const isDirectory = path !== '-' && (await stat(path)).isDirectory();
  const imported = isDirectory
    ? await image.importLayout(store, new NodeFiles(path), options)
    : await image.importArchive(store, path === '-' ? process.stdin : createReadStream(path), options);
  for (const { name, target } of imported) say(`${image.familiarName(image.parseReference(name))}  ${target.digest}`);
}

async function unpackTo(
  directory: string,
  store: image.ImageStore,
  name: string,
  platform: image.Platform,
): Promise<void> {
  const manifest = await manifestFor(store, name, platform);
  await mkdir(directory, { recursive: true });
  const [present] = await readdir(directory);
  if (present !== undefined) throw new Error(`${directory}: ${present} is there already, and it has to be empty`);
  // Loaded only here: the other commands need no system calls of their own.
  const { LinuxTree } = await import('../engine/kernel/linux');
  const tree = LinuxTree.open(directory);
  try {
    await image.flattenImage(store, manifest, tree, { decompress });
  } finally {
    tree.dispose();
  }
}

async function exportTo(path: string, files: ReturnType<typeof image.filesOf>): Promise<void> {
  if (path === '-') return await pipeline(Readable.from(image.tarOf(files)), process.stdout);
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) return image.writeLayout(new NodeFiles(path), files);
  try {
    await pipeline(Readable.from(image.tarOf(files)), createWriteStream(path, { flags: 'wx' }));
  } catch (error) {
    const isOther = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isOther) await rm(path, { force: true });
    throw error;
  }
}

async function serveStore(
  store: image.ImageStore,
  { domain, host, port, delete: allowDelete }: ServeOptions,
): Promise<void> {
  const registry = new image.Registry({ store, domain, now: Date.now, newId: randomUUID, allowDelete });
  const served = await serve(registry.handle, { host, port }, (error) => process.stderr.write(`${error}\n`));
  say(`http://${host}:${served.port}/`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await served.close();
  await registry.close();
}

function client(): image.RegistryClient {
  return new image.RegistryClient({ fetch, wait: (ms) => setTimeout(ms), endpoint: image.endpointOf, credentials });
}

function credentials(): { user: string; password: string } | undefined {
  const [user, ...rest] = (process.env.UNDERLAY_REGISTRY_LOGIN ?? '').split(':');
  return user ? { user, password: rest.join(':') } : undefined;
}

function thisPlatform(): image.Platform {
  return image.parsePlatform(`linux/${arch() === 'x64' ? 'amd64' : arch()}`);
}

function platformOrAll(text: string): image.Platform | 'all' {
  return text === 'all' ? 'all' : image.parsePlatform(text);
}
