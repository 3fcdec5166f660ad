/**
 * What a browser loads before a simulated lab can begin: the worker with everything it imports at once, compressed as a
 * server would, file by file. What it loads later, when a program is first executed, is counted beside it.
 */
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import type { Row } from '../report';

const limitBytes = 600 * 1024;

export async function workerBundle(): Promise<Row[]> {
  const { outputFiles, metafile } = await build({
    entryPoints: ['app/simulator/worker.ts'],
    bundle: true,
    splitting: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    outdir: 'worker',
    metafile: true,
    absWorkingDir: process.cwd(),
  });
  const atOnce = importedAtOnce(metafile.outputs);
  const sizes = outputFiles.map(({ path, contents }) => ({
    path: path.slice(process.cwd().length + 1),
    raw: contents.byteLength,
    gzip: gzipSync(contents, { level: 9 }).byteLength,
  }));
  const first = sizes.filter(({ path }) => atOnce.has(path));
  const later = sizes.filter(({ path }) => !atOnce.has(path));
  const size = sum(first.map(({ gzip }) => gzip));
  return [
    {
      bench: 'simulator',
      what: 'worker and what it imports at once, gzip',
      value: kb(size),
      peer: `${kb(sum(first.map(({ raw }) => raw)))} before; ${kb(sum(later.map(({ gzip }) => gzip)))} gzip loaded later`,
      limit: 'at most 600 KB',
      holds: first.length > 0 && size <= limitBytes,
    },
  ];
}

/** The entry and, over static imports, all it cannot begin without. */
function importedAtOnce(outputs: Metafile['outputs']): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const one of outputs[path]?.imports ?? []) if (one.kind === 'import-statement') visit(one.path);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint?.endsWith('simulator/worker.ts')) visit(path);
  }
  return found;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
const kb = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;
