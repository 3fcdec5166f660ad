/**
 * `node --import tsx bin/underlay-image.ts --store DIRECTORY COMMAND`: images in a store on this computer. What needs no network is the
 * program that Machines have (`engine/programs/image/`); pull, push and serve are here. Exit code 1, and the reason, when something cannot be
 * done; then no name has changed. `UNDERLAY_REGISTRY_LOGIN=NAME:PASSWORD` is for registries that want one.
 */
import { randomUUID } from 'node:crypto';
import { arch } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import * as image from '../engine/image';
import { compress, decompress, lockStore, NodeFiles, serve } from '../engine/image/host';
import { NodeProcess } from '../engine/kernel/linux';
import { imageProgram } from '../engine/programs';

const registryCommands = ['pull', 'push', 'serve'];
const program = new Command('underlay-image')
  .description('Images in a store and registries: pull, push, serve.')
  .requiredOption('--store <directory>', 'where they lie; made when it is not there');
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

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

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`underlay-image: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);

async function main(words: readonly string[]): Promise<number> {
  const { store, command } = glance(words);
  if (command !== undefined && registryCommands.includes(command)) {
    await program.parseAsync();
    return 0;
  }
  const unlock = store === undefined || command === undefined ? undefined : await lockStore(store);
  const status = await imageProgram({ compress, decompress })(new NodeProcess(process.argv.slice(1)));
  await unlock?.();
  return status;
}

/** The store and the command that are meant; whoever runs the command reads them in earnest. */
function glance(words: readonly string[]): { store?: string; command?: string } {
  const [word, next, ...rest] = words;
  if (word === undefined) return {};
  if (word === '--store' && next !== undefined) return { store: next, ...glance(rest) };
  if (word.startsWith('--store=')) return { store: word.slice('--store='.length), ...glance(words.slice(1)) };
  return word.startsWith('-') ? glance(words.slice(1)) : { command: word };
}

async function inStore(work: (store: image.ImageStore) => Promise<void>): Promise<void> {
  const { store: directory } = program.opts<{ store: string }>();
  const unlock = await lockStore(directory);
  try {
    await work(await image.ImageStore.open(new NodeFiles(directory), randomUUID));
  } finally {
    await unlock();
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
