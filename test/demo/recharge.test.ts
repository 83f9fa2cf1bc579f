/** The operator's recharge in the browser, at both outlets. */
import { describe, expect } from 'vitest';
import { expectNoComplaint, pageTest, tap, useDemo, withHand } from './counter-page.js';

const demo = useDemo();

describe('the counter page', () => {
  pageTest(
    'S19 自营: amount and 充值, each stage shown, and the card holds exactly it',
    async () => {
      const counter = await demo.open('self', 'wang');
      const { page } = counter;
      await withHand(page, '插卡');
      await tap(page, '用户卡充值');
      await tap(page, '读卡');
      await page.fill('input[name=amount]', '100');
      await tap(page, '充值');
      await page.check('input[name=number]');
      await page.check('input[name=balance]');
      await tap(page, '一致，继续');
      await page.fill('input[name=slip]', '000123');
      await tap(page, '已收款');
      await page.waitForSelector('[data-outcome=credited]');
      expect(await page.locator('[data-outcome] dl').innerText()).toContain('150.00');
      expectNoComplaint(counter);
    },
  );
});
