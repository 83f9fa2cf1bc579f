/** The example of a counter: a real PC/SC stack with a virtual reader, and a server on SQLite. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { emptyFolder, installExample } from '../support/installed.js';
import { insert, missingForPcsc, pause, startPcscd, stop } from '../support/pcsc-stack.js';
import { runScript } from '../support/programs.js';
import { quancun } from '../support/quancun-process.js';
import { type Served, startServed } from '../support/served.js';

const missing = missingForPcsc();
if (missing.length > 0) console.warn(`no PC/SC tests here: missing ${missing.join(', ')}`);

test.runIf(process.env.CI === 'true')('everything that the PC/SC tests need is installed', () => {
  expect(missing).toEqual([]);
});

describe.skipIf(missing.length > 0)('a counter with a PC/SC reader', () => {
  const keys = join(emptyFolder(), 'keys');
  let folder = '';
  let pcscd: ChildProcess;
  let server: Served;
  let env: Record<string, string> = {};
  beforeAll(async () => {
    folder = installExample('terminal-pcsc');
    pcscd = await startPcscd();
    expect((await quancun('test-keys', keys)).status).toBe(0);
    const db = `sqlite:${join(folder, 'orders.db')}`;
    server = await startServed(['--db', db, '--keys', join(keys, 'server.json')]);
    env = {
      QUANCUN_SERVER: `http://127.0.0.1:${String(server.port)}`,
      QUANCUN_CREDENTIALS: join(keys, 'terminal.json'),
    };
  }, 300_000);
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await stop(pcscd);
  });
  const newCard = (last: number) =>
    createVirtualCard(
      personalise({ kind: '3des-4x', balanceFen: 5000, cardNumber: `620122000000770${last}` }),
    );

  test('the cashier says yes twice: credited', async () => {
    const card = newCard(1);
    const inserted = await insert(card);
    const { status, out } = await runScript(folder, 'start', {
      ...{ words: ['100'], env, typed: 'y\ny\n' },
    });
    await inserted.remove();
    await pause(1_000);
    expect(out).toMatch(/甘A12345, 50\.00 yuan[\s\S]*Take 100\.00[\s\S]*credited balance 150\.00/);
    expect([status, card.state.ep.balanceFen]).toEqual([0, 15_000]);
  });

  test('not paid: nothing is taken, and nothing is written', async () => {
    const card = newCard(2);
    const inserted = await insert(card);
    const { status, out } = await runScript(folder, 'start', {
      ...{ words: ['100'], env, typed: 'y\nn\n' },
    });
    await inserted.remove();
    await pause(1_000);
    expect(out).toMatch(/refused paid=no next=recharge/);
    expect([status, card.state.ep.balanceFen]).toEqual([1, 5000]);
  });

  test('torn at CREDIT FOR LOAD: held, then 圈存; one credit', async () => {
    const card = newCard(3);
    const torn = await insert(card, { kind: 'after', exchange: 11 });
    const held = await runScript(folder, 'start', {
      ...{ words: ['100'], env, typed: 'y\ny\n' },
    });
    await torn.remove();
    // pcscd looks for cards every 400 ms: one that is put back faster is the same to it.
    await pause(1_000);
    expect(held.out).toMatch(/held paid=yes next=load/);
    const again = await insert(card);
    const loaded = await runScript(folder, 'start', { words: ['load'], env });
    await again.remove();
    expect(loaded.out).toMatch(/credited balance 150\.00/);
    expect([card.state.ep.balanceFen, card.state.ep.onlineAtc]).toEqual([15_000, 1]);
  });
});
