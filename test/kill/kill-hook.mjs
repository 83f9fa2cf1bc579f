/**
 * Loaded into the real server before anything else: kills it, with SIGKILL, at one of its steps.
 * A step is a write or a flush of SQLite or of the journal, or a statement sent to PostgreSQL.
 *
 * KILL_AT=12:before|after|torn. `torn` writes half of the bytes first; a statement is then dead
 * after its answer came, and not while it is under way.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [at, when] = (process.env.KILL_AT ?? '0:before').split(':');
let steps = 0;

/** @typedef {Record<string, (...args: any[]) => any>} Methods */

function die() {
  process.kill(process.pid, 'SIGKILL');
  // Not one statement more: the signal may take a moment.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Counts a step; whether it is the one, and not already too late. */
function reach() {
  steps += 1;
  if (steps !== Number(at)) return false;
  if (when === 'before') die();
  return true;
}

/**
 * @param {Methods} methods
 * @param {string} name
 * @param {(due: boolean, original: () => any, args: any[], self: any) => any} step
 */
function wrap(methods, name, step) {
  const original = methods[name];
  if (original === undefined) throw new Error(`there is no ${name}`);
  methods[name] = function (/** @type {any[]} */ ...args) {
    return step(reach(), () => original.apply(this, args), args, this);
  };
}

const files = /** @type {Methods} */ (/** @type {unknown} */ (fs));
const { writeSync } = fs;
for (const name of ['fdatasyncSync', 'fsyncSync', 'ftruncateSync', 'writeSync']) {
  wrap(files, name, (due, original, [fd, buffer, offset, length, position]) => {
    if (due && when === 'torn' && name === 'writeSync') {
      writeSync(fd, buffer, offset, Math.ceil(length / 2), position);
      die();
    }
    const result = original();
    if (due) die();
    return result;
  });
}

// The journal took the names when it was loaded.
syncBuiltinESMExports();

if (process.env.KILL_DB === 'postgres') {
  const { default: pg } = await import('pg');
  const client = /** @type {Methods} */ (/** @type {unknown} */ (pg.Client.prototype));
  wrap(client, 'query', (due, original) => {
    const result = original();
    if (due && when === 'torn') result.then(die, die);
    else if (due) globalThis.setImmediate(die);
    return result;
  });
}
