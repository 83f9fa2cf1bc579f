/**
 * A process that writes or opens a journal, and is watched by a test. WORK names what it does:
 * `write`: lines until it is killed, telling each one that was answered. KILL_AT=7 kills it, with
 * SIGKILL, at its seventh step on the disk; `open`: tells what opening read and kept; `full`: fills
 * a small disk, makes room, and goes on.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { statfsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , work, path = ''] = process.argv;
const killAt = Number(process.env.KILL_AT ?? 0);
let steps = 0;

const files = /** @type {Record<string, (...args: any[]) => any>} */ (/** @type {unknown} */ (fs));
for (const name of [
  ...['openSync', 'writeSync', 'renameSync', 'rmSync', 'closeSync'],
  ...['fsyncSync', 'fdatasyncSync', 'ftruncateSync'],
]) {
  const original = files[name];
  files[name] = (...args) => {
    steps += 1;
    if (steps === killAt) process.kill(process.pid, 'SIGKILL');
    return original?.(...args);
  };
}
syncBuiltinESMExports();

const { fileJournal } = await import('quancun/server/files');
const line = { kind: 'seal', atMs: 1, filler: 'x'.repeat(100) };
/** @param {object} told */
const tell = (told) => fs.writeFileSync(1, `${JSON.stringify(told)}\n`);

async function write() {
  const journal = await fileJournal(path, { segmentBytes: 1200 });
  for (let count = 0; count < 12; count += 1) {
    const { sequence, head } = await journal.append(line);
    tell({ sequence, head });
  }
  await journal.close();
  tell({ steps });
}

async function open() {
  const readBytes = () =>
    Number(/rchar: (\d+)/.exec(fs.readFileSync('/proc/self/io', 'utf8'))?.[1]);
  const heapBytes = async () => {
    // Buffers that nobody has are given back beside the program: not always in the first round.
    for (let round = 0; round < 3; round += 1) {
      globalThis.gc?.();
      await sleep(20);
    }
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const [read, heap] = [readBytes(), await heapBytes()];
  const journal = await fileJournal(path, { segmentBytes: Number.MAX_SAFE_INTEGER });
  const { sequence } = journal.position();
  await journal.append(line);
  const behind = [];
  for await (const entry of journal.entriesAfter(sequence - 3)) behind.push(entry.sequence);
  tell({ sequence, behind, read: readBytes() - read, heap: (await heapBytes()) - heap });
  let [count, most] = [0, 0];
  for await (const entry of journal.entriesAfter(0)) {
    count += 1;
    if (entry.sequence % 250_000 === 0) most = Math.max(most, (await heapBytes()) - heap);
  }
  tell({ count, most });
  await journal.close();
}

async function full() {
  const journal = await fileJournal(`${path}/journal`);
  const ballast = `${path}/ballast`;
  const { bavail, bsize } = statfsSync(path);
  fs.writeFileSync(ballast, Buffer.alloc(bavail * bsize - 8192));
  let [answered, refused] = [0, /** @type {any} */ (undefined)];
  while (answered < 1000 && refused === undefined) {
    await journal.append(line).then(
      () => (answered += 1),
      (error) => (refused = error.toJSON()),
    );
  }
  const { length } = await journal.lines();
  tell({ answered, refused, length, healthy: journal.healthy() });
  // Still full: refused again, and the chain is where it was.
  const again = await journal.append(line).catch((error) => error.toJSON());
  tell({ again: again.code, position: journal.position().sequence });
  fs.rmSync(ballast);
  while (!journal.healthy()) await sleep(50);
  const { sequence } = await journal.append(line);
  await journal.close();
  const reopened = await fileJournal(`${path}/journal`);
  tell({ sequence, after: (await reopened.lines()).length });
  await reopened.close();
}

if (work === 'write') await write();
else if (work === 'open') await open();
else await full();
