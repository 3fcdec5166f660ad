/** Simulated labs in this process: a typed character, a lab as large as they come, a gigabyte of zeros. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Kernel, LabKernel, LabLimits, LabSpec } from '../../engine/kernel';
import { simHost, systemClock } from '../../sandbox';
import { mib, ms, type Row } from '../report';
import { summarise } from '../stats';

const usual: LabLimits = { pids: 400, memoryBytes: 256 << 20, cpus: 2, diskBytes: 64 << 20 };
const keys = 500;
const machines = 200;
const bridges = 500;
const processes = 2000;
const gigabyte = 2 ** 30;

export async function simulatedLabs(): Promise<Row[]> {
  // Timers of a lab keep no process alive.
  const alive = setInterval(() => undefined, 1000);
  try {
    return [...(await typing()), ...(await largeLab()), ...(await largeFile())];
  } finally {
    clearInterval(alive);
  }
}

async function typing(): Promise<Row[]> {
  const lab = await boot({ id: 'echo', machines: [{ id: 'lab', hostname: 'lab' }] });
  const terminal = await machineOf(lab, 'lab').openTerminal({ cols: 80, rows: 24 });
  let heard: () => void = () => undefined;
  terminal.onData(() => heard());
  await new Promise((resolve) => setTimeout(resolve, 500));
  const samples: number[] = [];
  for (let key = 0; key < keys; key++) {
    const echoed = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const began = performance.now();
    void terminal.write(Uint8Array.of(key % 40 === 39 ? 0x15 : 0x61));
    await echoed;
    samples.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await lab.dispose();
  const { median, p99 } = summarise(samples);
  return [
    {
      bench: 'simulator',
      what: `echo of a typed character, median of ${keys}`,
      value: ms(median),
      peer: `p99 ${ms(p99)}`,
      limit: 'under 2 ms',
      holds: median < 2,
    },
  ];
}

/** The machines themselves with their first processes, then bridges and sleepers, made by their setups. */
async function largeLab(): Promise<Row[]> {
  const before = heap();
  const began = performance.now();
  const lab = await boot({
    id: 'large',
    limits: { ...usual, pids: 10_000, memoryBytes: 2 * gigabyte },
    machines: Array.from({ length: machines }, (_, i) => ({ id: `m${i}`, hostname: `m${i}`, setup: setupOf(i) })),
  });
  const took = performance.now() - began;
  const { processes: seen, devices } = lab.state;
  const grown = heap() - before;
  const bridged = Object.values(devices).filter(({ kind }) => kind === 'bridge').length;
  const shape = `${machines} machines, ${Object.keys(seen).length} processes, ${bridged} bridges`;
  await lab.dispose();
  return [
    {
      bench: 'simulator',
      what: `boot of ${shape}`,
      value: ms(took),
      peer: '-',
      limit: 'under 1 s',
      holds: took < 1000,
    },
    {
      bench: 'simulator',
      what: 'heap of that lab, with its state',
      value: mib(grown),
      peer: '-',
      limit: 'under 300 MiB',
      holds: grown < 300 << 20,
    },
  ];
}

function setupOf(machine: number): string {
  const own = Math.floor(((machine + 1) * bridges) / machines) - Math.floor((machine * bridges) / machines);
  // One process is the machine's init.
  return [
    ...Array.from({ length: own }, (_, i) => `ip link add br${i} type bridge`),
    `for ((i = 1; i < ${processes / machines}; i++)); do sleep 100000 & done`,
  ].join('\n');
}

async function largeFile(): Promise<Row[]> {
  const lab = await boot({
    id: 'file',
    machines: [{ id: 'lab', hostname: 'lab' }],
    limits: { ...usual, memoryBytes: 8 * gigabyte, diskBytes: 4 * gigabyte },
  });
  const before = heap();
  const rows: Row[] = [];
  const script = 'mkdir -p /m && mount -t tmpfs -o size=3g none /m && dd if=/dev/zero of=/m/big bs=1M count=1024';
  for (const [what, line] of [
    ['1 GiB by dd onto tmpfs', script],
    ['a copy of it by cp', 'cp /m/big /m/copy && cmp -n 1M /m/big /m/copy'],
  ] as const) {
    const began = performance.now();
    const { result } = await machineOf(lab, 'lab').spawn({ argv: ['bash', '-e', '-c', line] });
    const { exitCode } = await result;
    const took = performance.now() - began;
    const grown = heap() - before;
    rows.push({
      bench: 'simulator',
      what: exitCode === 0 ? what : `${what} (failed with ${exitCode})`,
      value: `${mib(grown)} more heap`,
      peer: `took ${ms(took)}`,
      limit: 'under 100 MiB',
      holds: exitCode === 0 && grown < 100 << 20,
    });
  }
  await lab.dispose();
  return rows;
}

function boot(spec: Omit<LabSpec, 'limits' | 'links'> & { limits?: LabLimits }): Promise<LabKernel> {
  return simHost(systemClock, () => Date.UTC(2026, 0, 1)).boot({ limits: usual, links: [], ...spec });
}

function machineOf(lab: LabKernel, id: string): Kernel {
  const machine = lab.machines.get(id);
  if (!machine) throw new Error(`no Machine ${id}`);
  return machine;
}

/** Bytes that are in use, of the heap and beside it. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
