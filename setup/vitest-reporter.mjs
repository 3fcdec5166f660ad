/** Tells `npm test` what became of every test: a JSON file at `UNDERLAY_VITEST_REPORT`. */
import { writeFileSync } from 'node:fs';

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
        else outcome.skipped.push({ title: `${module.relativeModuleId}: ${test.fullName}`, reason: note ?? '' });
      }
    }
    writeFileSync(process.env.UNDERLAY_VITEST_REPORT, JSON.stringify(outcome));
  }
}
