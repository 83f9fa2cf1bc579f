/** What `explain` and the pages say of a code: of every code, in both languages. */
import { describe, expect, test } from 'vitest';
import { codesOfAllTables, explainCode, nearestCodes } from '../../../src/cli/explain/code.js';
import { ERROR_TABLE } from '../../../src/error-table.js';

const { errors, statusWords } = codesOfAllTables();
/** `63Cx` stands for sixteen of them. */
const anyOf = (form: string): string => form.replaceAll('x', '1');

describe('every code', () => {
  test('of the table of errors is among them, and the status words that cards answer most', () => {
    expect(errors).toEqual(Object.keys(ERROR_TABLE).sort());
    expect(statusWords).toEqual(expect.arrayContaining(['9302', '6A82', '6901', '9406', '63Cx']));
  });

  test.each([...errors, ...statusWords])('%s', (form) => {
    const found = explainCode(anyOf(form));
    expect(found?.code).toBe(anyOf(form));
    const texts = [found?.title, ...(found?.rows ?? []).flat()];
    expect(texts.length).toBeGreaterThanOrEqual(7);
    for (const text of texts) {
      expect(text?.en).toMatch(/\S/);
      expect(text?.zh).toMatch(/\S/);
      // A detail that is not known is left out, and never shown by its name.
      expect(`${text?.en ?? ''}${text?.zh ?? ''}`).not.toMatch(/[{}]|undefined|\[object/);
    }
    const labels = (found?.rows ?? []).map(([label]) => label.en);
    expect(labels).toEqual(expect.arrayContaining(['What to do', 'Who', 'Money']));
    if (found?.kind === 'status') return;
    const said = (found?.rows ?? []).map(([, value]) => value.zh).join('');
    expect(said).toMatch(/\p{Script=Han}/u);
  });
});

describe('a status word', () => {
  test('9302 has the words of the commands that know it, and proves nothing', () => {
    const rows = explainCode('9302')?.rows ?? [];
    expect(rows.map(([label]) => label.en)).toContain('CREDIT FOR LOAD');
    expect(rows.find(([label]) => label.en === 'Money')?.[1].en).toContain('proves nothing');
  });

  test('no advice tells anybody to send a credit again, or to give money back', () => {
    const advice = statusWords.flatMap((form) =>
      (explainCode(anyOf(form))?.rows ?? []).map(([, value]) => value.en),
    );
    const wrong = /\brefund\b|give .* back|send .* again/i;
    expect(advice.filter((text) => wrong.test(text))).toEqual([]);
  });
});

describe('spellings', () => {
  test.each([
    ['card_lost', 'CARD_LOST'],
    ['card-lost', 'CARD_LOST'],
    [' CARD_LOST ', 'CARD_LOST'],
    ['urn:quancun:error:CARD_LOST', 'CARD_LOST'],
    ['https://docs.example/errors/CARD_LOST.html', 'CARD_LOST'],
    ['6a82', '6A82'],
    ['0x9302', '9302'],
    ['63C2', '63C2'],
  ])('%s', (given, code) => {
    expect(explainCode(given)?.code).toBe(code);
  });

  test.each(['', 'CARD', 'constructor', '12', 'toString', '0000', '__proto__'])(
    '%j is no code',
    (given) => {
      expect(explainCode(given)).toBeUndefined();
    },
  );

  test('the nearest are named', () => {
    expect(nearestCodes('CARD_LOOST')[0]).toBe('CARD_LOST');
    expect(nearestCodes('LEDGER_AWAY')[0]).toMatch(/^LEDGER_/);
    expect(nearestCodes('6A99')).toContainEqual(expect.stringMatching(/^6A/));
    expect(nearestCodes('x', 3)).toHaveLength(3);
  });
});
