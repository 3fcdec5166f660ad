/** What our programs in a Machine begin with: loads the bundle of one, with what V8 has compiled of it before. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Called by the executables, which are scripts of Node: `process.argv[1]` is what was executed. */
export function start(program: string): void {
  const [, path = '', ...words] = process.argv;
  // ps(1) shows what was typed, and not that Node did it.
  process.title = [basename(path), ...words].join(' ');
  writeFileSync('/proc/self/comm', basename(path));
  run(load(program));
}

/** At set-up: runs the program with what is on the command line, and keeps what has been compiled by then. */
export function precompile(program: string): void {
  const loaded = load(program);
  process.once('exit', () => writeFileSync(loaded.cache, loaded.script.createCachedData()));
  run(loaded);
}

interface Loaded {
  path: string;
  cache: string;
  script: Script;
}

function load(program: string): Loaded {
  const path = join(__dirname, `${program}.cjs`);
  const cache = join(__dirname, `${program}.cache`);
  // Nothing in it is beyond ASCII, and so it need not be decoded.
  const source = Module.wrap(readFileSync(path, 'latin1'));
  // One that is of another Node is no error: V8 compiles again.
  const cached = existsSync(cache) && { cachedData: readFileSync(cache) };
  return { path, cache, script: new Script(source, { filename: path, ...cached }) };
}

function run({ path, script }: Loaded): void {
  const wrapped: unknown = script.runInThisContext();
  if (typeof wrapped !== 'function') throw new Error(`${path} is no script of ours`);
  const module = { exports: {} };
  wrapped.call(module.exports, module.exports, createRequire(path), module, path, dirname(path));
}
