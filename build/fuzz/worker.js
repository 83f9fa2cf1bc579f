/** Tries one target: changes inputs, and keeps those that reach code which none reached before. */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { createCoverage } from './coverage.js';
import { createMutator } from './mutator.js';

const MAX_INPUT = 8192;

/**
 * @typedef {{
 *   name: string; form: string; seeds: (Uint8Array | string)[]; words?: string[];
 *   run: (input: Uint8Array) => unknown;
 * }} Target
 */
/** @type {any} */
const ns = { mutantCoverage: { static: {}, perTest: {} } };
Object.assign(globalThis, { __stryker__: ns });
/** @type {{ TARGETS: Target[] }} */
const { TARGETS } = await import(workerData.targets);
const target = TARGETS.find(({ name }) => name === workerData.name);
if (target === undefined) parentPort?.postMessage({ names: TARGETS.map(({ name }) => name) });
else parentPort?.postMessage(await fuzz(target));

/** @param {Target} target */
async function fuzz({ form, seeds, words = [], run }) {
  const coverage = createCoverage(workerData.places);
  const trial = createTrial(run, coverage);
  const mutator = createMutator(workerData.seed, form, words);
  /** @type {Uint8Array[]} */
  const corpus = [];
  const startMs = performance.now();
  /** @param {string} [problem] @param {Uint8Array} [input] */
  const told = (problem, input) => ({
    ...{ inputs: trial.inputs(), ms: performance.now() - startMs },
    ...{ reached: coverage.reached(), corpus: corpus.length },
    finding: problem === undefined ? undefined : { input, problem },
  });
  for (const seed of seeds) {
    const input = Uint8Array.from(typeof seed === 'string' ? Buffer.from(seed) : seed);
    const problem = await trial.attempt(input);
    if (problem !== undefined) return told(problem, input);
    coverage.isNew();
    corpus.push(input);
  }
  const isOver = () =>
    workerData.most > 0
      ? trial.inputs() >= workerData.most
      : performance.now() - startMs >= workerData.ms;
  while (!isOver()) {
    const input = mutator.next(corpus).slice(0, MAX_INPUT);
    const problem = await trial.attempt(input);
    if (problem !== undefined) return told(problem, await smallest(trial, input, problem));
    if (coverage.isNew()) corpus.push(input);
  }
  return told();
}

/**
 * @param {Target['run']} run
 * @param {ReturnType<typeof createCoverage>} coverage
 */
function createTrial(run, { places }) {
  const head = new Int32Array(workerData.shared, 0, 2);
  const shown = new Uint8Array(workerData.shared, 8);
  let inputs = 0;
  ns.currentTestId = 'input';
  ns.mutantCoverage.perTest.input = places;
  return {
    inputs: () => inputs,
    /** @param {Uint8Array} input @returns {Promise<string | undefined>} what is wrong */
    async attempt(input) {
      inputs += 1;
      const copy = input.slice();
      // Who watches can tell at what it hung.
      shown.set(copy);
      Atomics.store(head, 1, copy.length);
      Atomics.store(head, 0, inputs);
      places.fill(0);
      try {
        const running = run(input);
        if (running instanceof Promise) await running;
      } catch (error) {
        return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      }
      return copy.every((byte, at) => input[at] === byte) ? undefined : 'it changed its input';
    },
  };
}

/**
 * Leaves out what the problem does not need.
 * @param {ReturnType<typeof createTrial>} trial @param {Uint8Array} input @param {string} problem
 */
async function smallest(trial, input, problem) {
  let best = input;
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.length;) {
      const shorter = Uint8Array.from([...best.slice(0, at), ...best.slice(at + size)]);
      if ((await trial.attempt(shorter.slice())) === problem) best = shorter;
      else at += size;
    }
  }
  return best;
}
