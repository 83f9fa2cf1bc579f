/** The example of an app: bundled as Metro does, its one screen on fakes of both phones. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { bundleApp, openPhone } from '../support/hosts/react-native.js';
import { emptyFolder, install } from '../support/installed.js';
import { quancun } from '../support/quancun-process.js';
import { type Served, startServed } from '../support/served.js';

let script = '';
let server: Served;
beforeAll(async () => {
  // Its other packages are the host's, and stand outside the bundle.
  const folder = emptyFolder();
  cpSync(join(ROOT, 'examples/react-native'), folder, { recursive: true });
  install(folder, []);
  const keys = join(folder, 'keys');
  expect((await quancun('test-keys', keys)).status).toBe(0);
  const db = `sqlite:${join(folder, 'orders.db')}`;
  server = await startServed(['--db', db, '--keys', join(keys, 'server.json')]);
  const credentials = JSON.parse(readFileSync(join(keys, 'terminal.json'), 'utf8')) as object;
  const said = { ...credentials, url: `http://127.0.0.1:${String(server.port)}` };
  const settings = `export const server = ${JSON.stringify(said)};
    export const terminal = '000440101001';`;
  script = await bundleApp(join(folder, 'index.js'), settings);
});
afterAll(() => {
  server.child.kill('SIGKILL');
});

describe.each(['android', 'ios'] as const)('the app on %s', (platform) => {
  const newCard = (last: number) => {
    const cardNumber = `62012200000${platform === 'ios' ? '1' : '2'}660${String(last)}`;
    return createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000, cardNumber }));
  };

  test('a recharge: the plate by the table, the dialogs, the end', async () => {
    const phone = openPhone(script, { platform, answer: () => true });
    const card = newCard(1);
    phone.present(card);
    await phone.press('充值');
    expect(phone.asked).toEqual([
      '车牌 甘A12345，余额 50.00 元，确认充值？',
      '请收现金 100.00 元，已收到？',
    ]);
    expect(phone.text()).toBe('100.00 元已到卡。');
    expect(card.state.ep).toMatchObject({ balanceFen: 15_000, onlineAtc: 1 });
  });

  test('the card leaves behind CREDIT FOR LOAD: only 圈存 is left, and it is one credit', async () => {
    const phone = openPhone(script, { platform, answer: () => true });
    const card = newCard(2);
    phone.present(card).field.lose('after', 10);
    await phone.press('充值');
    expect(phone.enabled()).toEqual(['圈存']);
    phone.present(card);
    await phone.press('圈存');
    expect([phone.text(), ...phone.enabled()]).toEqual(['100.00 元已到卡。', '充值', '圈存']);
    expect(card.state.ep).toMatchObject({ balanceFen: 15_000, onlineAtc: 1 });
  });

  test('no card, and a customer who does not pay: said in words, nothing written', async () => {
    const phone = openPhone(script, {
      platform,
      answer: (question) => question.startsWith('车牌'),
    });
    await phone.press('充值');
    expect(phone.text()).toBe('无法使用 NFC，请检查手机设置。');
    const card = newCard(3);
    phone.present(card);
    await phone.press('充值');
    expect(phone.text()).toMatch(/未收款/);
    expect(card.state.ep).toMatchObject({ balanceFen: 5000, onlineAtc: 0 });
  });
});
