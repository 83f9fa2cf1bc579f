/**
 * `npm run check`: format, lint, types and unit tests, side by side. Prints a line for each, and
 * all that one says when it fails.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './entries.js';

/** What an earlier run found right, and nobody has touched since. */
const CACHE = 'node_modules/.cache/quancun';
const STEPS = {
  lint: ['eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', `${CACHE}/eslint/`],
  tests: ['vitest', 'run', '--project', 'unit', '--reporter', 'dot'],
  types: ['tsc', '-p', '.', '--incremental', '--tsBuildInfoFile', `${CACHE}/tsc.json`],
  format: ['prettier', '--check', '--log-level', 'warn', '--cache', '.'],
};

const results = await Promise.all(Object.entries(STEPS).map(([name, words]) => run(name, words)));
process.exitCode = results.every(Boolean) ? 0 : 1;

/** @param {string} name @param {string[]} words @returns {Promise<boolean>} */
function run(name, [command = '', ...args]) {
  const startMs = Date.now();
  const bin = join(ROOT, 'node_modules/.bin', command);
  return new Promise((resolve) => {
    const child = spawn(bin, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('close', (status) => {
      const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
      console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (status !== 0) console.log(said);
      resolve(status === 0);
    });
  });
}
