import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These take longest, by far: begun last, they would run alone at the end. */
const longest = ['labs.hardening.test.ts', 'determinism.test.ts', 'differential.test.ts', 'fuzz.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
      return found === -1 ? longest.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** The simulator keeps nothing outside of a lab: its files share a process, which reads its hundreds of modules once. */
const pure = 'engine/{archive,kernel/sim,kernel/inspect,state,userland}/**/*.test.ts';

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'pure', include: [pure], isolate: false } },
      {
        extends: true,
        test: {
          // A process a file: the Linux kernel's tests move their main thread between network namespaces.
          name: 'own process',
          include: ['{app,bench,bin,content,engine,lessons,sandbox,setup}/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, pure],
        },
      },
    ],
    // Many of them wait for Machines most of the time: two also where there is one processor to spare.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    // Tests of real Machines share the computer with each other; none of them measures time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
