import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,bench,bin,content,engine,lessons,sandbox,setup}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // A process a file: the Linux kernel's tests move their main thread between network namespaces.
    pool: 'forks',
    // Many of them wait for Machines most of the time: two also where there is one processor to spare.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Tests of real Machines share the computer with each other; none of them measures time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
