import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as apdu from '../../src/apdu/index.js';
import { explainStatus, parseOutcome, type StatusTable, swText } from '../../src/apdu/index.js';
import { GENERAL_STATUS_WORDS } from '../../src/apdu/status-words.js';
import { fromHex } from '../../src/bytes.js';
import { isQuancunError } from '../../src/errors.js';
import * as purse from '../../src/purse/index.js';
import { codeOf } from '../support/error-codes.js';

const own: StatusTable = {
  '6A82': { en: 'own', zh: '自有' },
  '63Cx': { en: 'own pattern', zh: '自有模式' },
  '63C0': { en: 'own exact', zh: '自有精确' },
  '69xx': { en: 'own byte', zh: '自有字节' },
};

describe('explainStatus', () => {
  test('asks the table of the command first', () => {
    const status = { sw: 0x6a82, known: 'command', en: 'own', zh: '自有' };
    expect(explainStatus(0x6a82, own)).toEqual(status);
  });

  test('asks the general table second', () => {
    const status = { sw: 0x6a83, known: 'general', ...GENERAL_STATUS_WORDS['6A83'] };
    expect(explainStatus(0x6a83, own)).toEqual(status);
    expect(explainStatus(0x6a82)).toMatchObject({ known: 'general' });
  });

  test('a pattern of the command comes before an exact row of the general table', () => {
    expect(explainStatus(0x6988, own)).toMatchObject({ known: 'command', en: 'own byte' });
  });

  test('within a table the exact row comes before the patterns', () => {
    expect(explainStatus(0x63c0, own)).toMatchObject({ en: 'own exact', triesLeft: 0 });
    expect(explainStatus(0x63c1, own)).toMatchObject({ en: 'own pattern', triesLeft: 1 });
  });

  test('the tries left are read from 63Cx, and from nothing else', () => {
    for (let tries = 0; tries < 16; tries += 1) {
      expect(explainStatus(0x63c0 + tries)).toMatchObject({ known: 'general', triesLeft: tries });
    }
    expect(explainStatus(0x63d3)).not.toHaveProperty('triesLeft');
    expect(explainStatus(0x6983)).not.toHaveProperty('triesLeft');
  });

  test.each([0x6100, 0x61ff, 0x6c04])('%d is known by its first byte', (sw) => {
    expect(explainStatus(sw).known).toBe('general');
  });

  test('says so when no table knows a status word', () => {
    const status = explainStatus(0x1234, own);
    expect(status).toMatchObject({ sw: 0x1234, known: 'no' });
    expect(status.en).not.toBe('');
    expect(status.zh).not.toBe('');
  });

  test('law: every status word has texts in both languages and keeps its number', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), (sw) => {
        const status = explainStatus(sw, own);
        expect(status.sw).toBe(sw);
        expect(status.en.length * status.zh.length).toBeGreaterThan(0);
      }),
    );
  });

  test('swText writes four digits', () => {
    expect([0x9000, 0x6a82, 0x0001].map(swText)).toEqual(['9000', '6A82', '0001']);
  });
});

const tables = [...Object.entries(apdu), ...Object.entries(purse)].flatMap(([name, namespace]) =>
  typeof namespace === 'object' && 'statusWords' in namespace
    ? [{ name, table: namespace.statusWords }]
    : [],
);

describe('the tables', () => {
  test('every command has one', () => {
    expect(tables).toHaveLength(22);
  });

  test.each([{ name: 'general', table: GENERAL_STATUS_WORDS }, ...tables])(
    '$name: every row has a status word or a pattern, and both texts',
    ({ table }) => {
      expect(Object.keys(table).length).toBeGreaterThan(0);
      for (const [key, { en, zh }] of Object.entries(table)) {
        expect(key).toMatch(/^[0-9A-F]{2}([0-9A-F]{2}|[0-9A-F]x|xx)$/);
        expect(en, key).toMatch(/^[\x20-\x7e]+$/);
        expect(zh, key).toMatch(/\p{Script=Han}/u);
      }
    },
  );
});

describe('parseOutcome', () => {
  const decode = (data: Uint8Array): { size: number } => ({ size: data.length });

  test('9000 with data of an allowed length is decoded', () => {
    expect(parseOutcome(fromHex('AABB9000'), own, [1, 2], decode)).toEqual({ ok: true, size: 2 });
    expect(parseOutcome(fromHex('9000'), own, 'any', decode)).toEqual({ ok: true, size: 0 });
  });

  test('any other status word is a value, whatever data comes with it', () => {
    const status = { sw: 0x6a82, known: 'command', en: 'own', zh: '自有' };
    expect(parseOutcome(fromHex('AABB6A82'), own, [4], decode)).toEqual({ ok: false, status });
  });

  test('9000 with data of another length is an error: the card has acted', () => {
    try {
      parseOutcome(fromHex('AABBCC9000'), own, [1, 2], decode);
      expect.unreachable();
    } catch (error) {
      expect(isQuancunError(error, 'RESPONSE_LENGTH')).toBe(true);
      expect(error).toMatchObject({ sent: 'yes', details: { expected: '1 / 2', size: 3 } });
    }
  });

  test('no status word is no outcome', () => {
    expect(codeOf(() => parseOutcome(fromHex('90'), own, 'any', decode))).toBe(
      'RESPONSE_MALFORMED',
    );
  });
});
