/** The tests that mutants of the money rooms are tried against: those that need no host. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/load/**/*.test.ts',
      'test/server/**/*.test.ts',
      'test/conformance/**/*.test.ts',
    ],
    exclude: ['test/**/*postgres*.test.ts', 'test/server/hold-file.test.ts'],
    pool: 'threads',
  },
});
