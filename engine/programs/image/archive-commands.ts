/** import, export and unpack: images from and to files of the Machine. */
import {
  familiarName,
  filesOf,
  flattenImage,
  importArchive,
  importLayout,
  parsePlatform,
  parseReference,
  TreeFiles,
  tarOf,
  writeLayout,
} from '../../image';
import { value, valueOr } from '../command-line';
import {
  type ImageCommand,
  inStore,
  makeDirectories,
  manifestFor,
  ownPlatform,
  pathOf,
  type Session,
  say,
  withTree,
} from './session';

const named = value('name', { usage: 'what images are called that have only a tag, or no name' }, parseReference);
const platform = value('platform', { usage: 'only the image for this one: linux/amd64' }, parsePlatform);
const format = valueOr('format', { usage: 'oci, or docker: for docker load' }, 'oci', formatOf);

export const archiveCommands: readonly ImageCommand[] = [
  {
    name: 'import',
    usage: 'takes images in from an archive (an OCI layout, or what docker save wrote) or the directory of a layout',
    arguments: '<path, or - for standard input>',
    words: { from: 1, to: 1 },
    flags: [named],
    async run(session, { words: [path = ''], of }) {
      const name = of(named);
      await importFrom(session, path, name === undefined ? {} : { name });
    },
  },
  {
    name: 'export',
    usage: 'writes images to an archive, or to the directory of a layout',
    arguments: '<path, or - for standard output> <name>...',
    words: { from: 2, to: 1000 },
    flags: [format, platform],
    async run(session, { words: [path = '', ...names], of }) {
      const only = of(platform);
      await inStore(session, (store) =>
        exportTo(
          session,
          path,
          filesOf(store, names.map(parseReference), { format: of(format), ...(only && { platform: only }) }),
        ),
      );
    },
  },
  {
    name: 'unpack',
    usage: "writes an image's root filesystem into an empty directory",
    arguments: '<name> <directory>',
    words: { from: 2, to: 2 },
    flags: [platform],
    async run(session, { words: [name = '', directory = ''], of }) {
      const { process, codec } = session;
      const path = pathOf(session, directory);
      await inStore(session, async (store) => {
        const manifest = await manifestFor(store, name, of(platform) ?? ownPlatform(process));
        makeDirectories(process, path);
        const [present] = [...process.system.files.list(path)].sort();
        if (present !== undefined) throw new Error(`${directory}: ${present} is there already, and it has to be empty`);
        await withTree(session, path, (tree) => flattenImage(store, manifest, tree, { decompress: codec.decompress }));
      });
    },
  },
];

async function importFrom(session: Session, given: string, options: Parameters<typeof importLayout>[2]): Promise<void> {
  const { files } = session.process.system;
  const path = given === '-' ? given : files.realPath(pathOf(session, given));
  await inStore(session, async (store) => {
    const imported =
      files.kind(path) === 'directory'
        ? await withTree(session, path, (tree) => importLayout(store, new TreeFiles(tree), options))
        : await importArchive(store, contentOf(session, path), options);
    for (const { name, target } of imported) say(session, `${familiarName(parseReference(name))}  ${target.digest}`);
  });
}

async function* contentOf(session: Session, path: string): AsyncGenerator<Uint8Array> {
  if (path === '-') return yield await session.process.readInput();
  const [directory, name] = splitPath(path);
  const tree = session.process.openTree(directory);
  try {
    yield* (await new TreeFiles(tree).open(name)) ?? missing(path);
  } finally {
    tree.dispose();
  }
}

function missing(path: string): never {
  throw new Error(`${path}: is no file`);
}

async function exportTo(session: Session, given: string, files: ReturnType<typeof filesOf>): Promise<void> {
  const { process } = session;
  if (given === '-') {
    for await (const piece of tarOf(files)) process.write(1, piece);
    return;
  }
  const path = pathOf(session, given);
  if (process.system.files.kind(path) === 'directory')
    return withTree(session, path, (tree) => writeLayout(new TreeFiles(tree), files));
  const [directory, name] = splitPath(path);
  await withTree(session, directory, async (tree) => {
    const file = await new TreeFiles(tree).create(name);
    try {
      for await (const piece of tarOf(files)) await file.write(piece);
      await file.finish();
    } catch (error) {
      await file.discard();
      throw error;
    }
  });
}

function splitPath(path: string): [directory: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(1, slash)), path.slice(slash + 1)];
}

function formatOf(text: string): 'oci' | 'docker' {
  if (text === 'oci' || text === 'docker') return text;
  throw new Error('it is one of oci and docker');
}
