/** What the tests of office, slips and board do in a page. */
import type { Counter } from './counter-page.js';

/** The order of the data to play with that was paid and never written, and its card. */
export const HELD = { plate: '甘C45678', slot: '6201220000000104', yuan: '300.00' } as const;

/** Goes to a screen by its address. */
export async function goTo({ page, url }: Counter, path: string): Promise<void> {
  await page.goto(`${url}/#${path}`);
}

/** The number of the held order, as the office's list has it. */
export async function heldOrderId(office: Counter): Promise<string> {
  await goTo(office, '/office');
  const link = office.page.locator('a[href*="/office/orders/"]', { hasText: HELD.plate });
  const address = (await link.getAttribute('href')) ?? '';
  return address.slice(address.lastIndexOf('/') + 1);
}
