/** A person at the counter who does what the screen says, and nothing else. */
import type { Page } from 'playwright-core';
import { tap } from './counter-page.js';

/** What has happened to the money: each slip is money that was really taken. */
export interface Purse {
  taken: number;
  readonly slips: string[];
}

/** The kinds of things that can be on the screen. */
const SIGNS = {
  confirm: 'dialog input[name=balance]',
  take: 'dialog input[name=slip]:not([data-find])',
  code: 'dialog svg.qr',
  end: '[data-outcome]',
} as const;

let slips = 0;

/** From the home page to the running recharge. */
export async function beginRecharge(page: Page, yuan: string): Promise<void> {
  await tap(page, '用户卡充值');
  await readCard(page);
  await enterAmount(page, yuan);
}

export async function readCard(page: Page): Promise<void> {
  await tap(page, '读卡');
  await page.waitForSelector('dl.facts, [role=alert]');
}

export async function enterAmount(page: Page, yuan: string): Promise<void> {
  await page.fill('input[name=amount]', yuan);
  await page.click('form button[type=submit]');
}

export async function confirmCard(page: Page): Promise<void> {
  await page.check('dialog input[name=number]');
  await page.check('dialog input[name=balance]');
  await tap(page, '一致，继续');
  await page.waitForSelector(SIGNS.confirm, { state: 'detached' });
}

/** The POS has taken it, and its slip is typed. */
export async function payBySlip(page: Page, purse?: Purse): Promise<string> {
  slips += 1;
  const slip = `T${String(slips).padStart(6, '0')}`;
  await page.fill('dialog input[name=slip]', slip);
  await tap(page, '已收款');
  if (purse !== undefined) {
    purse.taken += 1;
    purse.slips.push(slip);
  }
  return slip;
}

/** Buttons that lead on from an end, in the order in which a screen offers them. */
const WAYS = ['圈存', '提交原流水号', '查询收款', '重新充值'];

/**
 * Goes on until the card is loaded: answers what is asked, and taps the one button that leads on.
 * @returns the ends on the way
 */
export async function follow(
  page: Page,
  yuan: string,
  purse: Purse,
  atEnd: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const ends: string[] = [];
  for (let step = 0; step < 30; step += 1) {
    const sign = await nextSign(page);
    if (sign === 'confirm') await confirmCard(page);
    else if (sign === 'take') await answerTake(page, purse);
    else if (sign === 'code') await payByPhone(page, purse);
    else {
      const end = (await page.getAttribute('[data-outcome]', 'data-outcome')) ?? '';
      ends.push(end);
      if (end === 'credited') return ends;
      await atEnd();
      await goOn(page, yuan);
    }
  }
  throw new Error(`no end: ${ends.join(', ')}`);
}

/** Answers what is asked until something else happens: the page goes away under the person. */
export async function answerUntil(page: Page, purse: Purse, stop: Promise<void>): Promise<void> {
  const over = { isSo: false };
  void stop.then(() => {
    over.isSo = true;
  });
  while (!over.isSo) {
    if ((await page.locator(SIGNS.confirm).count()) > 0) await confirmCard(page);
    else if ((await page.locator(SIGNS.take).count()) > 0) await answerTake(page, purse);
    else await page.waitForTimeout(50);
  }
}

async function nextSign(page: Page): Promise<keyof typeof SIGNS> {
  await page.waitForSelector(Object.values(SIGNS).join(', '), { timeout: 60_000 });
  for (const [name, selector] of Object.entries(SIGNS)) {
    if ((await page.locator(selector).count()) > 0) return name as keyof typeof SIGNS;
  }
  return 'end';
}

/** Asked how an interrupted taking ended, the person looks at the POS. */
async function answerTake(page: Page, purse: Purse): Promise<void> {
  const isAsked = (await page.getByRole('button', { name: '不清楚' }).count()) > 0;
  if (!isAsked) await payBySlip(page, purse);
  else if (purse.slips.length === 0) await tap(page, '确认未收款');
  else {
    await page.fill('dialog input[name=slip]', purse.slips.at(-1) ?? '');
    await tap(page, '已收款');
  }
  await page.waitForSelector('dialog', { state: 'detached' });
}

async function payByPhone(page: Page, purse: Purse): Promise<void> {
  if (purse.taken === 0) {
    await tap(page, '（演示）客户扫码付款');
    purse.taken += 1;
  }
  await tap(page, '已完成支付').catch(() => undefined);
  await page.waitForTimeout(300);
}

/** After a reload: the card is read again, and what the screen then offers is done. */
export async function beginAgain(page: Page, yuan: string): Promise<void> {
  await tap(page, '用户卡充值');
  await readCard(page);
  await loadOrEnter(page, yuan);
}

async function loadOrEnter(page: Page, yuan: string): Promise<void> {
  const open = page.getByRole('button', { name: '圈存', exact: true });
  if ((await open.count()) > 0) await open.click();
  else await enterAmount(page, yuan);
}

async function goOn(page: Page, yuan: string): Promise<void> {
  for (const way of WAYS) {
    const button = page.getByRole('button', { name: way, exact: true });
    if ((await button.count()) === 0) continue;
    await button.click();
    if (way !== '重新充值') {
      await page.waitForSelector('[data-outcome]', { state: 'detached' });
      return;
    }
    await readCard(page);
    await loadOrEnter(page, yuan);
    return;
  }
  throw new Error(`nothing leads on: ${await page.innerText('main')}`);
}

/** 卡片检测: what is on the card. */
export async function balanceOf(page: Page): Promise<string> {
  await page.goto(`${new URL(page.url()).origin}/#/inspect`);
  await readCard(page);
  return page.locator('dl.facts dd.big').innerText();
}
