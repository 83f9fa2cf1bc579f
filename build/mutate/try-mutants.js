/** Tries mutants in a long-lived process; a new one after each that hung it up. */
import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { ROOT } from '../entries.js';

/** A process that says nothing for so long has been hung up by the mutant. */
const SILENT_MS = 20_000;
/** Reading the bundles takes longer than any test where the machine has other work. */
const START_MS = 120_000;
/** How often a mutant may be passed more than without it, before it counts as endless. */
const MANY_HITS = 100;

/**
 * What became of each mutant: `killed`, `survived`, `uncovered`.
 * @param {readonly import('./instrument.js').Mutant[]} mutants
 * @param {readonly string[]} bundles
 */
export async function tryMutants(mutants, bundles) {
  const first = await start(bundles);
  if (!first.isReady) throw new Error('the tests could not be loaded');
  const plan = await first.ask({ dry: true });
  if (plan === undefined) throw new Error('the tests did not end');
  for (const name of plan.broken) console.log('fails by itself, not used:', name);
  console.log(`${String(plan.usable.length)} tests, ${String(mutants.length)} mutants`);
  let worker = first;
  const ends = new Map();
  for (const [index, { id }] of mutants.entries()) {
    if (index % 100 === 99) console.log(`… ${String(index + 1)}`);
    const covered = plan.mutants[id];
    if (covered === undefined) {
      ends.set(id, 'uncovered');
      continue;
    }
    const isStatic = covered.tests.length === 0;
    if (isStatic) {
      ends.set(id, await tryFromTheStart(id, plan.usable, bundles));
      continue;
    }
    const order = { mutant: id, tests: covered.tests, hitLimit: covered.hits * MANY_HITS + 1000 };
    let answer = await worker.ask(order);
    if (answer !== undefined && !answer.isSound) {
      // The process itself is spoilt: again, in a new one.
      worker.end();
      worker = await start(bundles);
      answer = await worker.ask(order);
    }
    ends.set(id, answer?.failed === undefined && answer !== undefined ? 'survived' : 'killed');
    if (answer === undefined || answer.failed === 'late' || !answer.isSound) {
      worker.end();
      worker = await start(bundles);
    }
  }
  worker.end();
  return ends;
}

/**
 * A mutant of what is done once, when a module is loaded.
 * @param {string} id
 * @param {number[]} tests
 * @param {readonly string[]} bundles
 */
async function tryFromTheStart(id, tests, bundles) {
  const worker = await start(bundles, id);
  const answer = worker.isReady ? await worker.ask({ mutant: id, tests }) : undefined;
  worker.end();
  return answer !== undefined && answer.failed === undefined ? 'survived' : 'killed';
}

/** @param {readonly string[]} bundles @param {string} [mutant] */
async function start(bundles, mutant) {
  const env = {
    ...process.env,
    TMPDIR: folderForTests(bundles),
    ...(mutant === undefined ? {} : { MUTANT: mutant }),
  };
  const silent = process.env.WHY === undefined;
  const child = fork(join(ROOT, 'build/mutate/worker.js'), bundles, { cwd: ROOT, env, silent });
  child.stdout?.resume();
  child.stderr?.resume();
  /** @returns {Promise<any>} */
  const answer = (silentMs = SILENT_MS) =>
    new Promise((resolve) => {
      let timer = setTimeout(end, silentMs);
      /** @param {any} [message] */
      function end(message) {
        clearTimeout(timer);
        child.off('message', heard).off('exit', lost);
        resolve(message);
      }
      /** @param {any} message */
      function heard(message) {
        if (message.alive === undefined) return void end(message);
        clearTimeout(timer);
        timer = setTimeout(end, SILENT_MS);
      }
      const lost = () => void end();
      child.on('message', heard).on('exit', lost);
    });
  const isReady = (await answer(mutant === undefined ? START_MS : SILENT_MS)) !== undefined;
  return {
    isReady,
    /** @param {any} order */
    ask(order) {
      const answered = answer();
      if (child.connected) child.send(order);
      return answered;
    },
    end: () => void child.kill('SIGKILL'),
  };
}

/** Next to the bundles: whatever the tests leave there goes with them. */
function folderForTests(/** @type {readonly string[]} */ bundles) {
  const folder = join(dirname(bundles[0] ?? ''), 'left');
  mkdirSync(folder, { recursive: true });
  return folder;
}
