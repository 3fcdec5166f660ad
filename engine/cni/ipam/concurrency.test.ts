/** Sixty at once, of several processes, ours and Debian's, some killed in the middle: nobody gets an address that another has. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockFile } from '../../kernel/linux';
import { hostLocal, runPlugin } from '..';
import { NodeLeaseFiles, ProcessExecutor } from '../host';
import { debianPlugins, noDebianPlugins } from '../testing/debian';

let directory = '';
/** In the tree, so that it finds koffi. */
const program = fileURLToPath(new URL(`../../../.underlay/busy-ipam-${process.pid}.mjs`, import.meta.url));

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cni-busy-'));
  const script = fileURLToPath(new URL('../testing/busy-ipam.ts', import.meta.url));
  // As one file: several processes that translate TypeScript at once take a test's whole time.
  await build({
    entryPoints: [script],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  rmSync(program, { force: true });
});

const environment = { CNI_NETNS: '/run/netns/x', CNI_IFNAME: 'eth0', CNI_PATH: debianPlugins };
const config = {
  cniVersion: '1.0.0',
  name: 'busy',
  type: 'host-local',
  ipam: { type: 'host-local', subnet: '10.1.0.0/24' },
};
const configText = (change: object = {}) =>
  JSON.stringify({ ...config, ipam: { ...config.ipam, dataDir: directory }, ...change });

/** A process of ours; every address it was given goes into `given`. */
class Busy {
  readonly given = new Map<string, string>();
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;

  constructor(name: string, count: number, onLine: (busy: Busy, lines: number) => void) {
    this.child = spawn(process.execPath, [program, directory, name, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let lines = 0;
    if (this.child.stdout)
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const [id, ip] = line.split(' ');
        if (id && ip) this.given.set(id, ip);
        onLine(this, ++lines);
      });
    this.ended = new Promise((resolve) => this.child.on('close', () => resolve()));
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** One of Debian's, as its own process. */
async function debians(id: string): Promise<[string, string]> {
  const { stdout } = await new ProcessExecutor(process.env).run(`${debianPlugins}/host-local`, {
    environment: { ...environment, CNI_COMMAND: 'ADD', CNI_CONTAINERID: id },
    stdin: configText(),
  });
  return [id, /10\.1\.0\.\d+(?=\/)/.exec(stdout)?.[0] ?? stdout];
}

const leases = () => readdirSync(join(directory, 'busy')).filter((name) => /^10\./.test(name));

it.skipIf(noDebianPlugins())('gives no address twice', async () => {
  const theirs: Array<Promise<[string, string]>> = [];
  // The killed ones die in the midst of the others' work: one asks and gives back, one has got some of its twenty.
  const killed = [
    new Busy('loop', 0, (busy, lines) => lines === 12 && busy.kill()),
    new Busy('cut', 20, (busy, lines) => lines === 7 && busy.kill()),
  ];
  const lasting = [0, 1].map(
    (at) =>
      new Busy(`whole${at}`, 20, (_, lines) => {
        if (lines === 1) for (let more = 0; more < 10; more++) theirs.push(debians(`debian${at}-${more}`));
      }),
  );
  await Promise.all([...killed, ...lasting].map(({ ended }) => ended));
  const kept = [...lasting, ...killed.slice(1)].flatMap(({ given }) => [...given]).concat(await Promise.all(theirs));

  expect(kept.length).toBeGreaterThanOrEqual(60);
  expect(kept.map(([, ip]) => ip)).toEqual(kept.map(() => expect.stringMatching(/^10\.1\.0\.\d+$/)));
  expect(new Set(kept.map(([, ip]) => ip)).size).toBe(kept.length);
  for (const [id, ip] of kept) expect(readFileSync(join(directory, 'busy', ip), 'utf8')).toBe(`${id}\r\neth0`);

  // What the killed ones took and nobody heard of is found by GC; all of it has an owner.
  for (const ip of leases())
    expect(readFileSync(join(directory, 'busy', ip), 'utf8')).toMatch(/^[a-z]+\d?-\d+\r\neth0$/);
  const valid = kept.map(([containerID]) => ({ containerID, ifname: 'eth0' }));
  const collected = await runPlugin(
    hostLocal(new NodeLeaseFiles(lockFile)),
    { ...environment, CNI_COMMAND: 'GC' },
    configText({ cniVersion: '1.1.0', 'cni.dev/valid-attachments': valid }),
  );
  expect(collected).toMatchObject({ exitCode: 0 });
  expect(leases().sort()).toEqual(kept.map(([, ip]) => ip).sort());
});
