import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,bench,bin,content,engine,lessons,sandbox,setup}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // A process a file: the Linux kernel's tests move their main thread between network namespaces.
    pool: 'forks',
    // Tests of real Machines share the computer with each other; none of them measures time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
