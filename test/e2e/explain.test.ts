/** `explain` as a person or a script runs it. */
import { expect, test } from 'vitest';
import { events, quancun, quancunIn } from '../support/quancun-process.js';

test('an error code, in both languages: what to do, who, and the money', async () => {
  const english = await quancun('explain', 'CARD_LOST');
  expect(english.status).toBe(0);
  expect(english.out).toMatch(/CARD_LOST[^]*What to do: [^]*Who: [^]*Money: /);
  const chinese = await quancunIn('zh_CN.UTF-8', 'explain', 'card_lost');
  expect(chinese.out).toMatch(/怎么办：[^]*由谁处理：[^]*资金：/);
});

test('a status word says what each command means by it', async () => {
  const { status, out } = await quancun('explain', '9302');
  expect(status).toBe(0);
  expect(out).toContain('CREDIT FOR LOAD: ');
  expect(out).toContain('proves nothing about money');
});

test('--json: one object, with the address of the page', async () => {
  const { out } = await quancun('explain', 'LEDGER_NEWER', '--json');
  const [said] = events(out);
  expect(said).toMatchObject({ event: 'code', code: 'LEDGER_NEWER', kind: 'error' });
  expect(said?.docs).toMatch(/\/errors\/LEDGER_NEWER\.html$/);
});

test('what nobody knows: exit status 2, and the nearest names', async () => {
  const { status, err } = await quancun('explain', 'CARD_LOOST');
  expect(status).toBe(2);
  expect(err).toContain('CARD_LOST');
});

test('all: every code, a line each', async () => {
  const { out } = await quancun('explain', 'all');
  const codes = out.trimEnd().split('\n');
  expect(codes).toEqual(expect.arrayContaining(['CARD_LOST', '9302', '63Cx']));
  expect(new Set(codes).size).toBe(codes.length);
});
