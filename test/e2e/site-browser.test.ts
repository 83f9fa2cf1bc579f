/** The site in a browser, as `quancun docs` serves it: its policy lets its own scripts work. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { listenOn } from '../support/docs/listen.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** As in site.test.ts, which has mostly built it already. */
const BUILD_MS = 900_000;
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let served: Awaited<ReturnType<typeof listenOn>>;
const wrong: string[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, [join(ROOT, 'build/docs.js'), '--if-stale'], { stdio: 'ignore' });
  served = await listenOn('docs', '--lang', 'zh');
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}, BUILD_MS);

afterAll(async () => {
  await browser.close();
  await served.stop();
});

beforeEach(() => {
  wrong.length = 0;
});

/** A page that notes whatever it asks of others, and whatever its policy forbids. */
async function open(viewport = { width: 1280, height: 850 }): Promise<Page> {
  const page = await browser.newPage({ viewport });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(served.address) && !url.startsWith('data:')) wrong.push(url);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) wrong.push(response.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  return page;
}

test('圈存 is found inside sentences, and its page opens', async () => {
  const page = await open();
  await page.goto(`${served.address}start.html`);
  await page.locator('.VPNavBarSearch button').first().click();
  await page.locator('.VPLocalSearchBox input').fill('圈存');
  const results = page.locator('.VPLocalSearchBox .result');
  await results.first().waitFor();
  expect(await results.count()).toBeGreaterThan(5);
  await results.first().click();
  await page.waitForURL(/concepts\/load\.html/);
  expect(await page.locator('.vp-doc h1').textContent()).toContain('圈存');
  expect(wrong).toEqual([]);
});

test('from the list of codes to the page of one', async () => {
  const page = await open();
  await page.goto(`${served.address}reference/errors.html`);
  await page.locator('a[href$="/errors/CARD_LOST.html"]').first().click();
  await page.waitForURL(/\/errors\/CARD_LOST\.html/);
  expect(await page.locator('body').textContent()).toContain('怎么办');
  expect(wrong).toEqual([]);
});

test.each([
  '',
  'start.html',
  'operating/counter.html',
  'errors/CARD_LOST.html',
  'en/guides/hosts.html',
])('nothing of /%s is cut off on a phone', async (path) => {
  const page = await open(PHONE);
  await page.goto(served.address + path);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
    PHONE.width,
  );
  expect(wrong).toEqual([]);
});
