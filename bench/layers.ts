/** Layers of images: a large one unpacked, beside `tar -x` of the same; a hundred of them mounted, beside ten. */
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyLayer, mountSteps, type SnapshotMount, Snapshots } from '../engine/image';
import { flags, MS_PRIVATE, MS_REC, type Plan } from '../engine/kernel';
import { LinuxSystem, LinuxTree } from '../engine/kernel/linux';
import { ms, type Row, ratio } from './report';
import { summarise } from './stats';

const files = 20_000;
const layerBytes = 200_000_000;
const rounds = 7;
const mounts = 30;
const limit = 1.1;
const CLONE_NEWNS = 0x20000;

export async function layers(): Promise<Row[]> {
  if (process.getuid?.() !== 0) throw new Error('owners of files and mounts need root');
  // In memory: what is measured is not the disk.
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'underlay-bench-'));
  try {
    return [await unpack(scratch), await mount(scratch)];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function unpack(scratch: string): Promise<Row> {
  const archive = join(scratch, 'layer.tar');
  const source = join(scratch, 'source');
  fill(source);
  run('tar', '-cf', archive, '-C', source, '.');
  rmSync(source, { recursive: true });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await into(scratch, (out) => run('tar', '-xf', archive, '-C', out)));
    ours.push(await into(scratch, (out) => apply(archive, out)));
  }
  const [median, peer] = [summarise(ours).median, summarise(theirs).median];
  return {
    bench: 'layers',
    what: `unpack ${files} files, ${layerBytes / 1e6} MB, median of ${rounds}`,
    value: `${ms(median)} (${ratio(median / peer)})`,
    peer: `tar -x ${ms(peer)}`,
    limit: `at most ${ratio(limit)}`,
    holds: median <= peer * limit,
  };
}

function fill(directory: string): void {
  // Many are small and few are large, as in a root filesystem.
  const weight = (file: number) => 1 / (1 + ((file * 7919) % 997) / 20);
  let sum = 0;
  for (let file = 0; file < files; file++) sum += weight(file);
  for (let file = 0; file < files; file++) {
    const place = join(directory, `usr/share/package-${file % 40}/part-${file % 25}`);
    if (file < 1000) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `file-${file}`), Buffer.alloc(Math.round((weight(file) / sum) * layerBytes), `${file}`));
  }
}

async function into(scratch: string, action: (out: string) => void | Promise<void>): Promise<number> {
  const out = join(scratch, 'out');
  mkdirSync(out);
  const begun = performance.now();
  await action(out);
  const took = performance.now() - begun;
  rmSync(out, { recursive: true });
  return took;
}

async function apply(archive: string, out: string): Promise<void> {
  const tree = LinuxTree.open(out);
  await applyLayer(createReadStream(archive, { highWaterMark: 1 << 20 }), tree, { whiteouts: 'remove' });
  tree.dispose();
}

async function mount(scratch: string): Promise<Row> {
  const path = join(scratch, 'snapshots');
  const target = join(scratch, 'target');
  for (const directory of [path, target]) mkdirSync(directory);
  const tree = LinuxTree.open(path);
  const snapshots = Snapshots.open(tree, { path });
  for (let layer = 1; layer <= 100; layer++) {
    snapshots.prepare('making', layer === 1 ? null : `layer-${layer - 1}`);
    snapshots.commit('making', `layer-${layer}`);
  }
  const took: Record<'many' | 'few', number[]> = { many: [], few: [] };
  snapshots.prepare('many', 'layer-100');
  snapshots.prepare('few', 'layer-10');
  for (let round = 0; round < mounts; round++) {
    took.few.push(await mounted(snapshots.mount('few'), target));
    took.many.push(await mounted(snapshots.mount('many'), target));
  }
  tree.dispose();
  const [many, few] = [summarise(took.many).median, summarise(took.few).median];
  return {
    bench: 'layers',
    what: 'mount 100 layers, in a process and a namespace of its own',
    value: ms(many),
    peer: `10 layers ${ms(few)}`,
    limit: 'it mounts',
    holds: true,
  };
}

async function mounted(snapshot: SnapshotMount, target: string): Promise<number> {
  const plan: Plan = {
    name: 'mount a snapshot',
    steps: [
      { call: 'unshare', args: [flags({ CLONE_NEWNS })] },
      { call: 'mount', args: [null, '/', null, flags({ MS_REC, MS_PRIVATE }), null] },
      ...mountSteps(snapshot, target),
      { exit: 0 },
    ],
  };
  const begun = performance.now();
  const { done, exit } = new LinuxSystem().run(plan);
  await done;
  await exit;
  return performance.now() - begun;
}

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}
