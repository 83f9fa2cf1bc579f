/** The board of the day in the browser, on a handheld and on the office's large screen. */
import { expect } from 'vitest';
import { dayStartMs } from '../../demo/src/board/figures.js';
import { type Counter, expectNoComplaint, pageTest, useDemo } from './counter-page.js';
import { goTo } from './office-page.js';

const demo = useDemo([]);

/** How long before the start of the server the orders of the data to play with were made. */
const HOURS_AGO = [27, 26, 0.15, 0.1, 0.05];
const SIZES = [
  { width: 360, height: 640 },
  { width: 1_920, height: 1_080 },
];

/** Numbers of orders by group, as the board has them. */
const counts = ({ page }: Counter): Promise<string[]> => page.locator('.sums b').allInnerTexts();

/** In the page: another tab lies over it, or none. */
const hide = (isHidden: boolean): string =>
  `Object.defineProperty(document, 'hidden', { value: ${String(isHidden)}, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));`;

pageTest('orders by hour and state, held by age, differences: the same in both sizes', async () => {
  const board = await demo.open('office', 'zhao');
  const { page } = board;
  const startedMs = Date.now();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await goTo(board, '/board');
    await page.waitForSelector('.sums');
    const total = (await counts(board)).reduce((sum, one) => sum + Number(one), 0);
    const since = dayStartMs(startedMs);
    const today = HOURS_AGO.filter((hours) => startedMs - hours * 3_600_000 >= since).length;
    expect(total).toBe(today);
    await page.locator('canvas[role=img]').first().waitFor();
    expect(await page.locator('main').innerText()).toContain('账本与支付渠道一致');
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(size.width);
  }
  expectNoComplaint(board);
});

pageTest('it refreshes by itself, and asks nothing while it is hidden', async () => {
  const board = await demo.open('office', 'zhao');
  const { page } = board;
  await page.clock.install();
  await goTo(board, '/board');
  await page.waitForSelector('.sums');
  let [asked, answered] = [0, 0];
  page.on('request', (request) => {
    if (request.url().endsWith('/counter/worklist/query')) asked += 1;
  });
  // The last question of a look: what is answered is asked no second time by the clock below.
  page.on('requestfinished', (request) => {
    if (request.url().endsWith('/counter/worklist/query')) answered += 1;
  });
  await page.clock.runFor(16_000);
  await expect.poll(() => answered).toBe(1);
  await page.evaluate(hide(true));
  await page.clock.runFor(60_000);
  expect(asked).toBe(1);
  await page.evaluate(hide(false));
  await expect.poll(() => asked).toBe(2);
});

pageTest(
  'it keeps nobody logged in: without a touch it stops before the screen locks',
  async () => {
    const board = await demo.open('office', 'zhao');
    const { page } = board;
    await page.clock.install();
    await goTo(board, '/board');
    await page.waitForSelector('.sums');
    await page.clock.fastForward(290_000);
    await page.clock.runFor(16_000);
    const paused = page.locator('button', { hasText: '已暂停刷新' });
    await paused.waitFor();
    await paused.click();
    await paused.waitFor({ state: 'detached' });
  },
);
