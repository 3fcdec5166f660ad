/**
 * The outcomes that the stages of `npm test` leave as JSON, each turned into
 * `{ passed, failed, skipped: [{ title, reason, count }] }`.
 */

/** setup/check.mjs --json */
export function fromCheck({ results }) {
  const passed = results.filter(({ ok }) => ok).length;
  return { passed, failed: results.length - passed, skipped: [] };
}

/** setup/vitest-reporter.mjs */
export function fromVitest({ passed, failed, skipped }) {
  return { passed, failed, skipped };
}

/** bin/lessons-test.ts --json: trials skipped are a number, and one note says why. */
export function fromLessonsTest({ passed, failed, skipped, notes }) {
  const title = 'the lessons';
  return { passed, failed, skipped: skipped > 0 ? [{ title, reason: notes.join(' '), count: skipped }] : [] };
}

/** Playwright's json reporter: suites hold suites and specs, a spec runs once a project. */
export function fromPlaywright({ suites, errors }) {
  const outcome = { passed: 0, failed: errors.length, skipped: [] };
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const { status, annotations } of spec.tests) {
        const skip = annotations.find(({ type }) => type === 'skip' || type === 'fixme');
        if (status === 'skipped')
          outcome.skipped.push({ title: `${spec.file}: ${spec.title}`, reason: skip?.description ?? '' });
        else if (status === 'expected') outcome.passed += 1;
        else outcome.failed += 1;
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

/** The table at the end, and its last line. `stages` is a list of `{ name, seconds, outcome }`. */
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
  const { passed, failed } = total(stages);
  const skipped = reasons.length > 0 ? ['', 'Skipped:', ...reasons] : [];
  return [...table, ...skipped, '', `${passed} passed, ${failed} failed`].join('\n');
}
