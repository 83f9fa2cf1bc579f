/**
 * Tests that take words: `npm run test:kill -- --kills N --db sqlite|postgres --seed N`, and
 * `npm run sim -- --seeds N --seed FIRST`. Builds what is stale first. The words reach the test as
 * variables: KILL_KILLS, KILL_DB, SIM_SEEDS …
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './entries.js';

/** @type {Readonly<Record<string, Readonly<Record<string, RegExp>>>>} */
const NAMED = {
  kill: { kills: /^\d+$/, db: /^(sqlite|postgres)$/, seed: /^\d+$/ },
  gateway: { kills: /^\d+$/, db: /^(sqlite|postgres)$/, seed: /^\d+$/ },
  forget: { rounds: /^\d+$/, db: /^(sqlite|postgres)$/, seed: /^\d+$/ },
  sim: { seeds: /^\d+$/, seed: /^\d+$/ },
};

const [name = '', ...words] = process.argv.slice(2);
const forms = NAMED[name] ?? {};
const options = Object.fromEntries(
  Object.keys(forms).map((option) => [option, /** @type {const} */ ({ type: 'string' })]),
);
const { values } = parseArgs({ args: words, options });
/** @type {Record<string, string>} */
const variables = {};
for (const [option, value] of Object.entries(values)) {
  if (!forms[option]?.test(String(value))) {
    console.error(`--${option} ${String(forms[option])}`);
    process.exit(2);
  }
  variables[`${name}_${option}`.toUpperCase()] = String(value);
}

process.exitCode =
  run('build/build.js', '--if-stale') ||
  run('node_modules/vitest/vitest.mjs', 'run', `test/${name}/${name}.test.ts`);

/** @param {string} script @param {string[]} args */
function run(script, ...args) {
  const env = { ...process.env, ...variables };
  const all = [join(ROOT, script), ...args];
  return spawnSync(process.execPath, all, { cwd: ROOT, stdio: 'inherit', env }).status ?? 1;
}
