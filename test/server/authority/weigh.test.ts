/** What a report becomes when an HSM is asked: every question whole, every answer weighed. */
import { describe, expect, test } from 'vitest';
import type { Hsm, TacQuery } from '../../../src/server/index.js';
import { weigh, weighForeignRecord } from '../../../src/server/weigh.js';
import { attempt, issuedAt, ORDER, situation } from '../../load/situations.js';

/** A module that knows these TACs, and one MAC1; it keeps what it was asked. */
function module(known: { readonly mac1?: string; readonly tacs?: readonly string[] } = {}) {
  const asked: unknown[] = [];
  const answer = (query: unknown, isKnown: boolean): Promise<boolean> => {
    asked.push(query);
    return Promise.resolve(isKnown);
  };
  const hsm: Hsm = {
    verifyMac1: (query) => answer(query, query.mac1 === known.mac1),
    verifyTac: (query) => answer(query, (known.tacs ?? []).includes(nameOf(query))),
    computeMac2: () => Promise.reject(new Error('never asked by weighing')),
    describeKeys: () => Promise.resolve([]),
  };
  return { hsm, asked };
}

/** A TAC is of one counter and one time. */
const nameOf = ({ tac, onlineAtc, time }: TacQuery): string =>
  `${tac} ${String(onlineAtc)} ${time}`;

const KEY = { keyIndex: 1, issuerFactor: 'B8CACBE0', cardNumber: ORDER.cardNumber };
const INIT_ANSWER = '00001388' + '0007' + '01' + '00' + '11223344' + 'AABBCCDD' + '9000';
const next = () => 'FF0000000002';
const initialized = (response: string) =>
  ({ kind: 'initialized', terminal: '00044010100a', response }) as const;

describe('an INIT', () => {
  const { hsm, asked } = module({ mac1: 'AABBCCDD' });
  const init = {
    onlineAtc: 7,
    rawBalance: 5000,
    random: '11223344',
    terminal: '00044010100A',
    keyVersion: 1,
    algorithm: 0,
  };

  test.each(['PAID', 'ISSUED', 'HELD'] as const)(
    'in %s is of the order’s amount',
    async (state) => {
      const weighed = await weigh(hsm, situation({ state }), initialized(INIT_ANSWER), next);
      expect(weighed).toEqual({
        evidence: { kind: 'init', init: { ...init, amountFen: ORDER.amountFen } },
      });
      expect(asked.at(-1)).toEqual({
        ...KEY,
        ...{ ...init, amountFen: ORDER.amountFen, transactionType: 2, mac1: 'AABBCCDD' },
      });
    },
  );

  test('in VOIDING is a probe, of one fen', async () => {
    const voiding = situation({ state: 'VOIDING' });
    expect(await weigh(hsm, voiding, initialized(INIT_ANSWER), next)).toEqual({
      evidence: {
        kind: 'probe',
        init: { ...init, amountFen: 1 },
        nextProbeTerminal: 'FF0000000002',
      },
    });
    expect(asked.at(-1)).toMatchObject({ amountFen: 1 });
  });

  test('that the module does not know proves nothing', async () => {
    const other = module({ mac1: '00000000' });
    const weighed = await weigh(other.hsm, situation(), initialized(INIT_ANSWER), next);
    expect(weighed).toMatchObject({ row: { code: 'MAC1_INVALID' } });
    expect(other.asked).toHaveLength(1);
  });

  test.each([
    ['a refusal', '6985', 'INIT_REFUSED'],
    ['a garbled frame', '0011223344556677889900112233449000', 'RESPONSE_LENGTH'],
  ])('that is %s is not asked about', async (_what, response, code) => {
    const { hsm: idle, asked: none } = module();
    const weighed = await weigh(idle, situation(), initialized(response), next);
    expect(weighed).toMatchObject({ row: { code } });
    if (code === 'INIT_REFUSED') expect(weighed).toMatchObject({ details: { sw: '6985' } });
    expect(none).toEqual([]);
  });
});

describe('a TAC', () => {
  const attempts = [attempt(7, { time: '100000' }), attempt(7, { time: '100001' })];
  const issued = { ...issuedAt(7), attempts };
  const [older, latest] = attempts;
  const credited = (response: string) => ({ kind: 'credited', response }) as const;

  test('is of the attempt that it fits: the latest is asked about first', async () => {
    const { hsm, asked } = module({ tacs: ['AABBCCDD 7 100000'] });
    const weighed = await weigh(hsm, issued, credited('AABBCCDD9000'), next);
    expect(weighed).toEqual({ evidence: { kind: 'tac', attempt: older, tac: 'AABBCCDD' } });
    const inputs = {
      ...KEY,
      ...{ onlineAtc: 7, rawBalanceAfter: 15_000, amountFen: 10_000, transactionType: 2 },
      ...{ terminal: '000440101001', date: '20261123', tac: 'AABBCCDD' },
    };
    expect(asked).toEqual([
      { ...inputs, time: '100001' },
      { ...inputs, time: '100000' },
    ]);
  });

  test.each([
    ['fits none', 'AABBCCDD9000', { kind: 'bad-tac' }],
    ['is garbled', 'AABBCC9000', { kind: 'bad-tac' }],
    ['is an error', '9302', { kind: 'credit-refused', sw: '9302' }],
  ])('that %s proves nothing', async (_what, response, evidence) => {
    const { hsm } = module();
    expect(await weigh(hsm, issued, credited(response), next)).toEqual({ evidence });
  });

  const proved = (...responses: string[]) => ({ kind: 'proved', responses }) as const;
  test.each([
    ['the second half', proved('00000000AABBCCDD9000')],
    ['the first half', proved('AABBCCDD000000009000')],
    ['the answer after a refusal', proved('9406', '00000000AABBCCDD9000')],
    ['the answer after a garbled one', proved('00119000', '00000000AABBCCDD9000')],
    ['the answer after another counter’s', proved('11111111222222229000', 'AABBCCDD000000009000')],
  ])('is found in %s of a proof', async (_where, report) => {
    const { hsm } = module({ tacs: ['AABBCCDD 7 100001'] });
    expect(await weigh(hsm, issued, report, next)).toEqual({
      evidence: { kind: 'tac', attempt: latest, tac: 'AABBCCDD' },
    });
  });

  test.each([[proved()], [proved('9406', '0011')], [proved('11111111222222229000')]])(
    'that is in none is no proof: %o',
    async (report) => {
      const { hsm } = module({ tacs: ['AABBCCDD 7 100001'] });
      expect(await weigh(hsm, issued, report, next)).toEqual({ evidence: { kind: 'no-proof' } });
    },
  );

  test.each(['present', 'lost'] as const)('is not looked for in “%s”', async (kind) => {
    const { hsm, asked } = module();
    expect(await weigh(hsm, issued, { kind }, next)).toEqual({ evidence: { kind } });
    expect(asked).toEqual([]);
  });
});

describe('another issuer’s record', () => {
  const record = {
    atc: 7,
    rawBalanceAfter: 25_000,
    amountFen: 20_000,
    terminal: '000440109999',
    date: '20261122',
    time: '235959',
    tac: 'AABBCCDD',
  };

  test('with a TAC of our own proves our credit', async () => {
    const { hsm } = module({ tacs: ['AABBCCDD 7 100000'] });
    expect(await weighForeignRecord(hsm, issuedAt(7), record)).toEqual({
      evidence: { kind: 'tac', attempt: attempt(7), tac: 'AABBCCDD' },
    });
  });

  test('is asked about as it stands', async () => {
    const { hsm, asked } = module({ tacs: ['AABBCCDD 7 235959'] });
    expect(await weighForeignRecord(hsm, issuedAt(7), record)).toEqual({
      evidence: { kind: 'foreign-record', onlineAtc: 7 },
    });
    const { atc: onlineAtc, ...inputs } = record;
    expect(asked.at(-1)).toEqual({ ...KEY, ...inputs, onlineAtc, transactionType: 2 });
  });

  test('that the module does not know is refused', async () => {
    const { hsm } = module();
    expect(await weighForeignRecord(hsm, issuedAt(7), record)).toMatchObject({
      row: { code: 'FOREIGN_TAC_INVALID' },
    });
  });
});

test('a fault of the program is no fault of the line', async () => {
  const { hsm } = module();
  const fail = (): never => {
    throw new RangeError('a fault of ours');
  };
  const response = new Proxy({}, { get: fail }) as string;
  const broken = { kind: 'credited', response } as const;
  await expect(weigh(hsm, issuedAt(7), broken, next)).rejects.toThrow('a fault of ours');
});
