/** What a browser loads before a simulated lab can begin: the worker, compressed as a server would. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Row } from '../report';

const limitBytes = 600 * 1024;

export async function workerBundle(): Promise<Row[]> {
  const { outputFiles } = await build({
    entryPoints: ['app/simulator/worker.ts'],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  const size = gzipSync(bytes, { level: 9 }).byteLength;
  return [
    {
      bench: 'simulator',
      what: 'worker, gzip',
      value: `${(size / 1024).toFixed(0)} KB`,
      peer: `${(bytes.byteLength / 1024).toFixed(0)} KB before`,
      limit: 'at most 600 KB',
      holds: bytes.byteLength > 0 && size <= limitBytes,
    },
  ];
}
