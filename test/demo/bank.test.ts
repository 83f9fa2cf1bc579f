/** 扫码支付, and 充值记录 with its 圈存. */
import { expect } from 'vitest';
import { expectNoComplaint, pageTest, tap, useDemo, withHand } from './counter-page.js';
import {
  balanceOf,
  beginRecharge,
  confirmCard,
  follow,
  payBySlip,
  type Purse,
  readCard,
} from './person.js';
import { keepTitles } from './titles.js';

const demo = useDemo();
const tellTitles = keepTitles('bank');

pageTest('S06 WeChat or Alipay is chosen before the code, and nothing else', async () => {
  const counter = await demo.open('bank', 'wang');
  const { page } = counter;
  await withHand(page, '插卡');
  await tap(page, '用户卡充值');
  await readCard(page);
  expect(await page.locator('fieldset label').allInnerTexts()).toEqual(['微信', '支付宝']);
  await page.check('input[value=alipay]');
  await page.fill('input[name=amount]', '60');
  await tap(page, '在线支付');
  const purse: Purse = { taken: 0, slips: [] };
  expect(await follow(page, '60', purse)).toEqual(['credited']);
  expect([purse.taken, await balanceOf(page)]).toEqual([1, '110.00']);
  expectNoComplaint(counter);
});

pageTest('S24 the code, its amount, and how long it is valid', async () => {
  const { page } = await demo.open('bank', 'wang');
  await withHand(page, '插卡');
  await beginRecharge(page, '88.88');
  await confirmCard(page);
  await page.waitForSelector('dialog svg.qr');
  const said = await page.locator('dialog').innerText();
  expect(said).toMatch(/扫码支付 88\.88 元[^]*二维码 1\d\d 秒内有效/);
});

pageTest('S25 已完成支付 asks the provider: not paid stays, paid goes on by itself', async () => {
  const { page } = await demo.open('bank', 'wang');
  await withHand(page, '插卡');
  await beginRecharge(page, '70');
  await confirmCard(page);
  await page.waitForSelector('dialog svg.qr');
  await tap(page, '已完成支付');
  await page.locator('dialog [role=status]').waitFor();
  expect(await page.locator('dialog').innerText()).toContain('尚未收到付款');
  await tap(page, '（演示）客户扫码付款');
  await page.waitForSelector('[data-outcome=credited]', { timeout: 20_000 });
  expect(await balanceOf(page)).toBe('120.00');
});

pageTest('S39 已完成支付 and 充值 tapped twice: one order, one payment, one write', async () => {
  const { page } = await demo.open('bank', 'wang');
  const asked: string[] = [];
  page.on('request', (one) => asked.push(new URL(one.url()).pathname));
  await withHand(page, '插卡');
  await tap(page, '用户卡充值');
  await readCard(page);
  await page.fill('input[name=amount]', '10');
  await page.locator('form button[type=submit]').dblclick();
  await confirmCard(page);
  await page.waitForSelector('dialog svg.qr');
  await tap(page, '（演示）客户扫码付款');
  await page
    .getByRole('button', { name: '已完成支付' })
    .dblclick({ timeout: 5_000 })
    .catch(() => {
      // The first tap has closed the code.
    });
  await page.waitForSelector('[data-outcome=credited]');
  expect(asked.filter((path) => path === '/counter/orders')).toHaveLength(1);
  expect(await balanceOf(page)).toBe('60.00');
});

pageTest(
  'S39 a customer who does not pay: nothing is written, and the next one may pay',
  async () => {
    const { page } = await demo.open('bank', 'wang');
    await withHand(page, '插卡');
    await beginRecharge(page, '10');
    await confirmCard(page);
    await page.waitForSelector('dialog svg.qr');
    await tap(page, '客户未付款');
    await page.waitForSelector('[data-outcome=refused]');
    expect(await page.locator('[data-outcome]').innerText()).toContain('未付款');
    expect(await balanceOf(page)).toBe('50.00');
  },
);

/** A card that was pulled out while it was written. */
async function tear(page: Parameters<typeof tap>[0], when: string): Promise<void> {
  await withHand(page, '插卡', when);
  await beginRecharge(page, '100');
  await confirmCard(page);
  await payBySlip(page);
  await page.waitForSelector('[data-outcome=held]');
}

pageTest('S09 充值记录 has 圈存 on each record that can be loaded, and on no other', async () => {
  const { page } = await demo.open('self', 'wang');
  await tear(page, '写卡前一刻拔卡');
  await page.goto(`${new URL(page.url()).origin}/#/records`);
  await tap(page, '查询');
  const rows = page.locator('ul.list li');
  await rows.first().waitFor();
  expect(await rows.first().innerText()).toContain('圈存');
  await tap(page, '首页');
  expect(await page.locator('section.today .waits').innerText()).toMatch(/待圈存\s+\d/);
});

pageTest('S11 a torn write: the guide’s words, paid, and 圈存 as the one way on', async () => {
  const { page } = await demo.open('self', 'wang');
  await tear(page, '写卡后一刻拔卡');
  const end = page.locator('[data-outcome=held]');
  expect(await end.innerText()).toMatch(/充值写卡失败，请到充值记录页圈存！[^]*已付款，勿再收款/);
  const buttons = await end.getByRole('button').allInnerTexts();
  expect(buttons).toContain('圈存');
  expect(buttons.filter((one) => one.includes('充值'))).toEqual([]);
});

for (const [when, word] of [
  ['写卡前一刻拔卡', 'was not written'],
  ['写卡后一刻拔卡', 'was written'],
] as const) {
  pageTest(`S10 圈存 repairs a torn write: the card ${word}, and is loaded once`, async () => {
    const counter = await demo.open('self', 'wang');
    const { page } = counter;
    await tear(page, when);
    await withHand(page, '插卡');
    await tap(page, '圈存');
    await page.waitForSelector('[data-outcome=credited]');
    expect(await balanceOf(page)).toBe('150.00');
    expectNoComplaint(counter);
  });
}

pageTest('S12 no recharge in between: the page offers 圈存 of the open order alone', async () => {
  const { page } = await demo.open('self', 'wang');
  await tear(page, '写卡前一刻拔卡');
  await tap(page, '首页');
  await withHand(page, '插卡');
  await tap(page, '用户卡充值');
  await readCard(page);
  expect(await page.locator('.note.bad').last().innerText()).toContain('不能再次充值');
  expect(await page.locator('input[name=amount]').count()).toBe(0);
  await tap(page, '圈存');
  await page.waitForSelector('[data-outcome=credited]');
  expect(await balanceOf(page)).toBe('150.00');
});

pageTest('S29 another card than the record’s: refused, and neither is written', async () => {
  const { page } = await demo.open('self', 'wang');
  await tear(page, '写卡前一刻拔卡');
  await withHand(page, '换一张卡：储值卡 3DES');
  await tap(page, '圈存');
  await page.waitForSelector('[data-outcome=refused]');
  expect(await page.locator('[data-outcome] small').innerText()).toBe('CARD_MISMATCH');
  expect(await balanceOf(page)).toBe('50.00');
});

tellTitles();
