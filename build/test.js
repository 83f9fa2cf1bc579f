/**
 * `npm test`: builds what is stale, runs every test, and ends with `N passed, N failed`. Words
 * after `--` go to vitest.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './entries.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-test-'));
const report = join(folder, 'report.json');
try {
  // The page of the demo too, with its packages: tests open it in a browser.
  const built = runNode('build/build.js', '--if-stale') && runNode('build/demo.js', '--build');
  const tested = runNode(
    'node_modules/vitest/vitest.mjs',
    ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...process.argv.slice(2),
  );
  const { passed, failed } = countTests();
  // A run that fails without a failed test (it crashed, or a file did not load) is one failure.
  const failures = failed + (built ? 0 : 1) + (!tested && failed === 0 ? 1 : 0);
  console.log(`${passed} passed, ${failures} failed`);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** @param {string} script @param {string[]} args */
function runNode(script, ...args) {
  const words = [join(ROOT, script), ...args];
  return spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

/** A file that does not load has no tests and one message: it counts as one failure. */
function countTests() {
  try {
    const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    let failed = 0;
    for (const { status, assertionResults } of testResults) {
      const failures = assertionResults.filter(isFailed).length;
      failed += status === 'failed' && failures === 0 ? 1 : failures;
    }
    return { passed: numPassedTests, failed };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

/** @param {{ status: string }} result */
function isFailed({ status }) {
  return status === 'failed';
}
