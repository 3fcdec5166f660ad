/**
 * The outcomes that the stages of `npm test` leave as JSON, each turned into
 * `{ passed, failed, failures: [{ title, message }], skipped: [{ title, reason, count }] }`. `failures` names what it
 * can of `failed`.
 */

import { stripVTControlCharacters } from 'node:util';

/** setup/check.mjs --json */
export function fromCheck({ results }) {
  const failures = results.filter(({ ok }) => !ok).map(({ name, problem = '' }) => ({ title: name, message: problem }));
  return { passed: results.length - failures.length, failed: failures.length, failures, skipped: [] };
}

/** setup/vitest-reporter.mjs */
export function fromVitest({ passed, failed, failures, skipped }) {
  return { passed, failed, failures, skipped };
}

/** bin/lessons-test.ts --json: skipped trials are only counted; the notes say why, and what was left behind. */
export function fromLessonsTest({ passed, failed, skipped, results, notes }) {
  const title = 'the lessons';
  const message = notes.join('\n');
  const failures = results
    .filter(({ ok }) => !ok)
    .map(({ lesson, task, kind, title, round, reason }) => ({
      title: `${lesson} ${task ?? ''} ${kind} "${title}", round ${round}`.replace('  ', ' '),
      message: reason,
    }));
  if (failed > failures.length) failures.push({ title, message });
  return { passed, failed, failures, skipped: skipped > 0 ? [{ title, reason: message, count: skipped }] : [] };
}

/** bin/lessons-compare.ts --json: every lesson is one test. */
export function fromLessonsCompare({ lessons }) {
  const failures = lessons
    .filter(({ differences }) => differences.length > 0)
    .map(({ lesson, differences }) => ({
      title: `${lesson} ends alike on both kernels`,
      message: differences.join('\n'),
    }));
  return { passed: lessons.length - failures.length, failed: failures.length, failures, skipped: [] };
}

/** Playwright's json reporter: suites hold suites and specs, a spec runs once a project. */
export function fromPlaywright({ suites, errors }) {
  const outside = errors.map(({ message }) => ({ title: 'outside of any test', message }));
  const outcome = { passed: 0, failed: errors.length, failures: outside, skipped: [] };
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const { status, annotations, results } of spec.tests) {
        const title = `${spec.file}: ${spec.title}`;
        const skip = annotations.find(({ type }) => type === 'skip' || type === 'fixme');
        if (status === 'skipped') outcome.skipped.push({ title, reason: skip?.description ?? '' });
        else if (status === 'expected') outcome.passed += 1;
        else {
          outcome.failed += 1;
          outcome.failures.push({ title, message: results.find(({ error }) => error)?.error.message ?? status });
        }
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of suites) visit(suite);
  return outcome;
}

/** An entry is one test, or says how many it stands for. */
const skips = ({ skipped }) => skipped.reduce((all, { count = 1 }) => all + count, 0);

/** Adds stages up. A test is a test, whichever stage it is in. */
export function total(stages) {
  const sum = (of) => stages.reduce((all, { outcome }) => all + of(outcome), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(skips),
  };
}

/** How much of a failure's message the end of the output repeats. */
const messageLines = 12;

function failureLines({ title, message }) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const cut = lines.length > messageLines ? ['... (the rest is above)'] : [];
  return [title, ...[...lines.slice(0, messageLines), ...cut].map((line) => `  ${line}`)];
}

/** The table at the end, what failed and was skipped, and the last line. `stages` is a list of `{ name, seconds, outcome }`. */
export function summary(stages) {
  const rows = [
    ['stage', 'passed', 'failed', 'skipped', 'seconds'],
    ...stages.map(({ name, seconds, outcome }) => [
      name,
      String(outcome.passed),
      String(outcome.failed),
      String(skips(outcome)),
      seconds.toFixed(1),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const table = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
  const reasons = stages.flatMap(({ name, outcome }) =>
    outcome.skipped.map(
      ({ title, reason, count = 1 }) =>
        `  ${name}: ${count > 1 ? `${count} in ` : ''}${title}${reason ? `: ${reason}` : ' (no reason given)'}`,
    ),
  );
  const failures = stages.flatMap(({ name, outcome }) =>
    (outcome.failures ?? []).flatMap((failure) => failureLines({ ...failure, title: `${name}: ${failure.title}` })),
  );
  const { passed, failed } = total(stages);
  const failedTests = failures.length > 0 ? ['', 'Failed:', ...failures.map((line) => `  ${line}`)] : [];
  const skipped = reasons.length > 0 ? ['', 'Skipped:', ...reasons] : [];
  return [...table, ...failedTests, ...skipped, '', `${passed} passed, ${failed} failed`].join('\n');
}
