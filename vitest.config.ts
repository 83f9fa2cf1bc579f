import { defineConfig } from 'vitest/config';

/** Tests that start processes, or take their time: part of `npm test`, not of `check`. */
const BUILT = [
  'test/package.test.ts',
  'test/release.test.ts',
  // Asks the compiler who uses each public name, in every room and page.
  'test/public-use.test.ts',
  'test/e2e/**/*.test.ts',
  // The counter page in a browser, against its own server.
  'test/demo/**/*.test.ts',
  // Each unpacks the tarball beside an example, and runs it as its README says.
  'test/examples/**/*.test.ts',
  'test/**/*postgres*.test.ts',
  'test/forget/**/*.test.ts',
  'test/gateway/**/*.test.ts',
  'test/kill/**/*.test.ts',
  'test/power/**/*.test.ts',
  'test/races/**/*.test.ts',
  'test/terminal/tear.test.ts',
  'test/remote/{recharge,transport}.test.ts',
  // They wait in real time for hosts that never answer.
  'test/conformance/remote.test.ts',
  'test/transport/drivers/host-limits.test.ts',
  'test/cli/prove.test.ts',
  'test/server/payment/whole-day.test.ts',
  'test/public-api.test.ts',
];

/** Minutes of pure arithmetic each: worlds walked to their end, and neither process nor clock. */
const LONG = ['faults', 'hostile', 'prove', 'sim'].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    allowOnly: false,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reportsDirectory: 'coverage' },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...BUILT, ...LONG],
          // Pure code and tests that share nothing: loading it once halves the time.
          isolate: false,
          pool: 'threads',
          // Two even on two cores, of which the default leaves one idle.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'built',
          include: BUILT,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // After the others, whose workers are two.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'long',
          include: LONG,
          testTimeout: 120_000,
          // They disturb nobody, and each other least of all.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
