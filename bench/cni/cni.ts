/** CNI: ADD and DEL of bridge, host-local and portmap, ours against Debian's plugins, in namespaces of the bench. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ms, type Row, ratio } from '../report';
import { summarise } from '../stats';

const rounds = 20;
const InstalledSchema = z.object({ engine: z.string(), socket: z.string() });
const TimesSchema = z.record(z.string(), z.array(z.number()));

export async function cni(): Promise<Row[]> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/lib/cni/bridge')) {
    process.stderr.write('cni: skipped, it takes root and containernetworking-plugins\n');
    return [];
  }
  const times = measure();
  const median = (name: string) => summarise(times[name] ?? []).median;
  const debian = median('debian');
  return [['in process', 0.5] as const, ['executables', 1] as const]
    .filter(([way]) => times[way])
    .map(([way, limit]) => ({
      bench: 'cni',
      what: `ADD and DEL of bridge, host-local, portmap, ${way}`,
      value: ms(median(way)),
      peer: `${ms(debian)} (Debian's plugins)`,
      limit: `at most ${ratio(limit)}`,
      holds: median(way) <= debian * limit,
    }));
}

function measure(): Record<string, number[]> {
  const directory = mkdtempSync(join(tmpdir(), 'cni-bench-'));
  const [host, container] = [`cni-bench-${process.pid}-host`, `cni-bench-${process.pid}-container`];
  try {
    for (const name of [host, container]) execFileSync('ip', ['netns', 'add', name]);
    // The engine they call is one that the rounds start, in the namespaces they run in: none for 0 seconds of idling.
    const executables = join(directory, 'bin');
    const program = fileURLToPath(new URL('../../bin/underlay-cni.ts', import.meta.url));
    const install = [program, 'install', executables, '--idle', '0', '--run-directory', directory];
    const printed = execFileSync(process.execPath, ['--import', 'tsx', ...install], { encoding: 'utf8' });
    const { engine, socket } = InstalledSchema.parse(JSON.parse(printed));
    const script = fileURLToPath(new URL('rounds.ts', import.meta.url));
    const command = [
      process.execPath,
      '--import',
      'tsx',
      script,
      directory,
      `/run/netns/${container}`,
      String(rounds),
      executables,
      engine,
      socket,
    ];
    const output = execFileSync('ip', ['netns', 'exec', host, ...command], { encoding: 'utf8' });
    return TimesSchema.parse(JSON.parse(output));
  } finally {
    for (const name of [host, container]) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
    rmSync(directory, { recursive: true, force: true });
  }
}
