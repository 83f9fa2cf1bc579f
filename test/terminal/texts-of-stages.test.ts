/**
 * Every code at every stage, in both languages: no text says one thing and its contrary, none says
 * a thing twice, and none sends a person on whom another part of it stops.
 */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { type KnownErrorCode, QuancunError } from '../../src/errors.js';
import type { StopStep } from '../../src/load/index.js';
import { atStage } from '../../src/terminal/money-stage.js';
import {
  inDoubt,
  notDeclared,
  nothingTaken,
  notLoaded,
  paidNotWritten,
} from '../../src/terminal/results.js';
import { openShop } from '../support/shop.js';
import { broken, tillOf } from '../support/till-of.js';

const ORDER = '0123456789ABCDEFGHJK';
const CODES = Object.keys(ERROR_TABLE) as KnownErrorCode[];

/** How a recharge or a load tells of an error, stage by stage. */
const STAGES: Readonly<Record<string, (error: QuancunError) => QuancunError>> = {
  'nothing taken': (error) => nothingTaken(error).error,
  'not loaded': (error) => notLoaded(error).error,
  'not declared': (error) => notDeclared(error, ORDER).error,
  'taken, not booked': (error) => atStage(error, 'taken-not-booked'),
  paid: (error) => paidNotWritten(ORDER, error).error,
  'credit sent': (error) => inDoubt(ORDER, error).error,
};

/** Codes that cannot be met at a stage, for they say themselves how far the money got. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  // Said of a payment, or of a load.
  'nothing taken': [
    ...['PAYMENT_SURPLUS', 'PAYMENT_REUSED', 'PAYMENT_NOT_SEEN', 'PAYMENT_UNCONFIRMED'],
    ...['LOAD_IN_DOUBT', 'LOAD_CANCELLED', 'LOAD_NOT_WRITTEN', 'TAC_INVALID', 'CARD_LOST'],
    ...['VISIT_TOO_LONG', 'CREDIT_REFUSED', 'PAYMENT_CURRENCY'],
  ],
  // Said while the order waits for its payment.
  paid: [
    ...['ORDER_UNPAID', 'QR_EXPIRED', 'QR_REFUSED', 'QR_OPEN', 'INTENT_NOT_KEPT'],
    ...['RECHARGE_CANCELLED', 'PAYMENT_CURRENCY', 'PAYMENT_NOT_REPORTABLE', 'REPORT_OVER_LIMIT'],
    ...['PAYMENT_ENTRY_INVALID', 'PAYMENT_CALLBACK_INVALID', 'BALANCE_LIMIT'],
  ],
  'credit sent': ['QR_REFUSED', 'PAYMENT_NOT_REPORTABLE', 'REPORT_OVER_LIMIT'],
};

/** Two things that no text says both. */
const CONTRARY: readonly (readonly [RegExp, RegExp])[] = [
  [/已付款项保留/, /未收款[。，]/],
  [/(payment|paid)[^.:;]* (is kept|stays)/i, /(nothing was paid|no money was taken)/i],
  [/勿[^，。；]{0,8}圈存|勿圈存/, /请到【充值记录】重新放卡【圈存】|点【圈存】|重新【圈存】/],
  [/不要再放卡/, /请(放好|重新放)|放好卡/],
  [/do not present the card again/i, /present the card again and|put the (same )?card back/i],
  [/^停止操作/, /请到【充值记录】重新放卡【圈存】|重新办理/],
  [/^Stop\./, /present the card again and load|begin the recharge/i],
];

const partsOf = (text: string): string[] =>
  text
    .split(/[。；，:.;]\s*/)
    .map((part) => part.trim())
    .filter((part) => part.length >= 5);

describe.each(Object.entries(STAGES))('%s', (stage, tell) => {
  const codes = CODES.filter((code) => !(NEVER[stage] ?? []).includes(code));

  test.each(codes)('%s', (code) => {
    const { hint, stop } = tell(new QuancunError(ERROR_TABLE[code]));
    for (const text of [hint.zh, hint.en]) {
      for (const [one, other] of CONTRARY) {
        expect([text, one.test(text) && other.test(text)]).toEqual([text, false]);
      }
      const parts = partsOf(text);
      expect(parts).toEqual([...new Set(parts)]);
    }
    if (stage === 'credit sent') expect(`${hint.zh}${hint.en}`).not.toMatch(/未写卡|not written/);
    expect(hint.zh.startsWith('停止操作，联系管理员。')).toBe(stop);
  });
});

describe('what is said of the payment', () => {
  const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;

  test.each(['thrown', 'a step'])('a card that was stopped since (%s): it is kept', async (how) => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const error = new QuancunError(ERROR_TABLE.CARD_BLACKLISTED);
    const step: StopStep = { ...error.toJSON(), do: 'stop', state: 'PAID', money: 'untouched' };
    const next = () => (how === 'thrown' ? Promise.reject(error) : Promise.resolve(step));
    const authority = broken(shop, { next });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'yes', next: 'as-told' },
      error: { code: 'CARD_BLACKLISTED', actor: 'customer' },
    });
    const told = 'error' in result ? result.error.hint.zh : '';
    expect(told).toBe('请客户联系发行方客服。已付款项保留，勿再收款。');
  });

  test('another counter begins to take it as the order is made: it is looked up', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const createOrder = () => Promise.reject(new QuancunError(ERROR_TABLE.PAYMENT_BEING_TAKEN));
    const authority = broken(shop, { createOrder });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'unknown', next: 'look-up' },
      error: { code: 'PAYMENT_BEING_TAKEN' },
    });
    expect('error' in result && result.error.hint.zh).not.toContain('未收款');
    expect(till.slips).toEqual([]);
  });
});
