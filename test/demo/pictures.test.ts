/**
 * The pictures of the guides: made anew with QUANCUN_PICTURES=1, so that other runs leave the
 * files as they are.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../../build/entries.js';
import { expectNoComplaint, pageTest, tap, useDemo, withHand } from './counter-page.js';
import { beginRecharge, confirmCard, payBySlip, readCard } from './person.js';

const demo = useDemo([]);
const isWanted = process.env.QUANCUN_PICTURES === '1';

const shoot = async (page: Page, name: string): Promise<void> => {
  if (isWanted) await page.screenshot({ path: join(ROOT, `docs/images/${name}.png`) });
};

pageTest('the way of the guides: home, card, code, held, repaired, commands', async () => {
  const bank = await demo.open('bank', 'wang');
  await withHand(bank.page, '插卡');
  await beginRecharge(bank.page, '100');
  await confirmCard(bank.page);
  await bank.page.waitForSelector('dialog svg.qr');
  await shoot(bank.page, 'counter-qr');

  const counter = await demo.open('self', 'wang');
  const { page } = counter;
  await shoot(page, 'counter-home');
  await withHand(page, '插卡', '写卡前一刻拔卡');
  await tap(page, '用户卡充值');
  await readCard(page);
  await page.fill('input[name=amount]', '100');
  await page.click('form button[type=submit]');
  await page.waitForSelector('dialog input[name=balance]');
  await shoot(page, 'counter-confirm');
  await confirmCard(page);
  await payBySlip(page);
  await page.waitForSelector('[data-outcome=held]');
  await shoot(page, 'counter-held');
  await withHand(page, '插卡');
  await tap(page, '圈存');
  await page.waitForSelector('[data-outcome=credited]');
  await shoot(page, 'counter-loaded');
  await page.locator('.under nav button').last().click();
  await page.locator('.trace li').first().waitFor();
  await shoot(page, 'counter-commands');
  expectNoComplaint(counter);
});
