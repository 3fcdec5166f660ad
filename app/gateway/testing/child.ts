import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('bare-server.ts', import.meta.url));

export interface ChildServer {
  pid: number;
  url: string;
  port: number;
  /** What it found of an earlier server when it started. */
  removed: string[];
  /** Resident memory in MiB (proc_pid_status(5), VmRSS). */
  memory(): number;
  /** Ends it with the signal; resolves when it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts `bare-server.ts` as a process of its own. */
export async function startServer(env: Record<string, string> = {}): Promise<ChildServer> {
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error('the server could not be started');
  const { port, removed } = await firstLine(child, createInterface(stdout));
  return {
    pid,
    port,
    url: `http://127.0.0.1:${port}`,
    removed,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: (signal) =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}

function firstLine(
  child: ChildProcess,
  lines: ReturnType<typeof createInterface>,
): Promise<{ port: number; removed: string[] }> {
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it listened`)));
  });
}

/** What this machine still holds of a server: processes in its cgroups, and the cgroups themselves. */
export function tracesOf(server: number): { processes: string[]; cgroups: string[] } {
  const mark = `/underlay/${server}-`;
  const processes = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/cgroup`).includes(mark),
  );
  return { processes, cgroups: underlayGroups().filter((path) => path.includes(mark)) };
}

/** Where tests of the engine, which run at the same time, pin network namespaces and have others mount something. */
const elsewhere = /^\/(run\/netns|run\/underlay-[a-z-]+-|var\/lib\/containers|tmp\/)/;

/** What all Machines on this host would show up in: mounts of this namespace, and network devices. */
export function hostObjects(): { mounts: string[]; devices: string[] } {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => !elsewhere.test(point));
  return { mounts: mounts.sort(), devices: readdirSync('/sys/class/net').sort() };
}

/** A server's cgroups lie under `underlay` in every hierarchy. */
function underlayGroups(): string[] {
  const hierarchies = ['', ...readdirSync('/sys/fs/cgroup')].map((name) => `/sys/fs/cgroup/${name}/underlay`);
  return hierarchies.flatMap((base) => namesIn(base).map((name) => `${base}/${name}`));
}

/** None where there is no such directory, or no more. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** The file's text; empty when it went away meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
