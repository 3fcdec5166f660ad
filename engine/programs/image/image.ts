/** `underlay-image`: images in a store, which is an OCI image layout. */
import { compressPurely, decompressPurely, familiarName, parseReference } from '../../image';
import type { EngineProgram } from '../../kernel';
import { type Commands, runCommands, valueOr } from '../command-line';
import { resolvePath } from '../lib/path';
import { archiveCommands } from './archive-commands';
import { packCommand } from './pack-command';
import { type ImageCommand, inStore, type LayerCodec, type Session, say, targetOf } from './session';

export type { LayerCodec } from './session';

const storeFlag = valueOr('store', { usage: 'where images lie; made when it is not there' }, '/var/lib/images', String);
const none = { from: 0, to: 0 };

const storeCommands: readonly ImageCommand[] = [
  {
    name: 'ls',
    usage: 'names, with the digest and kind of what they stand for',
    arguments: '',
    words: none,
    flags: [],
    async run(session) {
      await inStore(session, async (store) => {
        for (const { name, target } of store.list())
          say(session, `${familiarName(parseReference(name))}  ${target.digest}  ${target.mediaType}`);
      });
    },
  },
  {
    name: 'tag',
    usage: 'gives an image another name',
    arguments: '<source> <name>',
    words: { from: 2, to: 2 },
    flags: [],
    async run(session, { words: [source = '', name = ''] }) {
      await inStore(session, (store) => store.tag(parseReference(name), targetOf(store, source)));
    },
  },
  {
    name: 'rm',
    usage: 'takes names away; gc then removes what nothing leads to',
    arguments: '<name>...',
    words: { from: 1, to: 1000 },
    flags: [],
    async run(session, { words }) {
      await inStore(session, (store) => store.change({ add: [], remove: words.map(parseReference) }));
    },
  },
  {
    name: 'gc',
    usage: 'removes every content that no name leads to, and prints their digests',
    arguments: '',
    words: none,
    flags: [],
    async run(session) {
      await inStore(session, async (store) => {
        for (const digest of await store.collect()) say(session, digest);
      });
    },
  },
];

const commands: Commands<Session> = {
  name: 'underlay-image',
  usage: 'images in a store: pack, unpack, import, export',
  version: '0.1.0',
  flags: [storeFlag],
  commands: [packCommand, ...archiveCommands, ...storeCommands],
};

export function imageProgram(codec: LayerCodec): EngineProgram {
  return async (process) => {
    const [, ...words] = process.argv;
    try {
      return await runCommands(
        commands,
        words,
        (text) => process.write(1, text),
        (call) => ({ process, codec, directory: resolvePath(process.cwd, call.of(storeFlag)) }),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const prefix = `${commands.name}: `;
      process.write(2, `${message.startsWith(prefix) ? '' : prefix}${message}\n`);
      return 1;
    }
  };
}

/** As Machines have it: the same bytes on both kernels. */
export const underlayImage = imageProgram({ compress: compressPurely, decompress: decompressPurely });
