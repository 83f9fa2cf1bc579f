/** The example of a mini program: bundled as its README says, run against a stand-in of WeChat. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { openMiniProgram } from '../support/hosts/mini-program.js';
import { emptyFolder, installExample } from '../support/installed.js';
import { runScript } from '../support/programs.js';
import { quancun } from '../support/quancun-process.js';
import { type Served, startServed } from '../support/served.js';

let root = '';
let server: Served;
let counter: object = {};
beforeAll(async () => {
  const folder = installExample('wechat-miniprogram');
  root = join(folder, 'miniprogram');
  expect(await runScript(folder, 'start')).toMatchObject({ status: 0 });
  const keys = join(emptyFolder(), 'keys');
  expect((await quancun('test-keys', keys)).status).toBe(0);
  const db = `sqlite:${join(folder, 'orders.db')}`;
  server = await startServed(['--db', db, '--keys', join(keys, 'server.json')]);
  const credentials = JSON.parse(readFileSync(join(keys, 'terminal.json'), 'utf8')) as object;
  const url = `http://127.0.0.1:${String(server.port)}`;
  counter = { ...credentials, url, terminal: '000440101001' };
});
afterAll(() => {
  server.child.kill('SIGKILL');
});

describe.each(['android', 'ios'] as const)('a counter in WeChat on %s', (kind) => {
  const open = (answer: (question: string) => boolean = () => true) =>
    openMiniProgram(root, { kind, counter, answer });
  const newCard = (last: number) => {
    const cardNumber = `62012200000${kind === 'ios' ? '1' : '2'}880${String(last)}`;
    return createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000, cardNumber }));
  };

  test('a recharge: the plate by the table, the dialogs, the end', async () => {
    const { page, asked, present } = open();
    const card = newCard(1);
    present(card);
    await page.type('onAmount', '100');
    await page.tap('onRecharge');
    expect(asked).toEqual([
      '车牌 甘A12345，余额 50.00 元，确认充值？',
      '请收现金 100.00 元，已收到？',
    ]);
    expect(page.data).toMatchObject({ busy: false, next: '', text: '100.00 元已到卡。' });
    expect(card.state.ep).toMatchObject({ balanceFen: 15_000, onlineAtc: 1 });
  });

  test('not paid: nothing is written', async () => {
    const { page, present } = open((question) => question.startsWith('车牌'));
    const card = newCard(2);
    present(card);
    await page.tap('onRecharge');
    expect(page.data).toMatchObject({ busy: false, next: 'recharge' });
    expect(card.state.ep).toMatchObject({ balanceFen: 5000 });
  });

  test('the card leaves behind CREDIT FOR LOAD: 圈存, and one credit', async () => {
    const { page, present } = open();
    const card = newCard(3);
    present(card).field.lose('after', 10);
    await page.tap('onRecharge');
    expect(page.data).toMatchObject({ busy: false, next: 'load' });
    present(card);
    await page.tap('onFinish');
    expect(page.data).toMatchObject({ next: '', text: '100.00 元已到卡。' });
    expect(card.state.ep).toMatchObject({ balanceFen: 15_000, onlineAtc: 1 });
  });

  test('no card at the phone: said in words', async () => {
    const { page } = open();
    await page.tap('onRecharge');
    expect(page.data).toMatchObject({ busy: false, text: '无法使用 NFC，请检查手机设置。' });
  });
});
