/**
 * The process that runs a room's tests with one mutant switched on after the other. Its parent
 * kills it when it does not come back.
 */
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { beginFile, tests } from './vitest-stand-in.js';

/** A test that takes longer than this has been hung up by the mutant. */
const TEST_MS = 3_000;

/** A test that takes longer than this by itself is not asked. */
const SLOW_MS = 700;

/** @type {any} */
const ns = { mutantCoverage: { static: {}, perTest: {} } };
Object.assign(globalThis, { __stryker__: ns });
if (process.env.MUTANT) ns.activeMutant = process.env.MUTANT;
/** Files whose `beforeAll` was run: what it made stays, and ends with the process. */
const opened = new Set();
let stray = false;
process.on('unhandledRejection', () => (stray = true));
process.on('uncaughtException', () => (stray = true));

/** @param {any} message */
const tell = (message) => void process.send?.(message);
for (const file of process.argv.slice(2)) {
  beginFile();
  await import(file);
}
process.on('message', (/** @type {any} */ order) => void obey(order));
tell({ ready: tests.length });

/** @param {{ dry?: true; mutant?: string; tests: number[]; hitLimit?: number }} order */
async function obey(order) {
  if (order.dry === true) {
    tell(await dryRun());
    return;
  }
  ns.activeMutant = order.mutant;
  ns.hitCount = order.hitLimit === undefined ? undefined : 0;
  ns.hitLimit = order.hitLimit;
  stray = false;
  const failed = await run(order.tests);
  ns.activeMutant = process.env.MUTANT;
  // Without the mutant the same test passes, in the same process: the mutant was it.
  const isSound = typeof failed !== 'number' || (await run([failed])) === undefined;
  tell({ failed, isSound });
}

async function dryRun() {
  /** @type {Record<string, { tests: number[]; hits: number }>} */
  const mutants = {};
  const of = (/** @type {string} */ id) => (mutants[id] ??= { tests: [], hits: 0 });
  for (const id of Object.keys(ns.mutantCoverage.static)) of(id);
  /** @type {number[]} */
  const broken = [];
  /** @type {number[]} */
  const times = [];
  for (const index of tests.keys()) {
    ns.currentTestId = `test ${String(index)}`;
    const begin = performance.now();
    if ((await run([index])) !== undefined) broken.push(index);
    times[index] = performance.now() - begin;
    ns.currentTestId = undefined;
  }
  const isUsable = (/** @type {number} */ one) =>
    !broken.includes(one) && (times[one] ?? 0) <= SLOW_MS;
  for (const index of tests.keys()) {
    const hits = ns.mutantCoverage.perTest[`test ${String(index)}`] ?? {};
    for (const [id, count] of Object.entries(hits)) {
      if (!isUsable(index)) continue;
      of(id).tests.push(index);
      of(id).hits += Number(count);
    }
  }
  for (const one of Object.values(mutants)) {
    one.tests.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  }
  const usable = [...tests.keys()].filter(isUsable);
  return { mutants, usable, broken: broken.map((index) => tests[index]?.name) };
}

/**
 * Runs some tests, until one fails: its number, or `late`.
 * @param {number[]} chosen
 */
async function run(chosen) {
  const open = new Set();
  let failed;
  for (const index of chosen) {
    const one = tests[index];
    if (one === undefined) continue;
    const { body, suite } = one;
    const line = lineOf(suite);
    tell({ alive: index });
    try {
      for (const one of line) {
        if (open.has(one) || opened.has(one)) continue;
        (one.parent === undefined ? opened : open).add(one);
        for (const hook of one.before) await inTime(hook);
      }
      for (const one of line) for (const hook of one.beforeEach) await inTime(hook);
      await inTime(body);
    } catch (error) {
      failed = error === LATE ? 'late' : index;
    }
    for (const one of line.reverse()) for (const hook of one.afterEach) await quietly(hook);
    if (stray) failed ??= index;
    if (failed !== undefined) break;
  }
  for (const one of [...open].reverse()) for (const hook of one.after) await quietly(hook);
  stray = false;
  return failed;
}

/** @param {import('./vitest-stand-in.js').Suite} suite */
function lineOf(suite) {
  const line = [];
  for (let one = /** @type {any} */ (suite); one !== undefined; one = one.parent) line.unshift(one);
  return line;
}

/** @param {() => unknown} hook */
async function quietly(hook) {
  try {
    await inTime(hook);
  } catch {
    // What a broken test leaves behind is not asked about.
  }
}

const LATE = new Error('late');
/** @param {() => unknown} body */
async function inTime(body) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(LATE), TEST_MS);
  });
  try {
    await Promise.race([(async () => body())(), late]);
  } finally {
    clearTimeout(timer);
  }
}
