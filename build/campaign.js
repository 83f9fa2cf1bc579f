/**
 * `npm run campaign -- [--share 0.1] [--only NAME]`: the full figures of what CI runs a share of,
 * one after the other; hours. Writes docs/internals/campaign.md, which is committed with its date.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { ROOT } from './entries.js';

const { values } = parseArgs({
  options: { share: { type: 'string', default: '1' }, only: { type: 'string', default: '' } },
});
const share = Number(values.share);
if (!(share > 0 && share <= 1)) {
  console.error('--share is more than 0 and at most 1');
  process.exit(2);
}
/** @param {number} full */
const some = (full) => String(Math.max(1, Math.round(full * share)));

/** @param {string[]} words */
const named = (...words) => ['build/named.js', ...words];

/**
 * What is run, and the lines of its output that say what was seen.
 * @type {readonly { name: string; words: string[]; env?: Record<string, string>; says: RegExp }[]}
 */
const STEPS = [
  { name: 'kills', words: named('kill', '--kills', some(1000)), says: /kills?\b.*\d|passed/ },
  { name: 'lost databases', words: named('forget', '--rounds', some(100)), says: /round|passed/ },
  { name: 'payments', words: named('gateway', '--kills', some(300)), says: /kills|passed/ },
  { name: 'worlds', words: named('sim', '--seeds', some(100_000)), says: /seeds from|passed/ },
  {
    name: 'cards that lie',
    words: ['node_modules/vitest/vitest.mjs', 'run', 'test/hostile'],
    env: { HOSTILE_SESSIONS: some(100_000) },
    says: /sessions from|passed/,
  },
  { name: 'fuzzing', words: ['build/fuzz.js', '--seconds', some(3600)], says: /inputs,/ },
  { name: 'the proof', words: ['dist/cli/main.js', 'prove', '--full'], says: /states|stories/ },
  { name: 'changed lines', words: ['build/mutate.js'], says: /killed/ },
];

/** @type {string[]} */
const rows = [];
let isGood = true;
for (const { name, words, env = {}, says } of STEPS) {
  if (!name.includes(values.only)) continue;
  const startMs = Date.now();
  const { status, said } = await run(words, env);
  isGood &&= status === 0;
  const lines = said.split('\n').filter((line) => says.test(line));
  const seen = lines.slice(-4).map((line) => line.replace(/\s+/g, ' ').trim());
  const minutes = ((Date.now() - startMs) / 60_000).toFixed(0);
  const end = status === 0 ? 'held' : `**failed** (${String(status)})`;
  rows.push(`| ${name} | ${end} | ${seen.join('<br>').replaceAll('|', '\\|')} | ${minutes} |`);
  console.log(rows.at(-1));
}
if (values.only === '') write();
process.exitCode = isGood ? 0 : 1;

function write() {
  const day = new Date().toISOString().slice(0, 10);
  const how = share === 1 ? 'the full figures' : `a share of ${String(share)} of the full figures`;
  const page = [
    ...['# The last campaign', ''],
    `What \`npm run campaign\` saw on ${day}, ${how}. CI runs a fixed share of each`,
    '([how it is tested](testing.md)). This page is written by the run.',
    ...['', '| what | end | seen | minutes |', '|---|---|---|---|', ...rows, ''],
  ];
  writeFileSync(join(ROOT, 'docs/internals/campaign.md'), page.join('\n'));
}

/**
 * @param {string[]} words @param {Record<string, string>} env
 * @returns {Promise<{ status: number; said: string }>}
 */
function run(words, env) {
  const [script = '', ...rest] = words;
  const child = spawn(process.execPath, [join(ROOT, script), ...rest], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += stripVTControlCharacters(text);
  });
  return new Promise((resolve) => {
    child.once('exit', (status) => resolve({ status: status ?? 1, said }));
  });
}
