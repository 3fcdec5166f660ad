/** What a tab loads before its first prompt: names of engine programs, and nothing of what they are made of. */
import { resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { expect, it } from 'vitest';

const entry = 'engine/programs/simulated/index.ts';
const later =
  /^(engine\/(runtime|cni|image|archive)\/|engine\/programs\/(?!simulated\/|platform)|node_modules\/(zod|arg)\/)/;

it('is none of the engine, which is a part of its own, without anything of Node', async () => {
  const { metafile } = await build({
    absWorkingDir: resolve(import.meta.dirname, '../../..'),
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    platform: 'browser',
    metafile: true,
    logLevel: 'silent',
  });
  const isHeavy = (path: string) => later.test(path) && !/plugin-names\.ts$/.test(path);
  expect([...atOnce(metafile)].filter(isHeavy)).toEqual([]);
  expect(Object.keys(metafile.inputs).filter((path) => /engine\/runtime\//.test(path)).length).toBeGreaterThan(20);
});

/** Sources of the entry's chunk and of those it cannot begin without. */
function atOnce({ outputs }: Metafile): ReadonlySet<string> {
  const chunks = new Set<string>();
  const visit = (path: string) => {
    if (chunks.has(path)) return;
    chunks.add(path);
    for (const { kind, path: other } of outputs[path]?.imports ?? []) if (kind === 'import-statement') visit(other);
  };
  visit(Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry) ?? '');
  return new Set([...chunks].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {})));
}
