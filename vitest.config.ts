import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Pages load the wire contract from where the server serves it.
    alias: [
      {
        find: /^\/protocol\/(.+)\.js$/,
        replacement: fileURLToPath(new URL('src/protocol/$1.ts', import.meta.url)),
      },
    ],
  },
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: ['test/journeys/**', 'test/faults/faults.test.ts', 'test/bench/bench.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/support/build.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/faults.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/faults/build.ts'],
          // They load the whole machine and measure: nothing else runs meanwhile.
          sequence: { groupOrder: 1 },
          testTimeout: 150_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'bench',
          include: ['test/bench/bench.test.ts'],
          globalSetup: ['test/bench/build.ts'],
          // Of one run two builds in the same folder would meet.
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
        },
      },
    ],
  },
});
