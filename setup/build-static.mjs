/**
 * `npm run build:static [-- DIRECTORY]`: the whole course for any file server, simulator only, by default in `static/`.
 * After the first visit it works without a network: a service worker keeps every file of it.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureNodeModules } from './node-modules.mjs';
import { run, tail } from './process.mjs';
import { explain, step } from './report.mjs';
import { root, workDirectory } from './root.mjs';
import { serviceWorker } from './service-worker.mjs';

/** What the export leaves that no page asks for. */
const unused = /\.txt$|^404\/|^_not-found/;

/** Builds into `directory`, which is replaced. Returns whether it worked. */
export async function buildStatic(directory) {
  if (!(await ensureNodeModules())) return false;
  const shown = step('The course for file servers (next build)');
  const made = join(workDirectory, 'static');
  rmSync(made, { recursive: true, force: true });
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_UNDERLAY_STATIC: '1',
    UNDERLAY_STATIC_DIST: '.underlay/static',
  };
  const { code, output } = await run(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: root,
    env,
  });
  if (code !== 0 || !existsSync(join(made, 'index.html'))) {
    shown.fail(`next build ended with ${code}`);
    explain(tail(output, 40));
    return false;
  }
  rmSync(directory, { recursive: true, force: true });
  cpSync(made, directory, { recursive: true });
  writeServiceWorker(directory);
  shown.done();
  return true;
}

/** Names every file, and a version that changes when any of them does. */
export function writeServiceWorker(directory) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((path) => !unused.test(path) && path !== 'sw.js')
    .sort();
  const hash = createHash('sha256');
  for (const path of files) hash.update(path).update(readFileSync(join(directory, path)));
  const urls = files.map((path) => path.replace(/(^|\/)index\.html$/, '$1'));
  writeFileSync(join(directory, 'sw.js'), serviceWorker(hash.digest('hex').slice(0, 16), urls));
}

if (process.argv[1] === join(root, 'setup/build-static.mjs')) {
  const directory = resolve(process.argv[2] ?? join(root, 'static'));
  if (await buildStatic(directory))
    process.stdout.write(`The course is in ${directory}: any file server can serve it.\n`);
  else process.exitCode = 1;
}
