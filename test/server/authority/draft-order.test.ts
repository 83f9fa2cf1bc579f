/** Who may recharge what: judged from the card's own bytes. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/bytes.js';
import { DEFAULT_POLICY, type LoadPolicy } from '../../../src/load/index.js';
import { draftOrder, drawProbeTerminal } from '../../../src/server/draft-order.js';
import {
  createVirtualCard,
  personalise,
  type PersonaliseOptions,
} from '../../../src/simulator/index.js';
import { readCard } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { manualEnv } from '../../support/manual-env.js';

const env = manualEnv();

async function draft(
  changes: { amountFen?: number; outlet?: string; terminal?: string } = {},
  policy: Partial<LoadPolicy> = {},
  card: Partial<PersonaliseOptions> = {},
) {
  const reader = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x', ...card })));
  const { issueInformation } = await readCard(withGetResponse(reader));
  const request = {
    ...{ protocol: 1, idempotencyKey: 'key', amountFen: 10_000, outlet: 'self', ...changes },
    issueInformation: toHex(issueInformation),
  } as const;
  return draftOrder(request, { ...DEFAULT_POLICY, ...policy }, env);
}

describe('a new order', () => {
  test('says where it was made, in capitals, and by whom', async () => {
    expect((await draft({ terminal: '00044010100a' })).terminal).toBe('00044010100A');
    const order = await draft();
    expect(['terminal' in order, 'who' in order]).toEqual([false, false]);
  });

  test('is what the card says, and unpaid', async () => {
    const card = { cardNumber: '6201220000001234', plate: '甘A12345' };
    const order = await draft({}, {}, card);
    expect(order).toMatchObject({
      ...card,
      ...{ keyIndex: 1, amountFen: 10_000, state: 'CREATED', outlet: 'self' },
      ...{ probesPassed: 0, badTacs: 0, refusedCredits: 0 },
      ...{ createdAtMs: env.now(), updatedAtMs: env.now() },
    });
    expect(order.issuerFactor).toMatch(/^[0-9A-F]{8}$/);
    expect(order.orderId).toMatch(/^[0-9A-HJKMNP-TV-Z]{20}$/);
    expect(new Set(order.orderId).size).toBeGreaterThan(5);
  });

  test.each([1, 500_000])('of %i fen is within the limits', async (amountFen) => {
    expect(await draft({ amountFen }, { maxAmountFen: 500_000 })).toMatchObject({ amountFen });
  });

  test.each([0, -1, 500_001])('of %i fen is not', async (amountFen) => {
    await expect(draft({ amountFen }, { maxAmountFen: 500_000 })).rejects.toMatchObject({
      code: 'AMOUNT_RANGE',
      details: { minFen: 1, maxFen: 500_000 },
    });
  });

  test('is taken from an outlet that is on the list', async () => {
    const outlets = ['north', 'south'];
    expect(await draft({ outlet: 'south' }, { outlets })).toMatchObject({ outlet: 'south' });
    await expect(draft({ outlet: 'self' }, { outlets })).rejects.toMatchObject({
      code: 'OUTLET_REFUSED',
    });
  });

  test.each([
    ['over', { startDate: '2016-01-01', endDate: '2026-11-22' }, 'CARD_EXPIRED'],
    ['still to come', { startDate: '2026-11-24', endDate: '2030-01-01' }, 'CARD_NOT_ACTIVE'],
  ])('of a card whose time is %s is refused', async (_when, dates, code) => {
    await expect(draft({}, {}, dates)).rejects.toMatchObject({ code });
  });

  test('of a card’s first and last day is taken', async () => {
    const today = { startDate: '2026-11-23', endDate: '2026-11-23' };
    expect(await draft({}, {}, today)).toMatchObject({ state: 'CREATED' });
  });
});

test('a probe’s number is one that no terminal has', () => {
  const [one, two] = [drawProbeTerminal(env), drawProbeTerminal(env)];
  expect(one).toMatch(/^FF[0-9A-F]{10}$/);
  expect(two).not.toBe(one);
});
