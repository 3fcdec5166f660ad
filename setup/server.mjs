/** Starts the server and stands in for it: the same signals, the same exit code. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { which } from './process.mjs';
import { root } from './root.mjs';

/** Runs app/server.ts until it ends. Resolves to the exit code for this process. */
export function serve({ env }) {
  const node = [process.execPath, '--import', 'tsx', 'app/server.ts'];
  // If this process is killed outright, the server is told to stop (prctl(2) PR_SET_PDEATHSIG).
  const guard = which('setpriv') ? ['setpriv', '--pdeathsig', 'TERM'] : [];
  const [program, ...args] = [...guard, ...node];
  const child = spawn(program, args, { cwd: root, env, stdio: 'inherit' });
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'];
  for (const signal of signals) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the server as well.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
