/** Each request that reaches the authority is held to its declaration: the right one comes back. */
import { expect, test } from 'vitest';
import {
  parseBeginPaymentRequest,
  parseCardNumber,
  parseCheckCardRequest,
  parseConfirmPaymentRequest,
  parseCreateOrderRequest,
  parseEndPaymentRequest,
  parseForeignRecord,
  parseNotTaken,
  parseOrderId,
  parseRefund,
  parseReleaseRequest,
  parseVisitReport,
} from '../../src/load/parse.js';

const protocol = 1;
const FOREIGN = {
  atc: 7,
  rawBalanceAfter: 15_000,
  amountFen: 10_000,
  terminal: '000440101001',
  date: '20261123',
  time: '100000',
  tac: 'AABBCCDD',
};
const REPORT = {
  protocol,
  orderId: 'ORDER1',
  cardNumber: '2200000000000001',
  evidence: { kind: 'present' },
};
const PAID = { protocol, orderId: 'ORDER1', provider: 'pos', transactionId: '1', amountFen: 1 };
const CREATE = {
  protocol,
  idempotencyKey: 'key',
  issueInformation: 'AB'.repeat(43),
  amountFen: 10_000,
  outlet: 'self',
};

const CHECK = { protocol, issueInformation: CREATE.issueInformation, amountFen: 1, outlet: 'self' };
const BEGIN = {
  ...{ protocol, orderId: 'ORDER1' },
  cardNumber: REPORT.cardNumber,
  response: '9000',
};
const END = { protocol, orderId: 'ORDER1', terminal: 'FF0000000001' };

test.each([
  [parseCreateOrderRequest, CREATE],
  [parseCheckCardRequest, CHECK],
  [parseBeginPaymentRequest, BEGIN],
  [parseEndPaymentRequest, END],
  [parseNotTaken, { how: 'provider', by: 'pos', terminal: END.terminal }],
  [parseConfirmPaymentRequest, PAID],
  [parseForeignRecord, FOREIGN],
  [parseVisitReport, REPORT],
  [parseOrderId, 'ORDER1'],
  [parseCardNumber, '2200000000000001'],
  [parseReleaseRequest, { by: 'li', release: 'resume' }],
] as const)('%o takes what is declared, and nothing else', (parse, right) => {
  expect(parse(right)).toEqual(right);
  const wrong = typeof right === 'string' ? '' : { ...right, more: 1 };
  expect(() => parse(wrong)).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
});

test('a refund names its payment, or the order’s own', () => {
  expect(parseRefund(undefined)).toStrictEqual({});
  expect(parseRefund('pos:1')).toEqual({ transactionId: 'pos:1' });
  expect(() => parseRefund(7)).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
});
