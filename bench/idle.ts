/** What fifty labs cost that nobody types in: memory beyond the shell itself, and the server's share of a core. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialGatewayFromNode } from '../app/gateway/dial-node';
import { createLabClient, type LabClient } from '../sandbox/client';
import { cpuMs, memoryBytes, type RunningServer, startUnderlay } from './processes';
import { mib, type Row } from './report';

const labs = 50;
const settleMs = 15_000;
const measureMs = 30_000;

export async function idle(): Promise<Row[]> {
  const server = await startUnderlay({ UNDERLAY_MAX_LABS: String(labs + 4) });
  const clients: LabClient[] = [];
  try {
    clients.push(await openLab(server, 0));
    await sleep(settleMs);
    const quiet = await coreShare(server.pid);
    const before = footprint(server.pid);
    for (let i = 1; i <= labs; i++) clients.push(await openLab(server, i));
    await sleep(settleMs);
    const after = footprint(server.pid);
    const busy = await coreShare(server.pid);
    const perLab = (after.total - before.total - (after.shells - before.shells)) / labs;
    return [
      {
        bench: 'idle',
        what: `memory a lab beyond its shell, of ${labs}`,
        value: mib(perLab),
        peer: `shell itself ${mib(after.shells / (labs + 1))}`,
        limit: 'under 15 MiB',
        holds: perLab < 15 * 1024 * 1024,
      },
      {
        bench: 'idle',
        what: 'CPU of the server with one quiet lab',
        value: `${(quiet * 100).toFixed(2)} % of a core`,
        peer: '-',
        limit: 'under 1 %',
        holds: quiet < 0.01,
      },
      {
        bench: 'idle',
        what: `CPU of the server with ${labs + 1} idle labs`,
        value: `${(busy * 100).toFixed(2)} % of a core`,
        peer: '-',
        limit: 'under 5 %',
        holds: busy < 0.05,
      },
    ];
  } finally {
    for (const client of clients) client.leave();
    await server.stop();
  }
}

function openLab(server: RunningServer, number: number): Promise<LabClient> {
  const dial = dialGatewayFromNode(server.url, { Origin: server.url });
  const client = createLabClient({ dial, lesson: '1.1', learner: `bench-idle-${number}` });
  return new Promise((resolve, reject) => {
    client.subscribe(() => {
      const { status, terminals } = client.getView();
      if (status.phase === 'failed' || status.phase === 'ended') reject(new Error(status.reason));
      if (status.phase === 'ready' && terminals.length > 0) resolve(client);
    });
    client.start();
  });
}

async function coreShare(pid: number): Promise<number> {
  const startedAt = performance.now();
  const startedCpu = cpuMs(pid);
  await sleep(measureMs);
  return (cpuMs(pid) - startedCpu) / (performance.now() - startedAt);
}

/** Memory of the server and all its descendants, and of the shells among them, in bytes. */
function footprint(root: number): { total: number; shells: number } {
  const parents = new Map<number, number>();
  const names = new Map<number, string>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = readStat(entry);
    if (!stat) continue;
    parents.set(Number(entry), stat.parent);
    names.set(Number(entry), stat.name);
  }
  const isDescendant = (pid: number): boolean =>
    pid === root || (parents.has(pid) && isDescendant(parents.get(pid) ?? 0));
  const family = [...parents.keys()].filter(isDescendant);
  const sum = (pids: number[]) => pids.reduce((bytes, pid) => bytes + memoryBytes(pid), 0);
  return { total: sum(family), shells: sum(family.filter((pid) => names.get(pid) === 'bash')) };
}

function readStat(pid: string): { name: string; parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const close = stat.lastIndexOf(')');
    return { name: stat.slice(stat.indexOf('(') + 1, close), parent: Number(stat.slice(close + 2).split(' ')[1]) };
  } catch {
    // The process ended between the listing and the reading.
    return null;
  }
}
