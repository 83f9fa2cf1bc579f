/**
 * One process at a time, and a killed one does not lock the next one out. Other names of a file,
 * and processes that are stopped: test/e2e/hold-names.test.ts.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkDevices, fileJournal, holdFile, holdJournal } from '../../src/server/files.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-hold-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('holdFile', () => {
  test('a second holder is refused, until the first one is done', async () => {
    const file = join(folder, 'orders.db');
    const held = await holdFile(file);
    await expect(holdFile(file)).rejects.toMatchObject({ code: 'LEDGER_IN_USE' });
    await held.release();
    await (await holdFile(file)).release();
  });

  test('of many at once at most one has it', async () => {
    const file = join(folder, 'orders.db');
    writeFileSync(`${file}.holder`, '');
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => holdFile(file)));
    const held = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(held.length).toBeLessThanOrEqual(1);
    for (const one of held) await one.release();
  });

  test('what a killed process left behind is cleared', async () => {
    const file = join(folder, 'orders.db');
    const script = `require('node:net').createServer().listen(${JSON.stringify(`${file}.holder`)}, () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((up) => child.stdout.once('data', up));
    const gone = new Promise((exit) => child.once('exit', exit));
    child.kill('SIGKILL');
    await gone;
    mkdirSync(`${file}.lock`);
    expect(existsSync(`${file}.holder`)).toBe(true);
    const held = await holdFile(file);
    expect(existsSync(`${file}.lock`)).toBe(false);
    await held.release();
  });

  test('a name too long for a socket is held all the same', async () => {
    const file = join(folder, `${'x'.repeat(120)}.db`);
    const held = await holdFile(file);
    await expect(holdFile(file)).rejects.toMatchObject({ code: 'LEDGER_IN_USE' });
    await held.release();
  });

  test('what is held is the real file, for this user alone, and may be released twice', async () => {
    const file = join(folder, 'orders.db');
    symlinkSync(file, join(folder, 'link.db'));
    const held = await holdFile(join(folder, 'link.db'));
    expect(held.path).toBe(join(realpathSync(folder), 'orders.db'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await held.release();
    await held.release();
    expect(held.isSame()).toBe(false);
  });

  test('a file that is moved, replaced or linked is not the same, and put back it is', async () => {
    const file = join(folder, 'orders.db');
    const held = await holdFile(file);
    expect(held.isSame()).toBe(true);
    renameSync(file, `${file}.away`);
    expect(held.isSame()).toBe(false);
    writeFileSync(file, '');
    expect(held.isSame()).toBe(false);
    rmSync(file);
    symlinkSync(`${file}.away`, file);
    expect(held.isSame()).toBe(false);
    renameSync(`${file}.away`, file);
    expect(held.isSame()).toBe(true);
    linkSync(file, `${file}.link`);
    expect(held.isSame()).toBe(false);
    await held.release();
  });

  test('a file beside it that is watched counts from when it is there', async () => {
    const file = join(folder, 'orders.db');
    const held = await holdFile(file);
    held.watch('-wal');
    expect(held.isSame()).toBe(true);
    writeFileSync(`${file}-wal`, '');
    expect(held.isSame()).toBe(true);
    renameSync(`${file}-wal`, `${file}-log`);
    expect(held.isSame()).toBe(false);
    writeFileSync(`${file}-wal`, '');
    expect(held.isSame()).toBe(false);
    renameSync(`${file}-log`, `${file}-wal`);
    expect(held.isSame()).toBe(true);
    await held.release();
  });
});

describe('holdJournal', () => {
  test('a second holder is refused, until the first one is done', async () => {
    const held = await holdJournal(join(folder, 'journal'));
    symlinkSync('journal', join(folder, 'link'));
    for (const name of ['journal', 'link']) {
      const refused = { code: 'JOURNAL_IN_USE' };
      await expect(holdJournal(join(folder, name))).rejects.toMatchObject(refused);
    }
    await held.release();
    await (await holdJournal(join(folder, 'journal'))).release();
  });

  test.runIf(process.platform === 'linux')(
    'one that was let go is free, though a process that just starts has a copy of it',
    async () => {
      const file = join(folder, 'journal');
      const held = await holdJournal(file);
      const descriptor = readdirSync('/proc/self/fd').find((fd) => isDescriptorOf(fd, held.path));
      const starting = spawn('sleep', ['0.05'], {
        stdio: ['ignore', 'ignore', 'ignore', Number(descriptor)],
      });
      const gone = new Promise((exit) => starting.once('exit', exit));
      await held.release();
      await (await holdJournal(file)).release();
      await gone;
    },
  );

  test('a journal is opened right after it was closed, whatever the process starts meanwhile', async () => {
    const startsAll = `const { spawn } = require('node:child_process');
      const start = () => spawn(process.execPath, ['--version']).once('exit', start);
      start();`;
    const other = new Worker(startsAll, { eval: true });
    const file = join(folder, 'journal');
    for (let round = 0; round < 50; round += 1) await (await fileJournal(file)).close();
    await other.terminate();
  }, 60_000);
});

function isDescriptorOf(descriptor: string, file: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === file;
  } catch {
    return false;
  }
}

describe('checkDevices', () => {
  test('two files in one folder are lost together, there or not yet', async () => {
    const [ledger, journal] = [join(folder, 'orders.db'), join(folder, 'journal')];
    expect(await checkDevices(ledger, journal)).toEqual({ shared: true });
    writeFileSync(ledger, '');
    expect(await checkDevices(ledger, journal)).toEqual({ shared: true });
    // Devices are a file system of their own.
    expect(await checkDevices(ledger, '/dev/null')).toEqual({ shared: false });
  });

  test('of a folder that is missing nothing is told', async () => {
    const missing = join(folder, 'missing', 'journal');
    expect(await checkDevices(join(folder, 'orders.db'), missing)).toEqual({});
  });
});
