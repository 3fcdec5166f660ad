/** Starts the server and stands in for it: the same signals, the same exit code. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { which } from './process.mjs';
import { root } from './root.mjs';

/** A signal that comes again this soon is the same one by another way; the server takes a second one for impatience. */
const sameSignalMs = 300;

/** Runs app/server.ts until it ends. Resolves to the exit code for this process. */
export function serve({ env }) {
  const node = [process.execPath, '--import', 'tsx', 'app/server.ts'];
  // If this process is killed outright, the server is told to stop (prctl(2) PR_SET_PDEATHSIG).
  const guard = which('setpriv') ? ['setpriv', '--pdeathsig', 'TERM'] : [];
  const [program, ...args] = [...guard, ...node];
  // In a session of its own it hears only from us: of Ctrl-C the terminal tells everyone, and npm tells us again.
  const child = spawn(program, args, { cwd: root, env, stdio: 'inherit', detached: true });
  const told = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (Date.now() - (told.get(signal) ?? 0) < sameSignalMs) return;
      told.set(signal, Date.now());
      child.kill(signal);
    });
  }
  // npm killed outright passes nothing on: notice that it is gone.
  const { ppid: npm } = process;
  const watch = () => process.ppid !== npm && child.kill('SIGTERM');
  if (process.env.npm_lifecycle_event) setInterval(watch, 1000).unref();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
