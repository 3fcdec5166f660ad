/** Tells `npm test` what became of every test: a JSON file at `UNDERLAY_VITEST_REPORT`. */
import { writeFileSync } from 'node:fs';

/** One entry a file and reason, with the number of its tests. */
function addSkip(skipped, title, reason) {
  const known = skipped.find((entry) => entry.title === title && entry.reason === reason);
  if (known) known.count += 1;
  else skipped.push({ title, reason, count: 1 });
}

export default class SummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const outcome = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of testModules) {
      // Errors of the file itself: it could not be read, or a hook outside of any test failed.
      outcome.failed += module.errors().length;
      for (const suite of module.children.allSuites()) outcome.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') outcome.passed += 1;
        else if (state === 'failed') outcome.failed += 1;
        else addSkip(outcome.skipped, module.relativeModuleId, note ?? 'see what the file printed');
      }
    }
    writeFileSync(process.env.UNDERLAY_VITEST_REPORT, JSON.stringify(outcome));
  }
}
