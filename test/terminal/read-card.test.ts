import { describe, expect, test } from 'vitest';
import {
  createVirtualCard,
  parseProfile,
  personalise,
  type PersonaliseOptions,
} from '../../src/simulator/index.js';
import { checkCard, readCard } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../src/transport/index.js';
import { bareCard } from '../support/bare-card.js';

function insert(options: Partial<PersonaliseOptions> = {}) {
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000, ...options }));
  return withGetResponse(simulatorTransport(card));
}

describe('readCard', () => {
  test('EF 0015 and the balance; holder and records only when asked for', async () => {
    const reading = await readCard(insert());
    expect(reading).toMatchObject({
      issue: { plate: '甘A12345', cardNumber: '6201220000001234' },
      balanceFen: 5000,
      topBit: false,
    });
    expect(reading).not.toHaveProperty('holder');
    expect(reading).not.toHaveProperty('records');
  });

  test('the holder', async () => {
    const { holder } = await readCard(insert(), { holder: true });
    expect(holder).toMatchObject({ holderName: '张三丰' });
  });

  test('records after the PIN, newest first; without it a card that asks for it shows none', async () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 5000 });
    card.open();
    card.load(100);
    card.purchase(30);
    const transport = simulatorTransport({
      reset: () => new Uint8Array(0),
      exchange: (command) =>
        Uint8Array.from(
          Buffer.from(card.send(Buffer.from(command).toString('hex')).replace(' ', ''), 'hex'),
        ),
    });
    const { records } = await readCard(transport, { records: 5, pin: '123456' });
    expect(records?.map(({ transactionType, amountFen }) => [transactionType, amountFen])).toEqual([
      [6, 30],
      [2, 100],
    ]);
    expect((await readCard(transport, { records: 5 })).records).toBeUndefined();
  });

  test('43 bytes of EF 0015, a flag in the balance, a card that knows no FID', async () => {
    const profile = parseProfile({ issueSizeBytes: 43, balanceTopBit: true, selectByFid: false });
    const reading = await readCard(insert({ profile }));
    expect(reading.issueInformation).toHaveLength(43);
    expect(reading).toMatchObject({ balanceFen: 5000, topBit: true });
  });

  test('dates that are none: the card cannot be recharged, and reading it still works', async () => {
    const { issue } = await readCard(insert());
    expect(checkCard({ ...issue, endDate: 'FFFFFFFF' }, '20261123').reasons).toEqual([
      'CARD_DATES_UNREADABLE',
    ]);
  });
});

describe('checkCard', () => {
  test.each([
    ['2026-11-23', '2020-01-01', []],
    ['2026-11-22', '2020-01-01', ['CARD_EXPIRED']],
    ['2030-01-01', '2026-11-24', ['CARD_NOT_ACTIVE']],
    ['2030-01-01', '2026-11-23', []],
  ])('valid to %s from %s: %j', async (endDate, startDate, reasons) => {
    const { issue } = await readCard(insert({ endDate, startDate }));
    expect(checkCard(issue, '20261123').reasons).toEqual(reasons);
  });

  test('a 记账卡 that is expired too: every reason is named', async () => {
    const { issue } = await readCard(insert({ kind: 'pass-card', endDate: '2021-01-01' }));
    const { errors, ...check } = checkCard(issue, '20261123');
    expect(errors.map(({ code }) => code)).toEqual(check.reasons);
    expect(errors[1]?.message).toContain(issue.endDate);
    expect(check).toEqual({
      rechargeable: false,
      reasons: ['CARD_NOT_STORED_VALUE', 'CARD_EXPIRED'],
    });
  });
});
