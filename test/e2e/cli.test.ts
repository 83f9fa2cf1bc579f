/** The command line as a person or a script meets it: the built program, in real processes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import {
  events,
  quancun,
  quancunIn,
  quancunInShell,
  temporaryFolder,
} from '../support/quancun-process.js';

const folder = temporaryFolder();

describe('demo', () => {
  test.each(['3des', 'sm4'])('%s: a story with an end, to the fen', async (cipher) => {
    const { status, out, err } = await quancun('demo', '--cipher', cipher);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('the order is held until the card is seen again');
    expect(out).toContain('had been written already: nothing was sent again');
    expect(out).toMatch(/card\s+337\.66 = 50\.00 \+ 3 × 100\.00 − 12\.34/);
    expect(out).toMatch(/ledger\s+300\.00 taken, 300\.00 on cards, 0\.00 waiting, 0\.00 owed back/);
    expect(out.trimEnd()).toMatch(/They agree\. ✓$/);
  });

  test('--json: one object a line and nothing else, the books last', async () => {
    const { status, out } = await quancun('demo', '--json');
    const all = events(out);
    expect(status).toBe(0);
    expect(all.filter(({ event }) => event === 'load').map(({ outcome }) => outcome)).toEqual([
      'credited',
      'held',
      'refused',
      'credited',
      'held',
      'credited',
    ]);
    expect(all.at(-1)).toMatchObject({
      event: 'books',
      balanceFen: 33_766,
      expectedFen: 33_766,
      cash: 30_000,
      'card-float': -30_000,
      agrees: true,
    });
  });

  test('in Chinese, and with a trace that holds no secret', async () => {
    const file = join(folder, 'demo.txt');
    const { status, out } = await quancun('demo', '--lang', 'zh', '--trace', file);
    expect([status, out.includes('一致。✓')]).toEqual([0, true]);
    const trace = readFileSync(file, 'utf8');
    expect(trace).toContain('=> 805200000B');
    for (const secret of ['313233343536', '6201220000001234', 'B8CA413132333435']) {
      expect(trace).not.toContain(secret);
    }
    const explained = await quancun('trace', file);
    expect([explained.status, explained.err]).toEqual([0, '']);
    expect(explained.out).toContain('LOST (maybe)');
  });
});

describe('read, apdu, trace and vectors', () => {
  test('read: masked unless asked', async () => {
    const masked = await quancun('read', '--card', 'sim:');
    expect(masked.out).toMatch(/plate\s+甘A\*\*\*45/);
    expect(masked.out).toContain('Kind and dates of this card allow a recharge.');
    expect(masked.out).not.toContain('6201220000001234');
    const full = await quancun('read', '--card', 'sim:', '--full', '--lang', 'zh');
    expect(full.out).toContain('62016201220000001234');
    expect(full.out).toContain('卡种、有效期符合充值条件。');
  });

  test('read --json: holder and records, masked unless asked', async () => {
    const sim = ['--card', 'sim:', '--json', '--pin', '123456'];
    const [masked] = events((await quancun('read', ...sim)).out);
    expect(masked).toMatchObject({ event: 'card', number: '…1234', records: [] });
    expect(masked?.holder).toMatch(/^.\*+$/);
    const [full] = events((await quancun('read', ...sim, '--full')).out);
    expect(full).toMatchObject({ number: '62016201220000001234', plate: '甘A12345' });
    expect(full?.holder).not.toContain('*');
  });

  test('apdu explains, and shows no PIN', async () => {
    const { out } = await quancun('apdu', '00200000 06 313233343536', '63C2');
    expect(out).toMatch(/VERIFY[\s\S]*not shown[\s\S]*63C2 .*2 tries remain/);
    expect(out).not.toContain('313233343536');
  });

  test('trace: no card number, whatever stands in front of EF 0015', async () => {
    const file = join(folder, 'protected.txt');
    const issue = `B8CACBE062010001164162016201220000007654${'2020010120351231'}B8CA41313233343500000000000001`;
    writeFileSync(file, `# card 6201220000007654\n=> 04B095002B\n<= ${issue}9000\n`);
    const { status, out } = await quancun('trace', file);
    expect(status).toBe(0);
    expect(out).not.toMatch(/6201220000007654|B8CA4131/);
    expect(out).toContain('# card …7654');
  });

  test('keys in a file with a byte order mark', async () => {
    const file = join(folder, 'bom-keys.json');
    writeFileSync(
      file,
      `\uFEFF${readFileSync(join(ROOT, 'vectors/traces/3des-keys.json'), 'utf8')}`,
    );
    const { status, out } = await quancun('trace', 'vectors/traces/3des-torn.txt', '--keys', file);
    expect([status, out.includes('3 cryptograms recomputed, 0 wrong')]).toEqual([0, true]);
  });

  test('trace with the keys of the card: every code holds; with others: exit 1', async () => {
    const [file, keys] = ['vectors/traces/3des-torn.txt', 'vectors/traces/3des-keys.json'];
    const right = await quancun('trace', file, '--keys', keys);
    expect(right.status).toBe(0);
    expect(right.out.trimEnd()).toMatch(/18 exchanges; 3 cryptograms recomputed, 0 wrong$/);
    const wrong = await quancun('trace', file, '--keys', 'vectors/traces/sm4-keys.json');
    expect(wrong.status).toBe(1);
    expect(wrong.err).toContain('CRYPTOGRAM_WRONG');
  });

  test('vectors: the glob of the manual, as a shell gives it, is vectors alone', async () => {
    const { status, out } = await quancunInShell('vectors vectors/*.json');
    expect([status, out]).toEqual([0, expect.stringMatching(/^\d{4} passed, 0 failed\n$/)]);
  });

  test('vectors: one line at the end; a failure has a line of its own, and exit 1', async () => {
    const right = await quancun('vectors', 'vectors/given.json', 'vectors/sm4-epurse.json');
    expect([right.status, right.out]).toEqual([0, '24 passed, 0 failed\n']);
    const file = join(folder, 'wrong.json');
    const given = readFileSync(join(ROOT, 'vectors/sm4-epurse.json'), 'utf8');
    writeFileSync(file, given.replace('ACAEEADD', 'ACAEEADC'));
    const wrong = await quancun('vectors', file, join(folder, 'absent.json'));
    expect(wrong.status).toBe(2);
    const alone = await quancun('vectors', file);
    expect(alone.status).toBe(1);
    expect(alone.out).toMatch(/sm4-load-selfmade: mac1 is wrong[\s\S]*, 1 failed\n$/);
  });
});

describe('wrong words: exit status 2, and nothing else happens', () => {
  test.each([
    ['an unknown command', ['frobnicate'], /unknown command/],
    ['an unknown option', ['demo', '--fast'], /unknown option/],
    ['a missing option', ['read'], /--card/],
    ['a card of no kind', ['read', '--card', 'usb:'], /OPTION_INVALID/],
    ['no hex', ['apdu', 'XYZ'], /HEX_INVALID/],
    ['no file', ['trace', '/nowhere/at/all'], /FILE_UNREADABLE/],
    ['another cipher', ['demo', '--cipher', 'aes'], /OPTION_INVALID/],
    [
      'three decimals',
      [
        'purse',
        'load',
        '--card',
        'sim:',
        '--keys',
        'vectors/traces/3des-keys.json',
        '--amount',
        '0.001',
      ],
      /AMOUNT_INVALID/,
    ],
    [
      'a select of no form',
      ['purse', 'balance', '--card', 'sim:', '--select', 'foo'],
      /fid:1001 \| aid:A00000000386980701/,
    ],
    ['a kind of no card', ['sim', '--tcp', '0', '--kind', 'foo'], /OPTION_INVALID/],
    ['another language', ['read', '--card', 'sim:', '--lang', 'fr'], /Allowed choices are en, zh/],
    ['records that are no number', ['read', '--card', 'sim:', '--records', 'abc'], /--records/],
    ['a PIN that is none', ['read', '--card', 'sim:', '--pin', 'abc'], /--pin/],
    ['a card port that is none', ['read', '--card', 'tcp:127.0.0.1:99999'], /OPTION_INVALID/],
    ['half a response', ['apdu', '805401', '00'], /card not written/],
    ['a port that is none', ['sim', '--tcp', '99999'], /OPTION_INVALID/],
    ['a card that is put nowhere', ['sim'], /OPTION_INVALID/],
    ['a card in two places', ['sim', '--tcp', '0', '--vpcd', '127.0.0.1:1'], /OPTION_INVALID/],
    ['a reader that is none', ['sim', '--vpcd', 'reader'], /OPTION_INVALID/],
  ])('%s', async (_what, args, says) => {
    const { status, out, err } = await quancun(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(says);
  });

  test.each([
    ['0'],
    ['100000.01'],
    ['20', '--date', '20249999'],
    ['20', '--date', '20260229'],
    ['20', '--time', '999999'],
  ])('purse load --amount %s %s %s: nothing is sent, not even SELECT', async (...words) => {
    const recorded = join(folder, 'empty.txt');
    writeFileSync(recorded, '');
    const keys = ['--keys', 'vectors/traces/3des-keys.json'];
    const card = ['--card', `replay:${recorded}`];
    const { status, err } = await quancun('purse', 'load', ...card, ...keys, '--amount', ...words);
    expect(status).toBe(2);
    expect(err).toMatch(/AMOUNT_RANGE|OPTION_INVALID/);
    expect(err).toContain('card not written');
  });

  test('recharge --amount: from a fen to the limit', async () => {
    const words = ['--card', 'sim:', '--server', 'http://127.0.0.1:1', '--credentials', 'none'];
    for (const amount of ['0', '100000.01']) {
      const { status, err } = await quancun('recharge', ...words, '--amount', amount);
      expect([status, err.includes('AMOUNT_RANGE')]).toEqual([2, true]);
    }
  });

  test('a profile with a name that every object inherits', async () => {
    for (const text of [
      '{"__proto__":{"a":1}}',
      '{"constructor":1}',
      '{"statusWords":{"toString":"9000"}}',
    ]) {
      const file = join(folder, 'inherited.json');
      writeFileSync(file, text);
      const { status, err } = await quancun('read', '--card', `sim:${file}`);
      expect([status, err.includes('JSON_INVALID')]).toEqual([2, true]);
    }
  });

  test('the language of the words: from the locale, and from --lang in either form', async () => {
    const wrong = ['read', '--card', 'usb:'];
    for (const said of [
      await quancunIn('zh_CN.UTF-8', ...wrong),
      await quancun(...wrong, '--lang=zh'),
      await quancun(...wrong, '--lang', 'zh'),
    ]) {
      expect(said.err).toMatch(/应为[^]*未写卡/);
    }
    expect((await quancunIn('zh_CN.UTF-8', ...wrong, '--lang', 'en')).err).toMatch(/must be/);
    // A word that is another option's value is no language.
    expect((await quancun('read', '--card', 'zh')).err).toMatch(/must be/);
  });

  test('a card that cannot be reached is work that failed: 1', async () => {
    const { status, err } = await quancun('read', '--card', 'tcp:127.0.0.1:1');
    expect(status).toBe(1);
    expect(err).toContain('TRANSPORT_CONNECT');
  });

  test('--help of every command has an example', async () => {
    for (const command of ['demo', 'read', 'sim', 'conformance', 'apdu', 'trace', 'vectors']) {
      expect((await quancun(command, '--help')).out).toMatch(/Example:\n {2}\$ npx quancun/);
    }
  });
});
