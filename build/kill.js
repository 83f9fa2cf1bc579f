/** `npm run test:kill -- --kills N --db sqlite|postgres --seed N`: builds, then kills. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './entries.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    db: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: '1' },
  },
});
if (!['sqlite', 'postgres'].includes(values.db)) {
  console.error('--db sqlite | postgres');
  process.exit(2);
}
const run = (/** @type {string} */ script, /** @type {string[]} */ ...args) =>
  spawnSync(process.execPath, [join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      KILLS: values.kills,
      KILL_DB: values.db,
      KILL_SEED: values.seed,
    },
  }).status;
process.exitCode =
  run('build/build.js', '--if-stale') ||
  run('node_modules/vitest/vitest.mjs', 'run', '--project', 'built', 'test/kill') ||
  0;
