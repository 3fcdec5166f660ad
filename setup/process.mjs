/** Running other programs during set-up. */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program on PATH (sbin included), or undefined. A path is itself, where there is a file. */
export function which(program, env = process.env) {
  if (program.startsWith('/')) return existsSync(program) ? program : undefined;
  const places = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return places
    .filter((place) => place !== '')
    .map((place) => join(place, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Runs a program to its end without a terminal. Resolves to its exit code (or 128 + signal), and everything it printed,
 * standard output and errors mixed; `onLine` hears each line at once. Rejects only if it cannot be started.
 */
export function run(program, args, { cwd, env, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let rest = '';
    const hear = (text) => {
      output += text;
      if (!onLine) return;
      const lines = (rest + text).split(/\r\n|\r|\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onLine(line);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (rest.trim() !== '') onLine?.(rest);
      resolve({ code: code ?? (signal ? 128 : 1), output });
    });
  });
}

/** The last lines of a program's output, for an error message. */
export function tail(output, lines = 15) {
  return output
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .slice(-lines)
    .join('\n');
}
