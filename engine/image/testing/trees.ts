/** For tests: trees in directories that are gone afterwards, and what is in a tree as text that can be compared. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '../../kernel';
import { LinuxTree } from '../../kernel/linux';
import { bootTree } from '../../kernel/sim/testing/boot';
import { sha256Of } from '../spec/digest';

/** A place for the trees of one test. */
export class Scratch {
  readonly path: string;
  readonly #trees: Tree[] = [];
  #count = 0;

  constructor(place: string) {
    this.path = mkdtempSync(join(place, 'underlay-image-'));
  }

  /** A directory that is new, with its path. */
  tree(): { tree: Tree; path: string } {
    const path = join(this.path, `t${this.#count++}`);
    mkdirSync(path);
    const tree = LinuxTree.open(path);
    this.#trees.push(tree);
    return { tree, path };
  }

  dispose(): void {
    for (const tree of this.#trees) tree.dispose();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** In memory where there is such a place, for tests that wait for the disk again and again. */
export const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export async function withScratch(
  action: (scratch: Scratch) => Promise<void> | void,
  place: string = tmpdir(),
): Promise<void> {
  const scratch = new Scratch(place);
  try {
    await action(scratch);
  } finally {
    scratch.dispose();
  }
}

/** Path to all that a layer keeps of the file. Names of one file say so. */
export function listing(tree: Tree): Record<string, string> {
  const found: Record<string, string> = {};
  const names = new Map<bigint, string>();
  const visit = (path: string) => {
    const stat = tree.stat(path);
    const { kind, mode, uid, gid, mtimeNs, rdev, size, links } = stat;
    const first = kind !== 'directory' && links > 1 ? names.get(stat.ino) : undefined;
    if (links > 1) names.set(stat.ino, path);
    const xattrs = [...tree.xattrs(path)].map(([name, value]) => `${name}=${Buffer.from(value).toString('hex')}`);
    const content = kind === 'file' ? contentOf(tree, path, size) : kind === 'symlink' ? tree.readlink(path) : '';
    const owner = `${mode.toString(8)} ${uid}:${gid}`;
    found[path] = first ? `link to ${first}` : [kind, owner, mtimeNs, rdev ?? '', content, ...xattrs].join(' ').trim();
    if (kind === 'directory') for (const name of tree.list(path)) visit(path === '' ? name : `${path}/${name}`);
  };
  visit('');
  return found;
}

function contentOf(tree: Tree, path: string, size: number): string {
  const reader = tree.openFile(path);
  const content = new Uint8Array(size);
  reader.read(content, 0);
  const holes = reader.dataRanges().map(({ from, to }) => `${from}-${to}`);
  reader.dispose();
  return `${size} ${sha256Of(content)} ${holes.join(',')}`;
}

/** Cuts bytes into pieces of this length. */
export function* inPieces(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += length) yield bytes.subarray(at, at + length);
}

/** Prints why and returns true where device nodes, owners and trusted attributes cannot be made. */
export function isNotRoot(): boolean {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) console.warn('skipped: layers have owners and device nodes, which need root');
  return !isRoot;
}

type WithTrees = (action: (newTree: () => Tree) => Promise<void>) => Promise<void>;

/** For what has to be the same on both: each gives as many empty trees as are asked for. */
export const kernels: Array<[string, WithTrees]> = [
  ['the real kernel', (action) => withScratch((scratch) => action(() => scratch.tree().tree), inMemory)],
  ['the simulated kernel', onSim],
];

async function onSim(action: (newTree: () => Tree) => Promise<void>): Promise<void> {
  const machine = bootTree();
  let count = 0;
  const newTree = () => {
    const path = `t${count++}`;
    machine.makeDirectory(path, { mode: 0o755 });
    return machine.subtree(path);
  };
  await action(newTree).finally(() => machine.dispose());
}
