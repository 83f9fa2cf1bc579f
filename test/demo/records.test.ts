/** 充值记录: the form, the range, and the list. */
import { expect } from 'vitest';
import { expectNoComplaint, pageTest, tap, useDemo } from './counter-page.js';
import { keepTitles } from './titles.js';

const demo = useDemo([]);
const tellTitles = keepTitles('records');

pageTest('S26 查询 by plate, typed on the keys of plates, and by colour and days', async () => {
  const counter = await demo.open('self', 'li');
  const { page } = counter;
  await tap(page, '充值记录');
  await tap(page, '查询');
  await page.locator('ul.list li').first().waitFor();
  await page.locator('summary', { hasText: '车牌键盘' }).click();
  for (const key of '甘C45678')
    await page.locator('.keys button', { hasText: key }).first().click();
  expect(await page.inputValue('input[name=plate]')).toBe('甘C45678');
  await page.selectOption('select[name=colour]', { label: '蓝' });
  await tap(page, '查询');
  await page.locator('ul.list li', { hasText: '甘A33333' }).waitFor({ state: 'detached' });
  expect(await page.locator('ul.list li strong').first().innerText()).toBe('甘C45678');
  await page.selectOption('select[name=colour]', { label: '黄' });
  await tap(page, '查询');
  await page.locator('p', { hasText: '没有记录' }).waitFor();
  expectNoComplaint(counter);
});

pageTest('S27 31 days between start and end are refused in the guide’s words', async () => {
  const { page } = await demo.open('self', 'li');
  await tap(page, '充值记录');
  await page.fill('input[name=from]', '2026-01-01');
  await page.fill('input[name=to]', '2026-02-01');
  await tap(page, '查询');
  const alert = page.locator('[role=alert]');
  await alert.waitFor();
  expect(await alert.innerText()).toContain('结束时间和开始时间差值必须在30天之内！');
});

pageTest('S28 newest first, each with its state; a tap leads to its 圈存', async () => {
  const { page } = await demo.open('self', 'wang');
  await tap(page, '充值记录');
  await tap(page, '查询');
  const rows = page.locator('ul.list li');
  await rows.first().waitFor();
  const texts = await rows.allInnerTexts();
  expect(texts[0]).toMatch(/甘D56789[^]*1000\.00[^]*已入卡/);
  const torn = rows.filter({ hasText: '甘C45678' });
  expect(await torn.innerText()).toMatch(/待圈存[^]*圈存 ›/);
  await torn.getByRole('button').click();
  expect(await page.locator('dl.facts').innerText()).toMatch(/620122 •••••• 0104[^]*300\.00/);
  await page.getByRole('button', { name: '圈存', exact: true }).waitFor();
});

pageTest(
  'S36 while the server is asked the screen says so, and that it is tried again',
  async () => {
    const { page } = await demo.open('self', 'wang');
    const { open } = { open: page.locator('.under nav button').first() };
    await open.click();
    await page.locator('.hand button', { hasText: '插卡' }).click();
    await open.click();
    await tap(page, '用户卡充值');
    await tap(page, '读卡');
    await page.waitForSelector('input[name=amount]');
    await page.fill('input[name=amount]', '10');
    await page.route('**/counter/**', async (route) => {
      await new Promise((later) => setTimeout(later, 1_500));
      return route.continue();
    });
    await page.click('form button[type=submit]');
    await page.locator('.stage', { hasText: '正在查询，获取...' }).waitFor();
  },
);

tellTitles();
