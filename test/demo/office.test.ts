/** The office in the browser: lists, decisions of two persons, days, and who sees none of it. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { type Counter, expectNoComplaint, pageTest, tap, useDemo } from './counter-page.js';
import { goTo, HELD, heldOrderId } from './office-page.js';

const demo = useDemo([]);
const CHINA_MS = 8 * 3_600_000;

/** A day that is over, by whose end the two oldest recharges of the data to play with were made. */
const firstDay = (): string =>
  new Date(Date.now() - 26 * 3_600_000 + CHINA_MS).toISOString().slice(0, 10);

const answerYes = (page: Counter['page']): Promise<void> =>
  page.locator('dialog button', { hasText: '确认' }).last().click();

pageTest(
  '待办: the held order by its age, with a way to it; and nothing is left unsaid',
  async () => {
    const office = await demo.open('office', 'zhao');
    const { page } = office;
    await page.locator('.rows', { hasText: HELD.plate }).waitFor();
    const text = await page.locator('main').innerText();
    for (const word of [HELD.yuan, '没有待退的款项', '账本与支付渠道一致']) {
      expect(text).toContain(word);
    }
    await page.locator('a', { hasText: HELD.plate }).click();
    await page.locator('#events').waitFor();
    expect(await page.locator('main').innerText()).toContain('卡片应答丢失');
    expectNoComplaint(office);
  },
);

pageTest(
  'a clerk sees nothing of the office, and the server says no to what is asked',
  async () => {
    const { page } = await demo.open('office', 'wang');
    await page.locator('[role=alert]', { hasText: '没有后台权限' }).waitFor();
    expect(await page.locator('.tabs a').count()).toBe(0);
    const status = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/counter/worklist/query', { method: 'POST', headers, body: '{}' }))
        .status;
    });
    expect(status).toBe(403);
  },
);

pageTest(
  '审批: done when a second person says the same, and never by the first one’s own',
  async () => {
    const first = await demo.open('office', 'sun');
    const orderId = await heldOrderId(first);
    await goTo(first, `/office/orders/${orderId}`);
    await tap(first.page, '卡已收回销毁，退款');
    await answerYes(first.page);
    await first.page.locator('.note', { hasText: '须由另一人同意' }).waitFor();
    expect(await first.page.locator('button', { hasText: '同意' }).count()).toBe(0);
    const second = await demo.open('office', 'zhou');
    await goTo(second, '/office/approve');
    await second.page.locator('.rows', { hasText: 'sun 已提出：卡已收回销毁，退款' }).waitFor();
    await second.page.locator('a', { hasText: HELD.plate }).click();
    await tap(second.page, '同意: 卡已收回销毁，退款');
    await answerYes(second.page);
    await second.page.locator('dl.facts', { hasText: '待退款' }).waitFor();
    for (const one of [first, second]) expectNoComplaint(one);
  },
);

pageTest('待退款: booked by finance once the customer has the money', async () => {
  const { page } = await demo.open('office', 'zhao');
  await page.locator('#owed', { hasText: '(1)' }).waitFor();
  await page.locator('section[aria-labelledby=owed] a').click();
  await tap(page, '登记退款');
  await answerYes(page);
  await page.locator('dl.facts', { hasText: '已退款' }).waitFor();
});

pageTest('取消: a lead has the acts and no list', async () => {
  const { page } = await demo.open('office', 'li');
  expect(await page.locator('.tabs a').allInnerTexts()).toEqual(['对账', '审批']);
});

pageTest(
  '对账: a count that differs needs a reason, and a second person elsewhere; then a file',
  async () => {
    const first = await demo.open('self', 'li');
    const { page } = first;
    const pick = async (one: Counter): Promise<void> => {
      await goTo(one, '/office/days');
      await one.page.fill('input[name=day]', firstDay());
      await one.page.locator('#day', { hasText: firstDay() }).waitFor();
    };
    await pick(first);
    await page.fill('input[name=counted-cash]', '499.50');
    await page.fill('input[name=counted-pos]', '200');
    await page.locator('td', { hasText: '短款 0.50' }).waitFor();
    await page.fill('input[name=reason]', '找零差错');
    await tap(page, '日结');
    await page.locator('.note', { hasText: '须由另一人在另一台设备上同意' }).waitFor();
    const second = await demo.open('office', 'zhao');
    await pick(second);
    await tap(second.page, '同意日结');
    await second.page.locator('.head', { hasText: '已日结' }).first().waitFor();
    const download = second.page.waitForEvent('download');
    await tap(second.page, '导出');
    const text = await readFile(await (await download).path(), 'utf8');
    expect(text.split('\r\n').filter((line) => line.startsWith('posting,'))).toHaveLength(4);
    expect(text).toContain('total,,,cash,,,,700.00,70000');
    expectNoComplaint(first);
  },
);
