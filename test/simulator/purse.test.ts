import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../src/simulator/index.js';
import { bareCard } from '../support/bare-card.js';
import { auditSession } from '../support/purse-oracle.js';

const INIT = '805000020B 01 00002710 000440101001 10';
const profile = (changes: object) => parseProfile(changes);

describe.each([
  ['3des-4x', 0x01],
  ['sm4-5x', 0x41],
] as const)('a load on a %s card', (kind, index) => {
  test('balance, counter, log and proof change together; OpenSSL finds every code right', () => {
    const card = bareCard({ kind, balanceFen: 5000, onlineAtc: 7 });
    card.open();
    const answer = card.load(10_000);
    expect(answer).toMatch(/^[0-9A-F]{8} 9000$/);
    expect(card.state.ep).toEqual({ balanceFen: 15_000, onlineAtc: 8, offlineAtc: 0 });
    const tac = answer.slice(0, 8);
    expect(card.send('805A000202 0008 08')).toBe(`00000000${tac} 9000`);
    expect(card.send('805A000202 0007 08')).toBe('9406');
    card.open();
    expect(card.send('00B201C417')).toBe(
      '0008 000000 00002710 02 000440101001 20261123 100000 9000'.replace(/ (?!9000)/g, ''),
    );
    expect(auditSession(card.state, card.wires)).toEqual({ checked: 3, wrong: [] });
  });

  test('INITIALIZE answers balance, counter, key version, algorithm, random, MAC1', () => {
    const card = bareCard({ kind, balanceFen: 5000, onlineAtc: 7 });
    card.open();
    const index2 = index.toString(16).padStart(2, '0');
    const opened = card.send(`805000020B ${index2} 00002710 000440101001 10`);
    const [version, algorithm] = kind === 'sm4-5x' ? ['41', '04'] : ['01', '00'];
    expect(opened.slice(0, 16)).toBe(`000013880007${version}${algorithm}`);
    expect(opened).toHaveLength(32 + 5);
  });
});

describe('INITIALIZE FOR LOAD refuses, in the order of real cards', () => {
  test.each([
    ['P2 before the length', '8050000305 0000000000', '6A86'],
    ['the length before the key', '805000020A 01 00002710 0004401010', '6700'],
    ['the key before the PIN', '805000020B 09 00002710 000440101001 10', '9403'],
    ['the PIN before the overflow', '805000020B 01 FFFFFFFF 000440101001 10', '6982'],
    ['a purse this card does not have', '805000010B 01 00002710 000440101001 10', '6A86'],
  ])('%s', (_why, command, sw) => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    expect(card.send(command)).toBe(sw);
  });

  test('overflow of four bytes, and of the card maximum', () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 0x7fffffff - 9_999 });
    card.open();
    expect(card.send(INIT)).toBe('6985');
    expect(card.send('805000020B 01 0000270F 000440101001 10')).toMatch(/9000$/);
  });

  test('a counter at its end: 9402, and 0 where the card wraps', () => {
    const last = bareCard({ kind: '3des-4x', onlineAtc: 0xfffe });
    last.open();
    expect(last.load(1)).toMatch(/9000$/);
    last.open();
    expect(last.load(1)).toBe('9402');
    expect(last.state.ep).toMatchObject({ balanceFen: 1, onlineAtc: 0xffff });
    const wrapping = bareCard({
      kind: '3des-4x',
      onlineAtc: 0xffff,
      profile: profile({ atcWraps: true }),
    });
    wrapping.open();
    expect(wrapping.load(1)).toMatch(/9000$/);
    expect(wrapping.state.ep.onlineAtc).toBe(0);
  });

  test('an amount of 0 is allowed, and changes nothing but the counter when credited', () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 77 });
    card.open();
    expect(card.load(0)).toMatch(/9000$/);
    expect(card.state.ep).toMatchObject({ balanceFen: 77, onlineAtc: 1 });
    const strict = bareCard({ kind: '3des-4x', profile: profile({ initAmountZeroOk: false }) });
    strict.open();
    expect(strict.load(0)).toBe('6A80');
  });
});

describe('CREDIT FOR LOAD', () => {
  test('without INITIALIZE: 6901', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.open();
    expect(card.send('805200000B 20261123 100000 00000000 04')).toBe('6901');
  });

  test('a wrong MAC2: 9302, nothing changes, and the right one comes too late', () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 5000 });
    card.open();
    expect(card.load(10_000, { wrongMac: true })).toBe('9302');
    expect(card.state.ep).toMatchObject({ balanceFen: 5000, onlineAtc: 0 });
    expect(card.send('805200000B 20261123 100000 00000000 04')).toBe('6901');
  });

  test('a profile may leave the transaction open after a wrong MAC2', () => {
    const survives = profile({ sessionSurvivesBadMac: true });
    const card = bareCard({ kind: '3des-4x', profile: survives });
    card.open();
    expect(card.load(1, { wrongMac: true })).toBe('9302');
    expect(card.state.session.open).toHaveLength(1);
  });

  test('three wrong MAC2 in a row block the application; a right one in between forgives', () => {
    const card = bareCard({ kind: '3des-4x' });
    const guess = () => {
      card.open();
      return card.load(1, { wrongMac: true });
    };
    expect([guess(), guess()]).toEqual(['9302', '9302']);
    card.open();
    expect(card.load(1)).toMatch(/9000$/);
    expect([guess(), guess(), guess()]).toEqual(['9302', '9302', '6985']);
    expect(card.send('805C000204')).toBe('6985');
    card.send('00A4000002 3F00');
    expect(card.send('00A4000002 1001')).toMatch(/ 6A81$/);
  });

  test('the same CREDIT twice: the second finds no transaction', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.open();
    card.load(10_000);
    const credit = Buffer.from(card.wires.at(-1)?.command ?? []).toString('hex');
    expect(card.send(credit)).toBe('6901');
    expect(card.state.ep).toMatchObject({ balanceFen: 10_000, onlineAtc: 1 });
  });

  test('the PIN is asked for again after each load', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.open();
    expect(card.load(1)).toMatch(/9000$/);
    expect(card.load(1)).toBe('6982');
  });
});

describe('what ends an open transaction', () => {
  test.each([
    ['READ BINARY', '00B0950001'],
    ['GET CHALLENGE', '0084000004'],
    ['VERIFY', '0020000006 313233343536'],
    ['SELECT', '00A4000002 1001'],
    ['an unknown command', '00FF000000'],
    ['bytes that are no command', '0084'],
    ['a refused 805A', '805A000202 9999 08'],
  ])('%s', (_name, between) => {
    const card = bareCard({ kind: '3des-4x' });
    card.open();
    expect(card.load(1, { between })).toBe('6901');
    expect(card.state.ep.balanceFen).toBe(0);
  });

  test.each([
    ['GET BALANCE', '805C000204'],
    ['INTERNAL AUTHENTICATE', '0088000008 0102030405060708'],
  ])('not %s', (_name, between) => {
    const card = bareCard({ kind: '3des-4x' });
    card.open();
    expect(card.load(1, { between })).toMatch(/9000$/);
  });

  test('a reset does, and a profile may let a READ pass', () => {
    const card = bareCard({ kind: '3des-4x', profile: profile({ sessionSurvivesOther: true }) });
    card.open();
    expect(card.load(1, { between: '00B0950001' })).toMatch(/9000$/);
    card.open();
    card.send(INIT);
    card.reset();
    card.send('00A4000002 1001');
    expect(card.send('805200000B 20261123 100000 00000000 04')).toBe('6901');
  });

  test('a second INITIALIZE ends the first, unless the card keeps several', () => {
    const open = (singleSession: boolean) => {
      const card = bareCard({ kind: '3des-4x', profile: profile({ singleSession }) });
      card.open();
      card.load(1, { between: INIT });
      return card.state.ep.balanceFen;
    };
    expect(open(true)).toBe(0);
    expect(open(false)).toBe(1);
  });
});

describe('purchase', () => {
  test('takes the money, moves the offline counter, replaces the proof', () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 5000, offlineAtc: 3 });
    card.open();
    card.load(1000);
    const paid = card.purchase(1234);
    expect(paid).toMatch(/^[0-9A-F]{16} 9000$/);
    expect(card.state.ep).toEqual({ balanceFen: 4766, onlineAtc: 1, offlineAtc: 4 });
    const [tac, mac2] = [paid.slice(0, 8), paid.slice(8, 16)];
    expect(card.send('805A000602 0004 08')).toBe(`${mac2}${tac} 9000`);
    expect(card.send('805A000202 0001 08')).toBe('9406');
    expect(auditSession(card.state, card.wires)).toEqual({ checked: 6, wrong: [] });
  });

  test('too little money: 9401', () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 99 });
    card.open();
    expect(card.purchase(100)).toBe('9401');
    expect(card.purchase(99)).toMatch(/9000$/);
    expect(card.state.ep.balanceFen).toBe(0);
  });
});
