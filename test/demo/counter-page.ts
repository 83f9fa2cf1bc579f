/**
 * The demonstration in a process of its own, and Debian's Chromium in front of it. A file of tests
 * starts one server, and each test a page with cookies and a card of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { temporaryFolder } from '../support/quancun-process.js';

const CHROMIUM = '/usr/bin/chromium';
const isHere = existsSync(CHROMIUM) && existsSync(join(ROOT, 'demo/dist/index.html'));
const isDemanded = process.env.CI === 'true';
if (!isHere && !isDemanded) {
  console.warn(
    `test/demo is skipped: it needs ${CHROMIUM}, and the page (npm run demo -- --build)`,
  );
}

/** A test in the browser: skipped, with a reason printed, where there is none; in CI it fails. */
export const pageTest = test.skipIf(!isHere && !isDemanded);

/** Which till, or the office. */
export type Outlet = 'self' | 'bank' | 'office';

const HOSTS = { self: 'localhost', bank: 'bank.localhost', office: 'office.localhost' } as const;

/** One page at one device, and what it has complained of. */
export interface Counter {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** Errors of the console and of the page, and requests that went elsewhere. */
  readonly complaints: readonly string[];
}

export interface Demo {
  readonly port: () => number;
  /** A page of its own, logged in. */
  open(outlet: Outlet, personId?: string): Promise<Counter>;
  /** The server goes away, and comes back with the same books. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts server and browser for a file of tests. */
export function useDemo(words: readonly string[] = ['--empty']): Demo {
  const folder = temporaryFolder();
  let child: ChildProcess | undefined;
  let browser: Browser | undefined;
  let port = 0;
  const start = async (): Promise<void> => {
    const all = ['--json', '--port', String(port), '--folder', join(folder, 'books'), ...words];
    const started = spawn(process.execPath, [join(ROOT, 'demo/server/main.js'), ...all], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    port = await new Promise<number>((found, failed) => {
      let said = '';
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [, number] = /"port":(\d+)/.exec(said) ?? [];
        if (number !== undefined) found(Number(number));
      });
      started.once('exit', () => {
        failed(new Error(`the demonstration ended: ${said}`));
      });
    });
  };
  const kill = (): Promise<void> =>
    new Promise((gone) => {
      if (child === undefined) {
        gone();
        return;
      }
      child.once('exit', () => {
        gone();
      });
      child.kill('SIGKILL');
      child = undefined;
    });
  beforeAll(async () => {
    if (!isHere && !isDemanded) return;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    await start();
  });
  afterAll(async () => {
    await browser?.close();
    await kill();
  });
  return {
    ...{ port: () => port, start, kill },
    open: async (outlet, personId) => {
      if (browser === undefined) throw new Error('useDemo starts the browser');
      const url = `http://${HOSTS[outlet]}:${String(port)}`;
      const context = await browser.newContext({
        ...{ viewport: { width: 360, height: 640 }, locale: 'zh-CN', hasTouch: true },
      });
      const page = await context.newPage();
      const complaints = watch(page, url);
      await page.goto(url);
      if (personId !== undefined) await logIn(page, personId);
      return { page, context, url, complaints };
    },
  };
}

/** What a page of ours never does: complain, and ask anybody else. */
function watch(page: Page, url: string): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // Chromium tells of every answer that is a refusal; those are the library's to judge.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(url) && !asked.startsWith('data:')) complaints.push(`asked ${asked}`);
  });
  return complaints;
}

const PASSWORD = '246810';

export async function logIn(page: Page, personId: string): Promise<void> {
  await page.fill('input[name=person]', personId);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('button[type=submit]');
  await page.waitForSelector('nav.ways, [data-home]');
}

/** A button, or a link, by its whole name. */
export const tap = (page: Page, name: string): Promise<void> =>
  page
    .getByRole('button', { name, exact: true })
    .or(page.getByRole('link', { name, exact: true }))
    .first()
    .click();

/** The card goes in, by the hand under the counter. */
export async function withHand(page: Page, ...words: readonly string[]): Promise<void> {
  // While something is asked, the hand is in the dialog.
  if ((await page.locator('dialog').count()) > 0) {
    await page.locator('dialog summary').click();
    for (const word of words) {
      await page.locator('dialog .hand button', { hasText: word }).first().click();
    }
    return;
  }
  const open = page.locator('.under nav button').first();
  await open.click();
  for (const word of words) {
    await page.locator('.under .hand button', { hasText: word }).first().click();
  }
  await open.click();
}

/** No page of ours complains of anything. */
export function expectNoComplaint({ complaints }: Counter): void {
  expect(complaints).toEqual([]);
}
