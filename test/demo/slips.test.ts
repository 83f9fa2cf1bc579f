/** Slips in the browser: on paper, as PDF, as bytes; and a held order finished somewhere else. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { encodeEscPos, layOutSlip, type SlipView } from 'quancun/slip';
import {
  type Counter,
  expectNoComplaint,
  pageTest,
  tap,
  useDemo,
  withHand,
} from './counter-page.js';
import { goTo, HELD, heldOrderId } from './office-page.js';
import { keepTitles } from './titles.js';

const demo = useDemo([]);
const tellTitles = keepTitles('slips');
const POINTS_OF_MM = 72 / 25.4;

/** The slip of the held order, and the server's own words for it. */
async function openSlip(): Promise<{ till: Counter; orderId: string; view: SlipView }> {
  const orderId = await heldOrderId(await demo.open('office', 'zhao'));
  const till = await demo.open('self', 'li');
  const answered = till.page.waitForResponse((one) => one.url().endsWith(`${orderId}/slips`));
  await goTo(till, `/slip/${orderId}`);
  const view = (await (await answered).json()) as SlipView;
  await till.page.waitForSelector('section.slip');
  return { till, orderId, view };
}

/** What is laid in stays: a headless browser has no dialogue that could end. */
const keepPaper = (till: Counter): Promise<unknown> =>
  till.page.evaluate('window.print = () => (document.documentElement.dataset.printed = 1)');

/** Width and height of a PDF’s only page, in millimetres. */
function pageOf(pdf: Buffer): { readonly pages: number; readonly mm: readonly number[] } {
  const text = pdf.toString('latin1');
  const [, width = '', height = ''] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
  return {
    pages: text.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0,
    mm: [width, height].map((points) => Math.round(Number(points) / POINTS_OF_MM)),
  };
}

pageTest('S23 a held slip says what the library says, and is a page of a 58 mm roll', async () => {
  const { till, orderId, view } = await openSlip();
  const { page } = till;
  const shown = await page.locator('section.slip .paper').innerText();
  for (const line of layOutSlip(view, { serviceNumber: '0931-12122' })) {
    if ('qr' in line || /^-+$/.test(line.text)) continue;
    for (const word of line.text.trim().split(/ {2,}/)) expect(shown).toContain(word.trim());
  }
  expect(shown).toContain(orderId);
  await keepPaper(till);
  await tap(page, '打印 58 毫米');
  await page.waitForSelector('html[data-printed]');
  const roll = pageOf(await page.pdf({ preferCSSPageSize: true }));
  expect(roll.pages).toBe(1);
  expect(roll.mm[0]).toBe(58);
  expect(roll.mm[1]).toBeGreaterThan(80);
  expect(roll.mm[1]).toBeLessThan(200);
  expectNoComplaint(till);
});

pageTest('S23 the same on a sheet of A4', async () => {
  const { till } = await openSlip();
  await keepPaper(till);
  await tap(till.page, '打印 A4 / PDF');
  await till.page.waitForSelector('html[data-printed]');
  expect(pageOf(await till.page.pdf({ preferCSSPageSize: true }))).toEqual({
    ...{ pages: 1, mm: [210, 297] },
  });
});

pageTest('S23 its ESC/POS bytes are the library’s, QR code of the order included', async () => {
  const { till, orderId, view } = await openSlip();
  const download = till.page.waitForEvent('download');
  await tap(till.page, '下载 ESC/POS');
  const bytes = await readFile(await (await download).path());
  const methods = { cash: '现金', pos: '银行卡（POS）', wechat: '微信支付', alipay: '支付宝' };
  const lines = layOutSlip(view, { methods, serviceNumber: '0931-12122' });
  expect(bytes.equals(encodeEscPos(lines))).toBe(true);
  // GS ( k, function 180: the order's number, and nothing else.
  const stored = Buffer.from([0x1d, 0x28, 0x6b, orderId.length + 3, 0, 0x31, 0x50, 0x30]);
  expect(bytes.includes(Buffer.concat([stored, Buffer.from(orderId, 'latin1')]))).toBe(true);
});

/** A serial port of the browser's, whose printer keeps what it is sent. */
const SERIAL = `
  globalThis.sent = [];
  const port = {
    open: async () => { globalThis.sent = []; },
    close: async () => { document.documentElement.dataset.closed = '1'; },
    get writable() {
      return new WritableStream({ write: (bytes) => void globalThis.sent.push(...bytes) });
    },
  };
  Object.defineProperty(navigator, 'serial', { value: { getPorts: async () => [port] } });`;

pageTest('the same bytes go to a printer at a serial port', async () => {
  const { till } = await openSlip();
  const { page } = till;
  await till.context.addInitScript(SERIAL);
  await page.reload();
  const download = page.waitForEvent('download');
  await tap(page, '下载 ESC/POS');
  const bytes = await readFile(await (await download).path());
  await tap(page, '串口打印机');
  await page.waitForSelector('html[data-closed]');
  expect(await page.evaluate('globalThis.sent')).toEqual([...bytes]);
  await page.locator('[role=status]', { hasText: '请查看纸张' }).waitFor();
});

pageTest('S23 looked at again it is the same copy, and 补打 is another one', async () => {
  const { till, orderId, view } = await openSlip();
  const { page } = till;
  await page.reload();
  await page.waitForSelector('section.slip');
  const before = await page.locator('section.slip .paper').innerText();
  expect(before.includes('补打')).toBe(view.copy > 0);
  await tap(page, '补打一份');
  await page.locator('section.slip', { hasText: `补打第 ${String(view.copy + 1)} 次` }).waitFor();
  // An operator has the first one alone.
  const other = await demo.open('bank', 'wang');
  await goTo(other, `/slip/${orderId}`);
  await other.page.waitForSelector('[role=alert]');
});

pageTest(
  'S30 a held order of 自营 is finished at the bank’s till by its scanned code',
  async () => {
    const orderId = await heldOrderId(await demo.open('office', 'zhao'));
    const bank = await demo.open('bank', 'wang');
    const { page } = bank;
    await withHand(page, HELD.plate);
    await goTo(bank, '/finish');
    await page.locator('input[name=order]:focus').waitFor();
    // A scanner is a keyboard that types fast, and presses Enter.
    await page.keyboard.type('https://elsewhere.example');
    await page.keyboard.press('Enter');
    await page.locator('[role=alert]', { hasText: '不是订单号' }).waitFor();
    await page.fill('input[name=order]', '');
    await page.keyboard.type(orderId);
    await page.keyboard.press('Enter');
    await page.locator('dl.facts', { hasText: HELD.yuan }).waitFor();
    await tap(page, '圈存');
    await page.waitForSelector('[data-outcome=credited]');
    expect(await page.locator('[data-outcome]').innerText()).toContain(HELD.yuan);
    expectNoComplaint(bank);
  },
);

tellTitles();
