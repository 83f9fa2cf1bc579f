/** One process at a time, and a killed one does not lock the next one out. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdFile } from '../../src/server/files.js';

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
});
