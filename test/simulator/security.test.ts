import { describe, expect, test } from 'vitest';
import { parseCommand, protectWithCipher, protectWithMac } from '../../src/apdu/index.js';
import { concat, fromHex, toHex } from '../../src/bytes.js';
import {
  computeExternalAuthentication,
  computeMac4,
  desCipher,
  secureMessagingKey,
  sm4Cipher,
} from '../../src/crypto/index.js';
import { parseProfile } from '../../src/simulator/index.js';
import { type BareCard, bareCard, keyOf } from '../support/bare-card.js';

const RIGHT = '0020000006 313233343536';
const WRONG = '0020000006 393939393939';

/** Sends a command with a MAC under a key of the card. */
function sendSecured(card: BareCard, command: string, use = 'mac', enciphered = false): string {
  const key = secureMessagingKey(desCipher, fromHex(keyOf(card.state, use).value));
  const challenge = fromHex(card.send('0084000004').slice(0, 8));
  const plain = parseCommand(fromHex(command.replace(' ', '')));
  const protect = enciphered ? protectWithCipher : protectWithMac;
  return card.send(toHex(protect(plain, key, challenge)));
}

describe('VERIFY', () => {
  test('counts down, blocks, and a right PIN resets the count', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    expect([card.send(WRONG), card.send(WRONG)]).toEqual(['63C2', '63C1']);
    expect(card.send(RIGHT)).toBe('9000');
    expect([card.send(WRONG), card.send(WRONG), card.send(WRONG)]).toEqual([
      '63C2',
      '63C1',
      '63C0',
    ]);
    expect([card.send(WRONG), card.send(RIGHT)]).toEqual(['6983', '6983']);
  });

  test('a wrong one takes the right away again; lengths; another PIN; no PIN at all', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.open();
    card.send(WRONG);
    expect(card.send('805000020B 01 00000000 000440101001 10')).toBe('6982');
    expect(card.send('0020000001 31')).toBe('6700');
    expect(card.send('0020000003 123456')).toBe('63C1');
    expect(card.send('0020000106 313233343536')).toBe('9403');
    expect(bareCard({ kind: '3des-4x', pin: null }).send(RIGHT)).toBe('9403');
  });

  test('cards before version 40 take BCD', () => {
    const card = bareCard({ kind: '3des-4x', version: '10' });
    card.open();
    expect(card.load(1)).toMatch(/9000$/);
  });
});

describe('EXTERNAL AUTHENTICATE of an SM4 card', () => {
  const authenticate = (profile: object, challenge: string, form: 'whole' | 'folded') => {
    const card = bareCard({ kind: 'sm4-5x', profile: parseProfile(profile) });
    card.send('00A4000002 1001');
    const random = card.send(`00840000${challenge}`).slice(0, -5);
    const key = fromHex(keyOf(card.state, 'external').value);
    const made = computeExternalAuthentication(sm4Cipher, key, fromHex(random), form);
    const lc = toHex(Uint8Array.of(made.length));
    return card.send(`00820041${lc} ${toHex(made)}`);
  };
  test.each([
    ['whole, as most', {}, '08', 'whole', '9000'],
    ['folded where whole is wanted', {}, '08', 'folded', '6700'],
    ['folded, as one vendor', { externalForm: 'folded' }, '10', 'folded', '9000'],
    ['folded, of a short challenge', { externalForm: 'folded' }, '08', 'folded', '9000'],
    ['whole where folded is wanted', { externalForm: 'folded' }, '10', 'whole', '6700'],
  ] as const)('%s', (_name, profile, challenge, form, answer) => {
    expect(authenticate(profile, challenge, form)).toBe(answer);
  });

  test('a challenge of 16 bytes is given by the folding card alone', () => {
    expect(bareCard({ kind: 'sm4-5x' }).send('0084000010')).toBe('6700');
  });
});

describe('PIN maintenance', () => {
  test('PIN CHANGE with the old one; a wrong old one costs a try', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    expect(card.send('805E01000D 393939393939 FF 363534333231')).toBe('63C2');
    expect(card.send('805E01000D 313233343536 FF 363534333231')).toBe('9000');
    expect(card.send(RIGHT)).toBe('63C2');
    expect(card.send('0020000006 363534333231')).toBe('9000');
  });

  test('RELOAD PIN under the folded reload key', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    const key = fromHex(keyOf(card.state, 'pinReload').value);
    const folded = key.slice(0, 8).map((byte, at) => byte ^ (key[8 + at] ?? 0));
    const pin = fromHex('363534333231');
    const mac = toHex(computeMac4(desCipher, folded, pin));
    expect(card.send(`805E00000A ${toHex(pin)} 00000000`)).toBe('9302');
    expect(card.send(`805E00000A ${toHex(pin)} ${mac}`)).toBe('9000');
    expect(card.send('0020000006 363534333231')).toBe('9000');
  });

  test('PIN UNBLOCK opens a blocked PIN again', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    for (let tries = 0; tries < 4; tries += 1) card.send(WRONG);
    expect(card.send(RIGHT)).toBe('6983');
    expect(sendSecured(card, '8024000006 393939393939', 'pinUnblock', true)).toBe('6A80');
    expect(sendSecured(card, '8024000006 313233343536', 'pinUnblock', true)).toBe('9000');
    expect(card.send(RIGHT)).toBe('9000');
  });
});

describe('APPLICATION BLOCK, UNBLOCK and CARD BLOCK', () => {
  test('temporary: 6985 inside, undone by UNBLOCK; the counters stand still', () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 100 });
    card.send('00A4000002 1001');
    expect(sendSecured(card, '801E000000')).toBe('9000');
    expect(card.send('805C000204')).toBe('6985');
    expect(card.send('00A4000002 1001')).toMatch(/ 6A81$/);
    expect(sendSecured(card, '8018000000')).toBe('9000');
    expect(card.send('805C000204')).toBe('00000064 9000');
    expect(card.state.ep).toEqual({ balanceFen: 100, onlineAtc: 0, offlineAtc: 0 });
  });

  test('permanent: 9303, and no way back', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    expect(sendSecured(card, '801E000100')).toBe('9000');
    expect(card.send('805C000204')).toBe('9303');
    expect(sendSecured(card, '8018000000')).toBe('9303');
  });

  test('three failed UNBLOCKs lock for ever', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    sendSecured(card, '801E000000');
    const wrong = () => {
      card.send('0084000004');
      return card.send('8418000004 00000000');
    };
    expect([wrong(), wrong(), wrong()]).toEqual(['6988', '6988', '6988']);
    expect(card.send('805C000204')).toBe('9303');
  });

  test('CARD BLOCK: every command gets 6A81', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    expect(sendSecured(card, '8016000000')).toBe('9000');
    card.reset();
    for (const command of ['00A4000002 3F00', '0084000004', RIGHT]) {
      expect(card.send(command)).toBe('6A81');
    }
  });
});

test('GET CHALLENGE takes 4 or 8; INTERNAL AUTHENTICATE enciphers', () => {
  const card = bareCard({ kind: '3des-4x' });
  expect(card.send('0084000004')).toMatch(/^[0-9A-F]{8} 9000$/);
  expect(card.send('0084000008')).toMatch(/^[0-9A-F]{16} 9000$/);
  expect(card.send('0084000005')).toBe('6700');
  card.send('00A4000002 1001');
  const key = secureMessagingKey(desCipher, fromHex(keyOf(card.state, 'internal').value));
  const data = concat(fromHex('0102030405060708'), fromHex('1112131415161718'));
  expect(card.send(`0088000010 ${toHex(data)}`)).toBe(`${toHex(key.encipher(data))} 9000`);
  expect(card.send('0088000007 01020304050607')).toBe('6700');
  expect(card.send('0088000908 0102030405060708')).toBe('6A88');
});
