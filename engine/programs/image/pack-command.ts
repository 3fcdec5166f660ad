/** `underlay-image pack`: an image of a directory's content. */
import { type Compression, type PackOptions, packImage, parsePlatform, parseReference } from '../../image';
import { type Call, count, value, valueOr, values } from '../command-line';
import { type ImageCommand, inStore, manifestFor, ownPlatform, pathOf, type Session, say, withTree } from './session';

const base = value('base', { usage: 'an image of the store that it lies on' }, String);
const entrypoint = value('entrypoint', { usage: 'a list in JSON: ["/bin/sh", "-c"]' }, strings);
const cmd = value('cmd', { usage: 'a list in JSON' }, strings);
const env = values('env', { usage: 'NAME=VALUE, instead of those of the base' }, String);
const label = values('label', { usage: 'NAME=VALUE' }, String);
const expose = values('expose', { usage: '80/tcp' }, String);
const workdir = value('workdir', { usage: 'where it starts' }, String);
const user = value('user', { usage: 'whom it runs as' }, String);
const platform = value('platform', { usage: 'what it is for: linux/amd64' }, parsePlatform);
const compression = valueOr('compression', { usage: 'none, gzip or zstd' }, 'gzip', compressionOf);
const epoch = valueOr('epoch', { usage: 'seconds since 1970: no file and no image is later' }, '0', count);

export const packCommand: ImageCommand = {
  name: 'pack',
  usage: "makes an image of a directory's content: the same content gives the same digest",
  arguments: '<directory> <name>',
  words: { from: 2, to: 2 },
  flags: [base, entrypoint, cmd, env, label, expose, workdir, user, platform, compression, epoch],
  async run(session, call) {
    await pack(session, call);
    return 0;
  },
};

async function pack(session: Session, call: Call): Promise<void> {
  const { process, codec } = session;
  const [directory = '', name = ''] = call.words;
  const reference = parseReference(name);
  const kind = call.of(platform) ?? ownPlatform(process);
  await inStore(session, async (store) => {
    const lease = store.lease();
    const below = call.of(base);
    const on = below === undefined ? {} : { base: await manifestFor(store, below, kind) };
    try {
      const target = await withTree(session, pathOf(session, directory), (tree) =>
        packImage(store, tree, lease, {
          ...on,
          platform: kind,
          execution: executionOf(call),
          createdBy: 'underlay-image pack',
          epoch: call.of(epoch),
          compression: call.of(compression),
          compress: codec.compress,
        }),
      );
      await store.tag(reference, target);
      say(session, target.digest);
    } finally {
      lease.release();
    }
  });
}

function executionOf({ of }: Call): PackOptions['execution'] {
  const [asked, entry, command, directory] = [of(user), of(entrypoint), of(cmd), of(workdir)];
  return {
    ...(asked === undefined ? {} : { User: asked }),
    ...(of(expose).length > 0 && { ExposedPorts: Object.fromEntries(of(expose).map((port) => [port, {}])) }),
    ...(of(env).length > 0 && { Env: of(env) }),
    ...(entry && { Entrypoint: entry }),
    ...(command && { Cmd: command }),
    ...(directory === undefined ? {} : { WorkingDir: directory }),
    ...(of(label).length > 0 && { Labels: Object.fromEntries(of(label).map(pair)) }),
  };
}

function pair(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function strings(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((each) => typeof each === 'string')) return parsed;
  } catch {
    // Told of below, as any other text that is no list.
  }
  throw new Error('a list of strings in JSON is needed');
}

function compressionOf(text: string): Compression {
  if (text === 'none' || text === 'gzip' || text === 'zstd') return text;
  throw new Error('it is one of none, gzip and zstd');
}
