/** The stages of `npm test`, in order: the quick ones first, the whole journey last. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromCheck, fromLessonsCompare, fromLessonsTest, fromPlaywright, fromVitest } from './reports.mjs';
import { root, workDirectory } from './root.mjs';

/**
 * Each stage: the program it runs (`args` of node), where it leaves its report, how that is read (without `read`, its exit
 * code is one test), `beside`: whether it runs at the same time as the one before it, and `cannot`: why it cannot run
 * after this set-up, if so.
 */
export function stages(report = (name) => join(workDirectory, 'reports', `${name}.json`)) {
  const noRootfs = ({ rootfs }) => (rootfs ? undefined : 'there is no root filesystem for Machines (see above)');
  return [
    {
      name: 'check',
      args: ['setup/check.mjs', '--json', report('check')],
      read: fromCheck,
    },
    {
      name: 'vitest',
      args: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=./setup/vitest-reporter.mjs'],
      env: { UNDERLAY_VITEST_REPORT: report('vitest') },
      read: fromVitest,
    },
    {
      name: 'lessons:lint',
      args: ['--import', 'tsx', 'bin/lessons-lint.ts'],
    },
    {
      name: 'lessons:test',
      args: ['--import', 'tsx', 'bin/lessons-test.ts', '--rounds', '1', '--json', report('lessons:test')],
      read: fromLessonsTest,
      cannot: noRootfs,
    },
    {
      name: 'lessons:test:sim',
      // Learners wait most of the time, on either kernel.
      beside: true,
      args: [
        ...['--import', 'tsx', 'bin/lessons-test.ts', '--kernel', 'sim', '--rounds', '1'],
        ...['--json', report('lessons:test:sim')],
      ],
      read: fromLessonsTest,
    },
    {
      name: 'lessons:equal',
      args: [
        ...['--import', 'tsx', 'bin/lessons-compare.ts', report('lessons:test'), report('lessons:test:sim')],
        ...['--json', report('lessons:equal')],
      ],
      read: fromLessonsCompare,
      cannot: noRootfs,
    },
    {
      name: 'e2e',
      args: ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report('e2e') },
      read: fromPlaywright,
      cannot: (ready) => {
        if (ready.missing.includes('chromium')) return 'chromium is not installed (see above)';
        return noRootfs(ready) ?? (ready.page ? undefined : 'the page could not be built (see above)');
      },
    },
  ].map((stage) => ({ ...stage, report: report(stage.name) }));
}

/** A stage that hangs must not hang whoever waits for the summary. The longest takes minutes on a slow machine. */
const limitMinutes = 60;

/** Stages that run at the same time, in order: the first of each group shows its output as it comes. */
export function groupsOf(wanted) {
  const groups = [];
  for (const stage of wanted) {
    if (stage.beside && groups.length > 0) groups.at(-1).push(stage);
    else groups.push([stage]);
  }
  return groups;
}

/** Runs stages at the same time; what all but the first print is shown when they have ended. */
export async function runGroup(group, ready, extraArgs) {
  process.stdout.write(`\n== ${group.map(({ name }) => name).join(', and beside it ')}\n`);
  const kept = group.map((_, index) => (index === 0 ? null : []));
  const done = await Promise.all(group.map((stage, index) => runStage(stage, ready, extraArgs, kept[index])));
  group.forEach(({ name }, index) => {
    if (kept[index]) process.stdout.write(`\n== ${name}\n${Buffer.concat(kept[index])}`);
  });
  return done;
}

/** Runs a stage to its end, its output on this terminal or added to `kept`. Resolves to `{ name, seconds, outcome }`. */
async function runStage(stage, ready, extraArgs, kept) {
  const reason = stage.cannot?.(ready);
  if (reason)
    return { name: stage.name, seconds: 0, outcome: { passed: 0, failed: 0, skipped: [{ title: 'all', reason }] } };
  mkdirSync(join(stage.report, '..'), { recursive: true });
  rmSync(stage.report, { force: true });
  const began = Date.now();
  const code = await new Promise((resolve, reject) => {
    const env = { ...process.env, ...stage.env };
    const stdio = kept ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(process.execPath, [...stage.args, ...extraArgs], { cwd: root, env, stdio });
    for (const stream of kept ? [child.stdout, child.stderr] : []) stream.on('data', (chunk) => kept.push(chunk));
    const limit = setTimeout(() => {
      process.stdout.write(`${stage.name} has not ended after ${limitMinutes} minutes: stopped.\n`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 20_000).unref();
    }, limitMinutes * 60_000);
    child.on('error', reject);
    const stop = () => child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    // Not `exit`: what it has printed is to be here, too.
    child.on('close', (exit) => {
      clearTimeout(limit);
      process.off('SIGTERM', stop);
      resolve(exit ?? 1);
    });
  });
  return { name: stage.name, seconds: (Date.now() - began) / 1000, outcome: outcomeOf(stage, code) };
}

/** The stage's own report, but never "nothing failed" for a program that says it failed, or that left no report. */
export function outcomeOf({ name, report, read }, code) {
  if (!read) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
  if (!existsSync(report)) {
    process.stdout.write(`${name} ended with ${code} and left no report: counted as one failure.\n`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  const outcome = read(JSON.parse(readFileSync(report, 'utf8')));
  if (code !== 0 && outcome.failed === 0) {
    process.stdout.write(`${name} ended with ${code} although no test failed: counted as one failure.\n`);
    return { ...outcome, failed: 1 };
  }
  return outcome;
}
