import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, writeUint } from '../../src/bytes.js';
import { desCipher } from '../../src/crypto/index.js';
import * as purse from '../../src/purse/index.js';
import { describeCommand } from '../support/command-laws.js';
import { bytesOf } from '../support/crypto-oracle.js';
import { codeOf } from '../support/error-codes.js';
import { transactions } from '../support/purse-arbitraries.js';

const byte = fc.nat({ max: 0xff });
const dated = transactions.map(({ date, time, terminalSerial }) => ({
  date,
  time,
  terminalSerial,
}));
const when = { date: '20260101', time: '083000' };
const mac = fromHex('AABBCCDD');
const terminal = fromHex('010203040506');
const serial = fromHex('00000001');
const random = fromHex('11223344');
const none = new Uint8Array(0);

const initialize: fc.Arbitrary<purse.InitializeRequest> = fc
  .tuple(
    fc.record({ keyIndex: byte, amountFen: fc.nat({ max: 0xffffffff }), terminal: bytesOf(6) }),
    fc.boolean(),
  )
  .map(([request, deposit]) => (deposit ? { ...request, purse: 'ed' } : request));
const request: purse.InitializeRequest = { keyIndex: 1, amountFen: 10000, terminal };

/** The four INITIALIZE commands differ in P1 and in what the card answers. */
function initializeSpec(p1: string, le: string, mismatch: string) {
  const data = '0100002710010203040506';
  return {
    requests: initialize,
    examples: [
      [`8050${p1}020B${data}${le}`, request],
      [`8050${p1}010B${data}${le}`, { ...request, purse: 'ed' }],
    ],
    refused: [
      ['BYTES_RANGE', { ...request, keyIndex: 256 }],
      ['BYTES_RANGE', { ...request, amountFen: -1 }],
      ['BYTES_RANGE', { ...request, amountFen: 0.5 }],
      ['BYTES_RANGE', { ...request, amountFen: 0x100000000 }],
      ['BYTES_LENGTH', { ...request, terminal: none }],
      ['BYTES_LENGTH', { ...request, terminal: new Uint8Array(7) }],
    ],
    mismatches: [
      `0050${p1}020B${data}${le}`,
      `8050${p1}030B${data}${le}`,
      `8050${mismatch}020B${data}${le}`,
      `8050${p1}020A${data.slice(2)}${le}`,
    ],
  } as const;
}

const balance = { rawBalance: 0x164e, balanceFen: 5710, topBit: false };
const flagged = { ...balance, rawBalance: 0x8000164e, topBit: true };
const online = { onlineAtc: 7, keyVersion: 1, algorithm: 0, random, mac1: mac };
const onlineAnswers = [
  ['0000164E0007010011223344AABBCCDD', { ...balance, ...online }],
  ['8000164E0007010011223344AABBCCDD', { ...flagged, ...online }],
] as const;
const offline = { offlineAtc: 9, overdraftLimitFen: 256, keyVersion: 1, algorithm: 0, random };
const offlineAnswers = [['0000164E0009000100010011223344', { ...balance, ...offline }]] as const;

describeCommand<purse.initializeForLoad.Request>('INITIALIZE FOR LOAD', {
  file: purse.initializeForLoad,
  ...initializeSpec('00', '10', '05'),
  answers: onlineAnswers,
  sizesBytes: [16],
});
describeCommand<purse.initializeForUnload.Request>('INITIALIZE FOR UNLOAD', {
  file: purse.initializeForUnload,
  ...initializeSpec('05', '10', '00'),
  answers: onlineAnswers,
  sizesBytes: [16],
});
describeCommand<purse.initializeForPurchase.Request>('INITIALIZE FOR PURCHASE', {
  file: purse.initializeForPurchase,
  ...initializeSpec('01', '0F', '03'),
  answers: offlineAnswers,
  sizesBytes: [15],
});
describeCommand<purse.initializeForCompoundPurchase.Request>('INITIALIZE FOR CAPP PURCHASE', {
  file: purse.initializeForCompoundPurchase,
  ...initializeSpec('03', '0F', '01'),
  answers: offlineAnswers,
  sizesBytes: [15],
});

const mac2Requests = fc
  .tuple(dated, bytesOf(4))
  .map(([{ date, time }, mac2]) => ({ date, time, mac2 }));
const mac2Request = { ...when, mac2: mac };
const wrongMac2 = [
  ['DIGITS_INVALID', { ...mac2Request, date: '2026010' }],
  ['DIGITS_INVALID', { ...mac2Request, time: '0830AA' }],
  ['BYTES_LENGTH', { ...mac2Request, mac2: none }],
  ['BYTES_LENGTH', { ...mac2Request, mac2: new Uint8Array(8) }],
] as const;

describeCommand<purse.creditForLoad.Request>('CREDIT FOR LOAD', {
  file: purse.creditForLoad,
  requests: mac2Requests,
  examples: [['805200000B20260101083000AABBCCDD04', mac2Request]],
  refused: wrongMac2,
  mismatches: ['805201000B20260101083000AABBCCDD04', '805200000A20260101083000AABBCC04'],
  answers: [['AABBCCDD', { tac: mac }]],
  sizesBytes: [4],
});
describeCommand<purse.debitForUnload.Request>('DEBIT FOR UNLOAD', {
  file: purse.debitForUnload,
  requests: mac2Requests,
  examples: [['805403000B20260101083000AABBCCDD04', mac2Request]],
  refused: wrongMac2,
  mismatches: ['805401000B20260101083000AABBCCDD04', '805403000A20260101083000AABBCC04'],
  answers: [['AABBCCDD', { mac3: mac }]],
  sizesBytes: [4],
});

const debit = { ...when, terminalSerial: serial, mac1: mac };
for (const name of ['debitForPurchase', 'debitForCompoundPurchase'] as const) {
  describeCommand<purse.debitForPurchase.Request>(name, {
    file: purse[name],
    requests: fc.tuple(dated, bytesOf(4)).map(([rest, mac1]) => ({ ...rest, mac1 })),
    examples: [['805401000F0000000120260101083000AABBCCDD08', debit]],
    refused: [
      ['BYTES_LENGTH', { ...debit, terminalSerial: none }],
      ['BYTES_LENGTH', { ...debit, mac1: none }],
      ['DIGITS_INVALID', { ...debit, date: '' }],
      ['DIGITS_INVALID', { ...debit, time: '08:30:00' }],
    ],
    mismatches: ['805403000F0000000120260101083000AABBCCDD08'],
    answers: [['11223344AABBCCDD', { tac: random, mac2: mac }]],
    sizesBytes: [8],
  });
}

describeCommand<purse.getBalance.Request>('GET BALANCE', {
  file: purse.getBalance,
  requests: fc.constantFrom({}, { purse: 'ed' as const }),
  examples: [
    ['805C000204', {}],
    ['805C000104', { purse: 'ed' }],
  ],
  refused: [],
  mismatches: ['005C000204', '805C010204', '805C000304', '805C0002010104'],
  answers: [
    ['0000164E', balance],
    ['8000164E', { ...flagged }],
    ['FFFFFFFF', { rawBalance: 0xffffffff, balanceFen: -1, topBit: true }],
  ],
  sizesBytes: [4],
});

describeCommand<purse.updateCappDataCache.Request>('UPDATE CAPP DATA CACHE', {
  file: purse.updateCappDataCache,
  requests: fc
    .tuple(
      fc.uint8Array({ minLength: 1, maxLength: 255 }),
      byte,
      fc.nat({ max: 30 }),
      fc.nat({ max: 2 }),
    )
    .map(([data, record, sfi, form]) => {
      const by = ([undefined, 'previous', 'number'] as const)[form];
      return by === undefined ? { record, sfi, data } : { record, sfi, data, by };
    }),
  examples: [
    ['80DCAAC802AA00', { record: 0xaa, sfi: 0x19, data: fromHex('AA00') }],
    ['80DCAACB02AA00', { record: 0xaa, by: 'previous', sfi: 0x19, data: fromHex('AA00') }],
    ['80DC01CC02AA00', { record: 1, by: 'number', sfi: 0x19, data: fromHex('AA00') }],
  ],
  refused: [
    ['BYTES_RANGE', { record: 256, sfi: 0x19, data: mac }],
    ['BYTES_RANGE', { record: 0xaa, sfi: 31, data: mac }],
    ['BYTES_RANGE', { record: 0xaa, sfi: 0x19, data: none }],
    ['BYTES_RANGE', { record: 0xaa, sfi: 0x19, data: new Uint8Array(256) }],
  ],
  mismatches: ['00DCAAC802AA00', '80DCAAC902AA00', '80DCAAF802AA00', '80DCAAC8'],
  answers: [['', {}]],
  sizesBytes: [0],
});

describeCommand<purse.getTransactionProve.Request>('GET TRANSACTION PROVE', {
  file: purse.getTransactionProve,
  requests: fc.record({ transactionType: byte, atc: fc.nat({ max: 0xffff }) }),
  examples: [['805A000202000708', { transactionType: 2, atc: 7 }]],
  refused: [
    ['BYTES_RANGE', { transactionType: 256, atc: 0 }],
    ['BYTES_RANGE', { transactionType: 2, atc: 0x10000 }],
    ['BYTES_RANGE', { transactionType: 2, atc: -1 }],
  ],
  mismatches: ['005A000202000708', '805A010202000708', '805A0002010708', '805A000208'],
  answers: [['11223344AABBCCDD', { mac: random, tac: mac }]],
  sizesBytes: [8],
});

describe('what a card and a reader may vary', () => {
  test.each([
    ['initializeForLoad', '805000020B0100002710010203040506'],
    ['initializeForPurchase', '805001020B0100002710010203040506'],
    ['creditForLoad', '805200000B20260101083000AABBCCDD'],
    ['debitForPurchase', '805401000F0000000120260101083000AABBCCDD'],
    ['getBalance', '805C0002'],
    ['getTransactionProve', '805A0002020007'],
  ] as const)('%s without Le is the same command', (name, hex) => {
    const file = purse[name];
    const built = file.build(file.parseCommand(fromHex(hex)) as never);
    expect(toHex(built).slice(0, -2)).toBe(hex);
  });

  test('an answer goes into MAC1 and TAC as it is, top bit and all', () => {
    const [key, rawBalance] = [new Uint8Array(16).fill(7), 0x8000164e];
    const random = Uint8Array.of(1, 2, 3, 4);
    const command = { amountFen: 100, transactionType: 2, terminal: new Uint8Array(6) };
    const session = purse.computeLoadSessionKey(desCipher, key, { random, onlineAtc: 5 });
    const mac1 = purse.computeLoadMac1(desCipher, session, { ...command, rawBalance });
    const response = concat(fromHex('8000164E00050100'), random, mac1, fromHex('9000'));
    const answer = purse.initializeForLoad.parse(response);
    if (!answer.ok) throw new Error('refused');
    expect(answer).toMatchObject({ rawBalance, balanceFen: 5710, topBit: true });
    expect(purse.verifyLoadMac1(desCipher, session, { ...answer, ...command }, mac1)).toBe(true);
    const receipt = { ...answer, ...command, rawBalanceAfter: answer.rawBalance + 100 };
    const times = { date: '20260101', time: '083000' };
    const message = purse.writeLoadTacMessage({ ...receipt, ...times });
    expect(toHex(message.subarray(0, 6))).toBe('800016B20005');
  });

  test('an answer goes straight into MAC1; the spelling of 0.1.0 means the same four bytes', () => {
    const [key, random, terminal] = [
      new Uint8Array(16).fill(7),
      fromHex('01020304'),
      new Uint8Array(6),
    ];
    const session = purse.computeLoadSessionKey(desCipher, key, { random, onlineAtc: 5 });
    const order = { amountFen: 100, transactionType: 2, terminal };
    for (const raw of [0x164e, 0x8000164e, 0xffffffff]) {
      const mac1 = purse.computeLoadMac1(desCipher, session, { ...order, rawBalance: raw });
      const bytes = concat(writeUint(raw, 4), fromHex('00050100'), random, mac1, fromHex('9000'));
      const answer = purse.initializeForLoad.parse(bytes);
      if (!answer.ok) throw new Error('refused');
      const verify = (balance: object): boolean =>
        purse.verifyLoadMac1(desCipher, session, { ...order, ...balance }, mac1);
      expect(verify(answer)).toBe(true);
      expect(verify({ balanceFen: purse.rawBalance(answer) })).toBe(true);
      // The money of a card that flags the top bit is another number: refused, and never taken.
      const isFlag = answer.topBit && answer.balanceFen >= 0;
      expect(verify({ balanceFen: answer.balanceFen })).toBe(!isFlag);
    }
  });

  test('without a balance, MAC1 says what it misses', () => {
    const inputs = { amountFen: 100, transactionType: 2, terminal: new Uint8Array(6) };
    const compute = (): unknown => purse.computeLoadMac1(desCipher, new Uint8Array(8), inputs);
    expect(codeOf(compute)).toBe('BYTES_RANGE');
    expect(compute).toThrow('rawBalance');
  });

  test('a date with letters is shown as it is', () => {
    const bytes = fromHex('805200000BFFFFFFFF083000AABBCCDD04');
    expect(purse.creditForLoad.parseCommand(bytes).date).toBe('FFFFFFFF');
  });
});
