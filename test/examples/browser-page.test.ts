/** The example of a page, in a real browser: built and served as its README says. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installExample } from '../support/installed.js';
import { type Running, runScript, startScript } from '../support/programs.js';

/** Where Debian puts it. */
const CHROMIUM = '/usr/bin/chromium';
const isThere = existsSync(CHROMIUM);
if (!isThere) console.warn(`no browser test here: missing ${CHROMIUM}`);

test.runIf(process.env.CI === 'true')('the browser is installed', () => {
  expect(isThere).toBe(true);
});

describe.skipIf(!isThere)('the page on a simulated card', () => {
  let browser: Browser;
  let page: Page;
  let server: Running;
  const wrong: string[] = [];
  beforeAll(async () => {
    const folder = installExample('browser-page');
    expect((await runScript(folder, 'build')).status).toBe(0);
    server = startScript(folder, 'start', { words: ['--serve=127.0.0.1:0'] });
    const [, url = ''] = await server.said(/(http:\/\/127\.0\.0\.1:\d+\/)/);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('pageerror', (error) => wrong.push(String(error)));
    await page.goto(url);
    await balanceIs('50.00');
  });
  afterAll(async () => {
    await browser.close();
    server.child.kill('SIGTERM');
  });
  const shows = (selector: string, hasText: RegExp): Promise<void> =>
    page.locator(selector, { hasText }).waitFor();
  const balanceIs = (yuan: string): Promise<void> =>
    shows('#balance', new RegExp(`^${yuan.replace('.', '\\.')}$`));
  const said = (): Promise<string | null> => page.textContent('#said');

  test('a recharge: the plate, the steps, the end', async () => {
    expect(await page.textContent('#plate')).toBe('甘A12345');
    await page.click('#recharge');
    await balanceIs('150.00');
    expect(await said()).toBe('充值成功，100.00 元已到卡。');
    expect(await page.locator('#stages li').allTextContents()).toContain('writing');
  });

  test('torn while it is written: held, and 圈存 finds it on the card', async () => {
    await page.check('#tear');
    await page.click('#recharge');
    await balanceIs('250.00');
    expect(await said()).toMatch(/（next: load）/);
    await page.click('#load');
    await shows('#said', /充值成功/);
    await balanceIs('250.00');
  });

  test('an amount that is none is refused in Chinese', async () => {
    await page.fill('#amount', '1e3');
    await page.click('#recharge');
    await shows('#said', /金额/);
    expect(wrong).toEqual([]);
  });
});
