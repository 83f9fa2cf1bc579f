/** The operator's recharge in the browser, at both outlets: what each screen shows. */
import { expect } from 'vitest';
import { expectNoComplaint, pageTest, tap, useDemo, withHand } from './counter-page.js';
import { balanceOf, beginRecharge, confirmCard, payBySlip, readCard } from './person.js';
import { keepTitles } from './titles.js';

const demo = useDemo();
/** Programs of the page, as texts: this side has no page. */
const SIZE_OF_BALANCE = `parseInt(getComputedStyle(document.querySelector('dd.big')).fontSize)`;
const WATCH_STAGES = `
  window.seen = [];
  new MutationObserver(() => {
    const text = document.querySelector('.stage')?.textContent.trim();
    if (text !== undefined && seen.at(-1) !== text) seen.push(text);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
`;
const ON_ITS_CABLE = `
  const battery = Object.assign(new EventTarget(), { charging: true });
  navigator.getBattery = () => Promise.resolve(battery);
`;
const tellTitles = keepTitles('recharge');

pageTest('S04 the kind of the outlet is the deployment’s, shown and never chosen', async () => {
  for (const [outlet, name] of [
    ['self', '自营网点'],
    ['bank', '银行网点'],
  ] as const) {
    const { page } = await demo.open(outlet, 'wang');
    await tap(page, '设置');
    expect(await page.locator('dl.facts').innerText()).toContain(name);
    expect(await page.locator('main input, main select').count()).toBe(0);
  }
});

pageTest(
  'S15 the home page has 用户卡充值 and the day; the page behind it reads first',
  async () => {
    const counter = await demo.open('self', 'wang');
    const { page } = counter;
    expect(await page.locator('section.today').innerText()).toMatch(/笔数\s+\d+\s+入卡金额/);
    await tap(page, '用户卡充值');
    expect(await page.locator('h2').innerText()).toContain('用户卡充值');
    expect(await page.locator('input[name=amount]').count()).toBe(0);
    expectNoComplaint(counter);
  },
);

pageTest('S16 where the card goes is drawn; without one it is 读卡失败', async () => {
  const { page } = await demo.open('self', 'wang');
  await tap(page, '用户卡充值');
  expect(await page.locator('svg.slot').getAttribute('aria-label')).toContain('背面卡槽');
  await tap(page, '读卡');
  expect(await page.locator('[role=alert]').innerText()).toContain('读卡失败');
});

pageTest(
  'S17 读卡 shows plate, number, balance, kind and validity, the balance large',
  async () => {
    const { page } = await demo.open('self', 'wang');
    await withHand(page, '插卡');
    await tap(page, '用户卡充值');
    await readCard(page);
    const text = await page.locator('dl.facts').innerText();
    expect(text).toMatch(/甘A\d{5}[^]*6201 220\d \d{4} \d{4}[^]*50\.00[^]*储值卡[^]*2035-12-31/);
    expect(await page.evaluate<number>(SIZE_OF_BALANCE)).toBeGreaterThanOrEqual(24);
  },
);

pageTest(
  'S08 the amount is yuan with two decimals; anything else is refused in words',
  async () => {
    const { page } = await demo.open('self', 'wang');
    await withHand(page, '插卡');
    await beginRecharge(page, '12.345');
    await page.waitForSelector('form [role=alert]');
    expect(await page.locator('dialog').count()).toBe(0);
    await page.fill('input[name=amount]', '12.34');
    await page.click('form button[type=submit]');
    await confirmCard(page);
    expect(await page.locator('dialog').innerText()).toContain('12.34 元');
  },
);

pageTest(
  'S18 only number and balance ticked are a yes; a no ends it before any order',
  async () => {
    const { page } = await demo.open('self', 'wang');
    await withHand(page, '插卡');
    await beginRecharge(page, '100');
    const yes = page.getByRole('button', { name: '一致，继续' });
    await page.waitForSelector('dialog');
    expect(await page.locator('dialog').innerText()).toContain('请务必仔细复核识别的卡号是否正确');
    expect(await yes.isDisabled()).toBe(true);
    await page.check('dialog input[name=number]');
    expect(await yes.isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').count()).toBe(1);
    await tap(page, '不一致');
    await page.waitForSelector('[data-outcome=refused]');
    expect(await page.locator('[data-outcome]').innerText()).toContain('未付款');
  },
);

pageTest('S19 each stage is shown until the end is known; the card holds exactly it', async () => {
  const counter = await demo.open('self', 'wang');
  const { page } = counter;
  await withHand(page, '插卡');
  await page.evaluate(WATCH_STAGES);
  await beginRecharge(page, '100');
  await confirmCard(page);
  await payBySlip(page);
  await page.waitForSelector('[data-outcome=credited]');
  const seen = await page.evaluate<string[]>('window.seen');
  expect(seen.join()).toMatch(/请复核卡号和余额.*收款中.*正在写卡，请勿移动卡片/);
  expect(await balanceOf(page)).toBe('150.00');
  expectNoComplaint(counter);
});

pageTest('S20 the end stays until it is closed: before, amount, after, order number', async () => {
  const { page } = await demo.open('self', 'wang');
  await withHand(page, '插卡');
  await beginRecharge(page, '20');
  await confirmCard(page);
  await payBySlip(page);
  const end = page.locator('[data-outcome=credited]');
  await end.waitFor();
  expect(await end.innerText()).toMatch(/50\.00[^]*20\.00[^]*70\.00[^]*[0-9A-Z]{20}/);
  await tap(page, '完成，回首页');
  expect(await page.locator('section.today').count()).toBe(1);
});

pageTest('S22 the prompt asks for the money; method and number stand on the slip', async () => {
  const { page } = await demo.open('self', 'wang');
  await withHand(page, '插卡');
  await beginRecharge(page, '30');
  await confirmCard(page);
  await page.waitForSelector('dialog input[name=slip]');
  expect(await page.locator('dialog').innerText()).toContain('请使用 POS 机刷卡或其他方式收款');
  await page.locator('dialog label', { hasText: '现金' }).click();
  const slip = await payBySlip(page);
  await page.waitForSelector('[data-outcome=credited]');
  await tap(page, '打印小票');
  expect(await page.locator('section.slip').innerText()).toMatch(new RegExp(`现金[^]*${slip}`));
});

pageTest('S23 打票, and 补打 with its copies counted by the server', async () => {
  const { page } = await demo.open('self', 'wang');
  await withHand(page, '插卡');
  await beginRecharge(page, '40');
  await confirmCard(page);
  await payBySlip(page);
  await page.waitForSelector('[data-outcome=credited]');
  await tap(page, '打印小票');
  await page.locator('section.slip').waitFor();
  expect(await page.locator('section.slip').innerText()).toContain('充值凭证（非发票）');
});

pageTest('S32 a handheld on its cable is warned of, before 读卡', async () => {
  const { page, context, url } = await demo.open('self');
  await context.addInitScript(ON_ITS_CABLE);
  await page.goto(url);
  await page.fill('input[name=person]', 'wang');
  await page.fill('input[name=password]', '246810');
  await page.click('button[type=submit]');
  await tap(page, '用户卡充值');
  expect(await page.locator('.note.bad').first().innerText()).toContain('请拔掉充电线');
});

tellTitles();
