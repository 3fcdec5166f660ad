/** The npm packages: installed exactly as package-lock.json says, or installed again. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, tail } from './process.mjs';
import { explain, step } from './report.mjs';
import { root } from './root.mjs';

/**
 * Packages of the lock file that are not installed in the locked version. `lock` is package-lock.json, `installed` is
 * node_modules/.package-lock.json, which npm writes at the end of an installation. An optional package may be absent:
 * it is for another platform.
 */
export function missingModules(lock, installed) {
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .filter(([path, wanted]) => {
      const found = installed?.packages?.[path];
      if (!found) return !(wanted.optional || wanted.devOptional || wanted.link);
      return found.version !== wanted.version;
    })
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Runs `npm ci` if something is missing. Returns whether all is there. */
export async function ensureNodeModules() {
  const lock = readJson(join(root, 'package-lock.json'));
  const missing = missingModules(lock, readJson(join(root, 'node_modules/.package-lock.json')));
  if (missing.length === 0) return true;
  const shown = step(`npm packages (${missing.length} to install)`);
  // No package here needs its install script: those with native code bring it ready made.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run(process.env.npm_execpath ? process.execPath : 'npm', npmArgs(args), { cwd: root });
  if (code === 0) {
    shown.done();
    return true;
  }
  shown.fail(`npm ci ended with ${code}`);
  explain(tail(output));
  explain('Check the network (a proxy goes into https_proxy), then start again. Nothing works without these packages.');
  return false;
}

/** When npm started us, the same npm installs, whatever is on PATH. */
function npmArgs(args) {
  return process.env.npm_execpath ? [process.env.npm_execpath, ...args] : args;
}
