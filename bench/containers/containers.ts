/** Containers: one run of a busybox by the library in a process that stays, and from the command line, beside crun and runc. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { residentSystem } from '../../engine/kernel/linux';
import { create, defaultConfig, type RuntimeContext, remove, run, runtimeContext } from '../../engine/runtime';
import { rootfsPath } from '../../setup/paths.mjs';
import { mib, ms, type Row, ratio } from '../report';
import { summarise } from '../stats';
import { startCrun } from './crun';
import { startEngine } from './engine';

const rounds = 40;
const many = 500;
const commandLimit = 2;
const memoryLimit = 1024 * 1024;

export async function containers(): Promise<Row[]> {
  if (process.getuid?.() !== 0) throw new Error('containers need root');
  const scratch = mkdtempSync('/run/underlay-bench-');
  const system = residentSystem();
  try {
    const bundle = makeBundle(scratch);
    const context = runtimeContext(system, join(scratch, 'state'));
    return [
      await library(context, bundle),
      await commandLine(scratch, bundle),
      await waiting(context, bundle),
      await upAndDown(context, bundle),
    ];
  } finally {
    system.dispose();
    rmSync(scratch, { recursive: true });
  }
}

function makeBundle(scratch: string): string {
  const bundle = join(scratch, 'bundle');
  mkdirSync(join(bundle, 'rootfs/bin'), { recursive: true });
  copyFileSync(join(rootfsPath(), 'usr/bin/busybox'), join(bundle, 'rootfs/bin/busybox'));
  symlinkSync('busybox', join(bundle, 'rootfs/bin/true'));
  const config = defaultConfig({ hasCgroupNamespace: false });
  const { process: wanted } = config;
  if (!wanted) throw new Error('the default configuration has no process');
  // The version that Debian's crun and runc know.
  const program = { ...wanted, terminal: false, args: ['/bin/true'] };
  const changed = { ...config, ociVersion: '1.0.2', process: program };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(changed));
  return bundle;
}

async function runOnce(context: RuntimeContext, bundle: string, id: string): Promise<void> {
  const { exit } = await run(context, { id, bundle, stdio: ['ignore', 'ignore', 'ignore'] });
  const { exitCode } = await exit;
  await remove(context, id);
  if (exitCode !== 0) throw new Error(`the container ended with ${exitCode}`);
}

/** Turn by turn, so that all have the same machine. */
async function compare(ours: (id: string) => Promise<void> | void, theirs: (id: string) => Promise<void> | void) {
  const times: Record<'ours' | 'theirs', number[]> = { ours: [], theirs: [] };
  const timed = async (list: number[], action: () => Promise<void> | void) => {
    const start = performance.now();
    await action();
    list.push(performance.now() - start);
  };
  for (let round = 0; round < rounds; round += 1) {
    await timed(times.theirs, () => theirs(`bench-${process.pid}-peer-${round}`));
    await timed(times.ours, () => ours(`bench-${process.pid}-${round}`));
  }
  return { ours: summarise(times.ours).median, theirs: summarise(times.theirs).median };
}

function execute(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
}

async function library(context: RuntimeContext, bundle: string): Promise<Row> {
  const crun = startCrun(bundle);
  try {
    const { ours, theirs } = await compare((id) => runOnce(context, bundle, id), crun.run);
    return {
      bench: 'containers',
      what: `run /bin/true in a process that stays, median of ${rounds}`,
      value: `${ms(ours)} (${ratio(ours / theirs)})`,
      peer: `crun ${ms(theirs)}`,
      limit: `at most ${ratio(1)}`,
      holds: ours <= theirs,
    };
  } finally {
    await crun.stop();
  }
}

async function commandLine(scratch: string, bundle: string): Promise<Row> {
  const engine = await startEngine(scratch);
  try {
    const state = ['--root', join(scratch, 'state')];
    const { ours, theirs } = await compare(
      (id) => execute(engine.launcher, [...state, 'run', '--bundle', bundle, id]),
      (id) => execute('runc', ['run', '--bundle', bundle, id]),
    );
    return {
      bench: 'containers',
      what: `underlay-oci run of /bin/true with an engine, median of ${rounds}`,
      value: `${ms(ours)} (${ratio(ours / theirs)})`,
      peer: `runc ${ms(theirs)}`,
      limit: `at most ${ratio(commandLimit)}`,
      holds: ours <= theirs * commandLimit,
    };
  } finally {
    await engine.stop();
  }
}

/** A created container's process, with all its pages. */
async function waiting(context: RuntimeContext, bundle: string): Promise<Row> {
  const id = `bench-${process.pid}-waiting`;
  const { container } = await create(context, { id, bundle });
  const text = readFileSync(`/proc/${container.record.process?.pid}/smaps_rollup`, 'utf8');
  await remove(context, id, { force: true });
  const bytes = Number(/^Rss:\s*(\d+)/m.exec(text)?.[1]) * 1024;
  return {
    bench: 'containers',
    what: 'memory of a created container, which waits to be started',
    value: mib(bytes),
    peer: '',
    limit: `at most ${mib(memoryLimit)}`,
    holds: bytes <= memoryLimit,
  };
}

async function upAndDown(context: RuntimeContext, bundle: string): Promise<Row> {
  const prefix = `bench-${process.pid}-`;
  const traces = () => ({
    cgroups: context.system
      .cgroupHierarchies()
      .reduce(
        (sum, { mountPoint }) => sum + readdirSync(mountPoint).filter((name) => name.startsWith(prefix)).length,
        0,
      ),
    // Others may mount meanwhile.
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split(bundle).length - 1,
    descriptors: readdirSync('/proc/self/fd').length,
    states: existsSync(context.store.root) ? readdirSync(context.store.root).length : 0,
    processes: readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8'),
  });
  await runOnce(context, bundle, `bench-${process.pid}-first`);
  const before = JSON.stringify(traces());
  for (let count = 0; count < many; count += 1) await runOnce(context, bundle, `bench-${process.pid}-many-${count}`);
  const after = JSON.stringify(traces());
  return {
    bench: 'containers',
    what: `${many} containers up and down`,
    value: before === after ? 'no trace' : after,
    peer: before === after ? '' : before,
    limit: 'no trace',
    holds: before === after,
  };
}
