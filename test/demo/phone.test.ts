/** 空中圈存 in the browser: the customer's phone finishes what the till could not. */
import { expect } from 'vitest';
import { expectNoComplaint, pageTest, tap, useDemo } from './counter-page.js';
import { goTo, HELD, heldOrderId } from './office-page.js';
import { keepTitles } from './titles.js';

const demo = useDemo([]);
const tellTitles = keepTitles('phone');

pageTest(
  'S30 a held order is finished on the customer’s own phone, and the till sees it',
  async () => {
    const orderId = await heldOrderId(await demo.open('office', 'zhao'));
    const till = await demo.open('self', 'wang');
    await goTo(till, `/invite/${orderId}`);
    const link = (await till.page.locator('a[target=_blank]').getAttribute('href')) ?? '';
    expect(new URL(link).search).toBe('');
    const phone = await demo.open('self');
    await phone.page.goto(link);
    await phone.page.locator('main', { hasText: HELD.yuan }).waitFor();
    // The word is spent, and stands in no address any more.
    expect(phone.page.url()).not.toContain(new URL(link).hash);
    const second = await demo.open('self');
    await second.page.goto(link);
    await second.page.locator('[role=alert]', { hasText: '二维码已失效' }).waitFor();
    await tap(phone.page, '开始圈存');
    await phone.page.locator('[role=status]', { hasText: '圈存成功' }).waitFor();
    expect(await phone.page.locator('[role=status]').innerText()).toContain('323.50');
    await till.page.locator('[role=status]', { hasText: '圈存成功' }).waitFor();
    await goTo(till, `/slip/${orderId}`);
    await till.page.locator('section.slip', { hasText: '充值凭证（非发票）' }).waitFor();
    for (const one of [till, phone, second]) expectNoComplaint(one);
  },
);

pageTest('nobody is invited by whom the server does not know', async () => {
  const stranger = await demo.open('self');
  const status = await stranger.page.evaluate(
    async (body) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/phone/invitations', { method: 'POST', headers, body })).status;
    },
    JSON.stringify({ orderId: '0'.repeat(20) }),
  );
  expect(status).toBe(401);
});

tellTitles();
