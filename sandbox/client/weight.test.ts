import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Everything a file imports as values, itself and through what it imports: files of ours, and names of packages. */
function loadedBy(entry: string): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    const values = /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
    for (const [statement, target = ''] of readFileSync(file, 'utf8').matchAll(values)) {
      const names = /\{([^}]*)\}/
        .exec(statement)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '');
      if (names?.every((name) => name.trim().startsWith('type '))) continue;
      if (target.startsWith('.')) visit(resolve(path.join(path.dirname(file), target)));
      else packages.add(target);
    }
  };
  visit(entry);
  return { files: [...files], packages: [...packages] };
}

function resolve(base: string): string {
  const found = [`${base}.ts`, path.join(base, 'index.ts')].find((file) => existsSync(file));
  if (!found) throw new Error(`${base} is neither a file nor a folder with a door`);
  return found;
}

test('the door of the page loads no schema, no server and nothing of Node', () => {
  const { files, packages } = loadedBy(path.join(here, 'index.ts'));
  expect(packages).toEqual([]);
  const outside = files.map((file) => path.relative(here, file)).filter((file) => file.startsWith('..'));
  expect(outside.sort()).toEqual([
    '../../engine/state/diff.ts',
    '../../engine/state/empty.ts',
    '../../engine/state/index.ts',
    '../../engine/state/kinds.ts',
    '../../engine/state/query-cni.ts',
    '../../engine/state/query-containers.ts',
    '../../engine/state/query-images.ts',
    '../../engine/state/query.ts',
    '../windows.ts',
  ]);
});

test('this test would notice zod', () => {
  expect(loadedBy(path.join(here, '../protocol.ts')).packages).toContain('zod');
});
