import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuancunError } from '../src/errors.js';
import { maskCardNumber, REDACTED, redactDetails, redactText } from '../src/redact.js';
import { JOURNAL_BROKEN } from '../src/server/errors.js';

const SECRET_NAMES = [
  ...['pin', 'PIN', 'oldPin', 'newPin', 'key', 'loadKey', 'masterKey', 'sessionKey', 'mac2'],
  ...['password', 'dbPassword', 'clientSecret', 'token', 'authorization', 'accessToken'],
  ...['keys', 'pins', 'pinCode', 'pin_code', 'sessionKeyHex', 'mac2Hex', 'MAC2', 'api-key'],
  ...['masterkey', 'apikey', 'newpin', 'dbpassword', 'key1', 'pin2', 'KEY'],
];
const PUBLIC_NAMES = [
  'idempotencyKey',
  'keyIndex',
  'keyVersion',
  'mac1',
  'tac',
  'size',
  'spin0',
  'keyIds',
  'pinForm',
  'mapping',
  'pinned',
];

describe('redactDetails', () => {
  test.each(SECRET_NAMES)('law: whatever %s holds, at any depth, stays', (name) => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 3 }), (value, depth) => {
        let details: Record<string, unknown> = { [name]: value };
        for (let level = 0; level < depth; level += 1) details = { level: [details] };
        const shown = JSON.stringify(redactDetails(details));
        expect(shown).toContain(depth === 3 ? '[…]' : `{"${name}":"${REDACTED}"}`);
      }),
    );
  });

  test.each(PUBLIC_NAMES)('%s is no secret', (name) => {
    expect(redactDetails({ [name]: 'as it is' })).toEqual({ [name]: 'as it is' });
  });

  test('law: redacting twice changes nothing more, and the result is plain JSON', () => {
    const details = fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true }), {
      maxKeys: 5,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(details, (some) => {
        const once = JSON.stringify(redactDetails(some));
        const again = redactDetails(JSON.parse(once) as Record<string, unknown>);
        expect(JSON.stringify(again)).toBe(once);
      }),
    );
  });

  test('a detail that contains itself comes to an end', () => {
    const loop: Record<string, unknown> = { pin: '123456' };
    loop.again = loop;
    expect(JSON.stringify(redactDetails(loop))).not.toContain('123456');
  });

  test('our own words about what was expected stay whole', () => {
    const expected = 'fid:1001 or aid:A00000000386980701';
    expect(redactDetails({ expected })).toEqual({ expected });
    expect(redactDetails({ got: '6201220000007654' })).toEqual({ got: '…7654' });
  });

  test('of a stranger even what was expected, and names, are looked at', () => {
    const said = { expected: '6201220000007654', '6201220000007654': 1 };
    expect(redactDetails(said, 'of a stranger')).toEqual({ expected: '…7654', '…7654': 1 });
  });

  test('a number that could be a card is masked; times and amounts are not', () => {
    const details = { card: 6201220000007654, atMs: 1_795_651_200_000, amountFen: 4_294_967_295 };
    const { atMs, amountFen } = details;
    expect(redactDetails(details)).toEqual({ card: '…7654', atMs, amountFen });
  });

  test('bytes keep their length alone', () => {
    expect(redactDetails({ bytes: Uint8Array.of(1, 2, 3) })).toEqual({ bytes: '[3 bytes]' });
  });
});

describe('redactText and maskCardNumber', () => {
  test.each(['6201 2200 0000 7654', '6201-2200-0000-7654', '6201220000007654'])(
    '%s shows four digits at most',
    (text) => {
      const shown = redactText(`card ${text} refused`);
      expect(shown.match(/\d/g)).toHaveLength(4);
      expect(shown).toContain('…');
    },
  );

  test.each(['2026-11-25 23:59:01', '2020-01-01 2030-01-01', '010-1234 5678'])(
    '%s is no card',
    (text) => {
      expect(redactText(text)).toBe(text);
    },
  );

  test('the name of a journal’s file stays, for whoever must find it; a card’s behind it goes', () => {
    const file = '/var/lib/issues.journal.000000000002';
    expect(redactText(`line 7 of ${file} of 6201220000007654`)).toBe(`line 7 of ${file} of …7654`);
    const { message } = new QuancunError(JOURNAL_BROKEN, { details: { line: 7, segment: file } });
    expect(message).toContain(file);
  });

  test.each([
    ['a card behind a dot', '.6201220000007654', '.…7654'],
    ['more digits than a file has', '.0006201220000007654', '.…7654'],
    ['no name before it', '000123456789', '…6789'],
    ['digits that a card may begin with', '.123000456789', '.…6789'],
  ])('%s: %s', (_why, text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  const around = fc.stringMatching(/^[a-z ]{0,10}$/);
  const number = fc.stringMatching(/^\d{12,30}$/);

  test('law: of a number of twelve digits or more, the last four stay', () => {
    fc.assert(
      fc.property(around, number, around, (before, digits, after) => {
        expect(redactText(before + digits + after)).toBe(before + maskCardNumber(digits) + after);
      }),
    );
  });

  test('law: a text without one stays as it is', () => {
    fc.assert(
      fc.property(around, fc.stringMatching(/^\d{0,11}$/), (before, digits) => {
        expect(redactText(before + digits)).toBe(before + digits);
      }),
    );
  });

  test('an error’s texts and JSON show no whole number, whatever the code does with it', () => {
    const details = { what: 'card 6201220000007654', problem: '6201220000007654' };
    const error = new QuancunError('JSON_INVALID', { details });
    const shown = [error.message, error.messageZh, JSON.stringify(error)].join('\n');
    expect(shown).not.toContain('620122000000');
    expect(shown).toContain('…7654');
  });
});
