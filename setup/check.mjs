/**
 * `npm run check`: types, lint and format, import directions, dead code. All of them run, whatever the others say.
 * `--json FILE` writes the outcome for a program; `--only NAME` runs one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './process.mjs';
import { root } from './root.mjs';

const rooms = ['app', 'bench', 'bin', 'content', 'e2e', 'engine', 'lessons', 'sandbox', 'setup'];
const tool = (path, ...args) => run(process.execPath, [join(root, 'node_modules', path), ...args], { cwd: root });

/** Each resolves to what is wrong, or to an empty text. */
export const checks = {
  async types() {
    const { code, output } = await tool(
      '@typescript/native/bin/tsc',
      '--noEmit',
      '--pretty',
      String(process.stdout.isTTY === true),
      '-p',
      '.',
    );
    return code === 0 ? '' : output;
  },
  /** The simulator and its userland know neither a browser nor Node: without their types, the compiler says so. */
  async purity() {
    const { code, output } = await tool('@typescript/native/bin/tsc', '--noEmit', '-p', 'engine/tsconfig.pure.json');
    return code === 0 ? '' : output;
  },
  async lint() {
    const { code, output } = await tool(
      '@biomejs/biome/bin/biome',
      'check',
      process.stdout.isTTY ? '--colors=force' : '--colors=off',
      '--max-diagnostics=200',
    );
    return code === 0 ? '' : `${output}\nMost of this is done by: npm run format`;
  },
  async directions() {
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...rooms];
    const { output } = await tool('dependency-cruiser/bin/dependency-cruise.mjs', ...args);
    return directionProblems(output);
  },
  async 'dead code'() {
    const { code, output } = await tool('knip/bin/knip.js');
    return code === 0 ? '' : output;
  },
};

/**
 * What dependency-cruiser's JSON complains about. Seeing no TypeScript is a complaint as well: with a TypeScript it
 * does not know, the tool skips every such file and is content.
 */
export function directionProblems(output) {
  let summary;
  let modules;
  try {
    ({ summary, modules } = JSON.parse(output));
  } catch {
    return `dependency-cruiser did not run:\n${output}`;
  }
  const seen = modules.filter((module) => /\.tsx?$/.test(module.source)).length;
  if (seen === 0)
    return 'dependency-cruiser saw 0 TypeScript modules: the "typescript" it finds is not one it can use.';
  return summary.violations
    .map(({ rule, from, to, cycle, comment }) => {
      const path = cycle ? cycle.map((part) => part.name ?? part).join(' -> ') : to;
      const advice = comment ?? summary.ruleSetUsed?.forbidden.find(({ name }) => name === rule.name)?.comment;
      return `${rule.name}: ${from} -> ${path}\n    ${advice ?? ''}`;
    })
    .join('\n');
}

async function main() {
  const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string', multiple: true } } });
  const results = [];
  for (const [name, check] of Object.entries(checks)) {
    if (values.only && !values.only.includes(name)) continue;
    const began = Date.now();
    const problem = await check();
    results.push({ name, ok: problem === '', problem });
    process.stdout.write(
      `${problem === '' ? 'ok    ' : 'FAILED'}  ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`,
    );
    if (problem !== '') process.stdout.write(`${problem.trimEnd()}\n\n`);
  }
  if (values.json) writeFileSync(values.json, JSON.stringify({ results }));
  return results.length > 0 && results.every(({ ok }) => ok) ? 0 : 1;
}

if (process.argv[1] === join(root, 'setup/check.mjs')) process.exitCode = await main();
