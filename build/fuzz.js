/**
 * `npm run fuzz -- [--seconds N | --inputs N] [--only NAME] [--seed N]`: every parser that meets
 * bytes from outside, under inputs that are changed at random and kept where they reach new code.
 * Prints the rate of each. A broken law, or an input that is not answered in twenty seconds, is
 * written to test/fuzz/kept and fails the run.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync, existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ROOT } from './entries.js';
import { bundle, mutate } from './mutate/instrument.js';

/** Rooms whose code counts as reached or not: what reads, not what tells. */
const ROOMS = [
  ...['apdu', 'conformance', 'etc', 'gbk', 'json', 'load', 'messages', 'purse', 'redact', 'remote'],
  ...['server', 'signing', 'simulator', 'transport', 'vectors', 'bytes', 'money', 'plate'],
];
const READING = new RegExp(`^src/(${ROOMS.join('|')})`);
const NO_LOGIC = /\/([a-z-]*errors|index|gbk-data)\.ts$|^src\/server\/ledger\//;
/** Nothing that reads a few kB may take so long, on however busy a machine. */
const HUNG_MS = 20_000;
const KEPT = join(ROOT, 'test/fuzz/kept');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    // Instead of seconds: the same inputs again for the same seed.
    inputs: { type: 'string', default: '0' },
  },
});
const seconds = Number(values.seconds);
const most = Number(values.inputs);
if (!(seconds > 0) || ![values.seed, values.inputs].every((one) => /^\d+$/.test(one))) {
  console.error('--seconds N | --inputs N, --only NAME, --seed N');
  process.exit(2);
}

const files = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile() && one.name.endsWith('.ts'))
  .map((one) => relative(ROOT, join(one.parentPath, one.name)))
  .filter((file) => READING.test(file) && !NO_LOGIC.test(file))
  .sort();
const { mutants, sources } = await mutate(files);
// Each has a number; those of texts and types are among the numbers, and not in the list.
const places = mutants.reduce((most, { id }) => Math.max(most, Number(id) + 1), 0);
const { folder, bundles } = await bundle(['test/fuzz/targets.ts'], sources);
try {
  process.exitCode = (await fuzz(bundles[0] ?? '')) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} targets */
async function fuzz(targets) {
  const names = await namesIn(targets);
  const wanted = names.filter((name) => name.includes(values.only));
  if (wanted.length === 0) throw new Error(`no target is called so: ${names.join(', ')}`);
  const ms = (seconds * 1000) / wanted.length;
  const each = most > 0 ? `${String(most)} inputs` : `${(ms / 1000).toFixed(1)} s`;
  console.log(`seed ${values.seed}, ${each} each`);
  let [inputs, broken] = [0, 0];
  for (const name of wanted) {
    const told = await runTarget(targets, name, ms);
    inputs += told.inputs;
    console.log(
      `${name.padEnd(18)} ${String(told.inputs).padStart(9)} inputs ` +
        `${String(Math.round(told.inputs / (told.ms / 1000))).padStart(7)}/s ` +
        `${String(told.reached).padStart(6)} places ${String(told.corpus).padStart(5)} kept`,
    );
    if (told.finding === undefined) continue;
    broken += 1;
    report(name, told.finding);
  }
  if (inputs === 0) throw new Error('nothing was tried');
  console.log(`${String(inputs)} inputs, ${String(broken)} findings`);
  return broken === 0;
}

/** @param {string} targets @returns {Promise<string[]>} */
function namesIn(targets) {
  return new Promise((resolve, reject) => {
    const worker = start(targets, {});
    worker.once('message', (told) => {
      resolve(told.names);
      void worker.terminate();
    });
    worker.once('error', reject);
  });
}

/** @param {string} targets @param {object} data */
function start(targets, data) {
  return new Worker(join(ROOT, 'build/fuzz/worker.js'), {
    workerData: { targets, places, ...data },
  });
}

/**
 * @typedef {{ input: Uint8Array, problem: string }} Finding
 * @typedef {{
 *   inputs: number; ms: number; reached: number; corpus: number; finding?: Finding
 * }} Told
 * @param {string} targets @param {string} name @param {number} ms
 * @returns {Promise<Told>}
 */
function runTarget(targets, name, ms) {
  // What is tried at the moment, for when it does not come back: count, length, bytes.
  const shared = new SharedArrayBuffer(8 + 65536);
  const head = new Int32Array(shared, 0, 2);
  return new Promise((resolve, reject) => {
    const worker = start(targets, { name, ms, most, seed: Number(values.seed), shared });
    let [last, lastMs] = [-1, Date.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(head, 0);
      if (now !== last || now === 0) [last, lastMs] = [now, Date.now()];
      // Before the first input it compiles, which takes its time.
      if (Date.now() - lastMs < HUNG_MS) return;
      clearInterval(watch);
      void worker.terminate();
      const input = new Uint8Array(shared, 8, Atomics.load(head, 1)).slice();
      const finding = { input, problem: 'it was not answered in twenty seconds' };
      resolve({ inputs: now, ms, reached: 0, corpus: 0, finding });
    }, 250);
    worker.once('message', (told) => {
      clearInterval(watch);
      resolve(told);
      void worker.terminate();
    });
    worker.once('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
  });
}

/** @param {string} name @param {Finding} finding */
function report(name, { input, problem }) {
  const file = join(KEPT, `${name}.json`);
  mkdirSync(KEPT, { recursive: true });
  /** @type {string[]} */
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const hex = Buffer.from(input).toString('hex');
  if (!kept.includes(hex)) kept.push(hex);
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
  console.log(`  ${problem}\n  input: ${JSON.stringify(Buffer.from(input).toString('latin1'))}`);
  console.log(`  kept in ${relative(ROOT, file)}: npx vitest run test/fuzz shows it again`);
}
