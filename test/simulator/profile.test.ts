import { describe, expect, test } from 'vitest';
import { DEFAULT_PROFILE, parseProfile } from '../../src/simulator/index.js';
import { bareCard } from '../support/bare-card.js';

const INIT = '805000020B 01 00002710 000440101001 10';
const profile = (changes: object) => parseProfile(changes);

describe('profile', () => {
  test.each([
    ['before', '0007', '0008'],
    ['after', '0008', '0007'],
  ])('proveArg %s', (proveArg, right, wrong) => {
    const card = bareCard({ kind: '3des-4x', onlineAtc: 7, profile: profile({ proveArg }) });
    card.open();
    card.load(1);
    expect(card.send(`805A000202 ${wrong} 08`)).toBe('9406');
    expect(card.send(`805A000202 ${right} 08`)).toMatch(/9000$/);
  });

  test('proveHalf, proveClearedByInit, proveClearedByPurchase, logAtc', () => {
    const card = bareCard({
      kind: '3des-4x',
      onlineAtc: 7,
      profile: profile({ proveHalf: 'tac-mac', proveClearedByPurchase: false, logAtc: 'before' }),
    });
    card.open();
    const tac = card.load(100).slice(0, 8);
    card.purchase(1);
    expect(card.send('805A000202 0008 08')).toBe(`${tac}00000000 9000`);
    card.open();
    expect(card.send('00B202C417')).toMatch(/^0007/);
    const forgetful = bareCard({ kind: '3des-4x', profile: profile({ proveClearedByInit: true }) });
    forgetful.open();
    forgetful.load(1);
    forgetful.open();
    forgetful.send(INIT);
    expect(forgetful.send('805A000202 0001 08')).toBe('9406');
  });

  test('random numbers do not repeat, unless the profile says so', () => {
    const randoms = (rngTrusted: boolean) => {
      const card = bareCard({ kind: '3des-4x', profile: profile({ rngTrusted }) });
      card.open();
      return new Set(Array.from({ length: 500 }, () => card.send(INIT).slice(16, 24))).size;
    };
    expect(randoms(true)).toBe(500);
    expect(randoms(false)).toBe(8);
  });

  test('balanceTopBit, status words, pinForLoad, terminalNumberFree', () => {
    const card = bareCard({
      kind: '3des-4x',
      balanceFen: 5710,
      profile: profile({
        balanceTopBit: true,
        pinForLoad: false,
        terminalNumberFree: false,
        statusWords: { noTransaction: '6985', macWrong: '6988' },
      }),
    });
    card.send('00A4000002 1001');
    expect(card.send('805C000204')).toBe('8000164E 9000');
    expect(card.send('805200000B 20261123 100000 00000000 04')).toBe('6985');
    expect(card.load(1, { wrongMac: true })).toBe('6988');
    expect(card.send('805000020B 01 00002710 FF0440101001 10')).toBe('6A80');
  });

  test('an electronic deposit: load, unload by MAC3, and its own counters', () => {
    const card = bareCard({ kind: '3des-4x', profile: profile({ electronicDeposit: true }) });
    card.send('00A4000002 1001');
    expect(card.send('805C000104')).toBe('6982');
    card.open();
    expect(card.send('805C000104')).toBe('00000000 9000');
    expect(card.send('805000010B 01 00002710 000440101001 10')).toMatch(/9000$/);
    expect(card.send('805005010B 01 00002710 000440101001 10')).toBe('9401');
  });

  test.each([
    [{ proveArg: 'sometimes' }, /proveArg/],
    [{ unheardOf: true }, /unheardOf/],
    [{ atcMax: 70_000 }, /atcMax/],
    [{ pinForLoad: 'yes' }, /pinForLoad/],
    [{ statusWords: { macWrong: '12345' } }, /macWrong/],
    [{ statusWords: { other: '6985' } }, /other/],
    [{ statusWords: null }, /statusWords/],
    [JSON.parse('{"__proto__":{"a":1}}') as object, /__proto__/],
    [{ constructor: 1 }, /constructor/],
    [{ statusWords: { toString: '9000' } }, /toString/],
    [{ statusWords: JSON.parse('{"__proto__":"9000"}') as object }, /__proto__/],
    [[], /it must be an object/],
    [[1], /it must be an object/],
  ])('parseProfile refuses %j', (json, problem) => {
    expect(() => parseProfile(json)).toThrow(problem);
    expect(() => parseProfile(json)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
  });

  test('an empty profile is the default one', () => {
    expect(parseProfile({})).toEqual(DEFAULT_PROFILE);
    expect(parseProfile(JSON.parse(JSON.stringify(DEFAULT_PROFILE)))).toEqual(DEFAULT_PROFILE);
  });
});
