/** Tells `npm test` what became of every test: a JSON file at `UNDERLAY_VITEST_REPORT`. */
import { writeFileSync } from 'node:fs';

/** One entry a file and reason, with the number of its tests. */
function addSkip(skipped, title, reason) {
  const known = skipped.find((entry) => entry.title === title && entry.reason === reason);
  if (known) known.count += 1;
  else skipped.push({ title, reason, count: 1 });
}

/** @param {{ message: string, diff?: string }[]} errors */
const messageOf = (errors) => errors.map(({ message, diff }) => (diff ? `${message}\n${diff}` : message)).join('\n');

export default class SummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const outcome = { passed: 0, failed: 0, failures: [], skipped: [] };
    const fail = (title, errors, count = errors.length) => {
      if (count === 0) return;
      outcome.failed += count;
      outcome.failures.push({ title, message: messageOf(errors) });
    };
    fail('outside of any test', unhandledErrors);
    for (const module of testModules) {
      // Errors of the file itself: it could not be read, or a hook outside of any test failed.
      fail(module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites())
        fail(`${module.relativeModuleId}: ${suite.fullName}`, suite.errors());
      for (const test of module.children.allTests()) {
        const { state, note, errors } = test.result();
        if (state === 'passed') outcome.passed += 1;
        else if (state === 'failed') fail(`${module.relativeModuleId}: ${test.fullName}`, errors, 1);
        else addSkip(outcome.skipped, module.relativeModuleId, note ?? 'see what the file printed');
      }
    }
    writeFileSync(process.env.UNDERLAY_VITEST_REPORT, JSON.stringify(outcome));
  }
}
