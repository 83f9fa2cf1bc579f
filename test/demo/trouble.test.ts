/** What goes wrong at a counter, at every step: whatever it is, one payment and one write. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { pageTest, tap, useDemo, withHand } from './counter-page.js';
import {
  answerUntil,
  balanceOf,
  beginAgain,
  beginRecharge,
  confirmCard,
  follow,
  payBySlip,
  type Purse,
  readCard,
} from './person.js';
import { keepTitles } from './titles.js';

const demo = useDemo();
const tellTitles = keepTitles('trouble');

/** Requests of a recharge: card, order, taking, payment, and three steps of the visit. */
const REQUESTS = [0, 1, 2, 3, 4, 5, 6];
type When = 'before' | 'after';
const NEW_CARD = '换一张卡：储值卡 3DES';

/** From the n-th request of now on the server is gone: it never heard it, or was never heard. */
async function loseServer(page: Page, from: number, when: When): Promise<() => Promise<void>> {
  let asked = -1;
  await page.route('**/counter/**', async (route) => {
    asked += 1;
    if (asked < from) return route.continue();
    if (asked === from && when === 'after') await route.fetch().catch(() => undefined);
    return route.abort();
  });
  return () => page.unroute('**/counter/**');
}

pageTest.each(['before', 'after'] as const)(
  'S39 the server is gone %s any request: the screen leads to one payment and one write',
  async (when) => {
    const { page } = await demo.open('self', 'wang');
    for (const from of REQUESTS) {
      await withHand(page, NEW_CARD);
      await tap(page, '用户卡充值');
      await readCard(page);
      const restore = await loseServer(page, from, when);
      await page.fill('input[name=amount]', '100');
      await page.click('form button[type=submit]');
      const purse: Purse = { taken: 0, slips: [] };
      const ends = await follow(page, '100', purse, restore);
      await restore();
      const balance = await balanceOf(page);
      expect({ from, ends, taken: purse.taken, balance }).toMatchObject({
        ...{ taken: 1, balance: '150.00' },
      });
      await tap(page, '首页');
    }
  },
);

/** The n-th request of now on never ends; resolves once it was sent. */
async function hang(
  page: Page,
  at: number,
  when: When,
): Promise<{ readonly isOut: Promise<void> }> {
  let asked = -1;
  let tell: () => void = () => undefined;
  const isOut = new Promise<void>((found) => (tell = found));
  await page.route('**/counter/**', async (route) => {
    asked += 1;
    if (asked < at) return route.continue();
    if (asked === at && when === 'after') await route.fetch().catch(() => undefined);
    tell();
    return undefined;
  });
  return { isOut };
}

pageTest.each(['before', 'after'] as const)(
  'S39 the page is loaded again %s any request: one payment and one write',
  async (when) => {
    const { page, url } = await demo.open('self', 'wang');
    page.setDefaultTimeout(10_000);
    page.on('dialog', (dialog) => void dialog.accept());
    for (const at of REQUESTS) {
      await withHand(page, NEW_CARD);
      await tap(page, '用户卡充值');
      await readCard(page);
      const purse: Purse = { taken: 0, slips: [] };
      const { isOut } = await hang(page, at, when);
      await page.fill('input[name=amount]', '100');
      await page.click('form button[type=submit]');
      await answerUntil(page, purse, isOut);
      await page.goto('about:blank');
      await page.unroute('**/counter/**');
      await page.goto(url);
      await page.waitForSelector('nav.ways');
      await beginAgain(page, '100');
      await follow(page, '100', purse);
      expect({ at, taken: purse.taken, balance: await balanceOf(page) }).toEqual({
        ...{ at, taken: 1, balance: '150.00' },
      });
      await tap(page, '首页');
    }
  },
);

pageTest(
  'S13 the state of the network is shown, and a dead one found before the money',
  async () => {
    const { page } = await demo.open('self', 'wang');
    await withHand(page, '插卡');
    await tap(page, '用户卡充值');
    await readCard(page);
    await withHand(page, '断网');
    await page.fill('input[name=amount]', '100');
    await page.click('form button[type=submit]');
    await page.waitForSelector('[data-outcome=refused]');
    expect(await page.locator('[data-outcome]').innerText()).toMatch(/连接超时！[^]*未付款/);
    await tap(page, '首页');
    await page.locator('.state .bad', { hasText: '不通' }).waitFor();
    await tap(page, '用户卡充值');
    expect(await page.locator('.note.bad').allInnerTexts()).toContain('网络 不通');
  },
);

pageTest('S35 the remedies come one by one, the next only when the one before failed', async () => {
  const { page } = await demo.open('self', 'wang');
  await withHand(page, '插卡');
  await tap(page, '用户卡充值');
  await readCard(page);
  await withHand(page, '拔卡');
  await page.fill('input[name=amount]', '100');
  await page.click('form button[type=submit]');
  const end = page.locator('[data-outcome]');
  await end.waitFor();
  expect(await end.innerText()).toMatch(/读卡失败[^]*处理步骤（1\/\d）/);
  const first = await end.locator('.note').first().innerText();
  await tap(page, '无效，看下一步');
  const second = await end.locator('.note').first().innerText();
  expect(second).not.toBe(first);
  expect(second).toContain('（2/');
});

pageTest('S33 联系管理员: his number beside the words, and nothing to try', async () => {
  const { page } = await demo.open('self', 'wang');
  await withHand(page, '插卡');
  await beginRecharge(page, '100');
  // A server that refuses this device: nothing that an operator could mend.
  await page.route('**/counter/orders', (route) =>
    route.fulfill({ status: 403, json: SCOPE_MISSING }),
  );
  await confirmCard(page);
  const end = page.locator('[data-outcome]');
  await end.waitFor();
  expect(await end.innerText()).toContain('联系管理员');
  expect(await end.locator('a[href^="tel:"]').innerText()).toMatch(/^\d{4}-\d+$/);
  expect(await end.getByRole('button').allInnerTexts()).toEqual(['首页']);
});

const SCOPE_MISSING = {
  ...{ name: 'QuancunError', code: 'SCOPE_MISSING', message: 'no', messageZh: '没有权限' },
  hint: { en: 'Stop. Contact the administrator.', zh: '停止操作，联系管理员。' },
  ...{ money: 'untouched', actor: 'administrator', stop: true, retry: 'never' },
};

pageTest('S14 卡片检测 under this one name, before and after: the same card, the sum', async () => {
  const { page } = await demo.open('self', 'wang');
  await withHand(page, '插卡');
  expect(await balanceOf(page)).toBe('50.00');
  expect(await page.locator('main h2').first().innerText()).toBe('卡片检测');
  await tap(page, '首页');
  await beginRecharge(page, '1');
  await confirmCard(page);
  await payBySlip(page);
  await page.waitForSelector('[data-outcome=credited]');
  await tap(page, '去卡片检测');
  await readCard(page);
  expect(await page.locator('dd.big').innerText()).toBe('51.00');
});

pageTest(
  'S39 a second tab waits for the reader, and goes on when the first is closed',
  async () => {
    const { page, context, url } = await demo.open('self', 'wang');
    const second = await context.newPage();
    await second.goto(url);
    await second.locator('[role=alert]', { hasText: '另一个标签页' }).waitFor();
    expect(await second.locator('nav.ways').count()).toBe(0);
    await page.close();
    await second.waitForSelector('nav.ways');
  },
);

pageTest('S39 leaving is asked only while money or the card is in the air', async () => {
  const { page, url } = await demo.open('self', 'wang');
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await withHand(page, '插卡');
  await tap(page, '用户卡充值');
  await page.waitForSelector('svg.slot');
  await page.reload();
  await page.waitForSelector('svg.slot');
  expect(asked).toEqual([]);
  await readCard(page);
  await page.fill('input[name=amount]', '100');
  await page.click('form button[type=submit]');
  await confirmCard(page);
  await page.waitForSelector('dialog input[name=slip]');
  await page.goto(url).catch(() => undefined);
  await page.reload();
  expect(asked[0]).toBe('beforeunload');
});

pageTest(
  'S39 the card is swapped while the customer pays: the other one is not written',
  async () => {
    const { page } = await demo.open('self', 'wang');
    await withHand(page, '插卡');
    await beginRecharge(page, '100');
    await confirmCard(page);
    await page.waitForSelector('dialog input[name=slip]');
    await withHand(page, NEW_CARD);
    await payBySlip(page);
    await page.waitForSelector('[data-outcome]');
    expect(await balanceOf(page)).toBe('50.00');
  },
);

tellTitles();
