import { describe, expect, test } from 'vitest';
import {
  protectWithCipher,
  protectWithMac,
  readBinary,
  updateBinary,
  parseCommand,
} from '../../src/apdu/index.js';
import { fromHex, toHex } from '../../src/bytes.js';
import {
  computeExternalAuthentication,
  desCipher,
  secureMessagingKey,
  sm4Cipher,
} from '../../src/crypto/index.js';
import { parseProfile } from '../../src/simulator/index.js';
import { type BareCard, bareCard, keyOf } from '../support/bare-card.js';

const NAME = '315041592E5359532E4444463031';
const AID = 'A00000000386980701';

describe('SELECT', () => {
  test('MF and application, by FID and by name; the FCI carries EF 0015', () => {
    const card = bareCard({ kind: '3des-4x' });
    expect(card.send('00A4000002 3F00 00')).toBe(`6F15840E${NAME}A503880101 9000`);
    const issue = card.state.df.files.find(({ fid }) => fid === 0x15)?.contents[0] ?? '';
    const fci = `6F478409${AID}A53A9F080201029F0C32${issue} 9000`;
    expect(card.send(`00A4040009 ${AID} 00`)).toBe(fci);
    expect(card.send('00A4000002 1001')).toBe(fci);
    expect(card.send('00A4040005 A000000003')).toBe(fci);
    expect(card.send('00A4040205 A000000003')).toBe('6A82');
  });

  test.each([
    ['an unknown FID', '00A4000002 ABCD', '6A82'],
    ['an unknown name', '00A4040005 A000000099', '6A82'],
    ['another P1', '00A4020002 1001', '6A86'],
    ['another P2', '00A4000102 1001', '6A86'],
    ['a FID of one byte', '00A4000001 10', '6700'],
    ['a name of four bytes', '00A4040004 A0000000', '6700'],
  ])('%s: %s → %s', (_why, command, sw) => {
    expect(bareCard({ kind: '3des-4x' }).send(command)).toBe(sw);
  });

  test('a card that knows no FID, and one without FCI', () => {
    const profile = parseProfile({ selectByFid: false, selectFci: false });
    const card = bareCard({ kind: '3des-4x', profile });
    expect(card.send('00A4000002 1001')).toBe('6A82');
    expect(card.send(`00A4040009 ${AID}`)).toBe('9000');
    expect(card.send('805C000204')).toBe('00000000 9000');
  });

  test('forgets the PIN', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.open();
    card.send('00A4000002 1001');
    expect(card.send('805000020B 01 00000000 000440101001 10')).toBe('6982');
  });
});

describe('reading', () => {
  test('by SFI, by offset in the selected file, and past its end', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    const issue = card.state.df.files.find(({ fid }) => fid === 0x15)?.contents[0] ?? '';
    expect(card.send('00B0950032')).toBe(`${issue} 9000`);
    expect(card.send('00B0950C08')).toBe(`${issue.slice(24, 40)} 9000`);
    expect(card.send('00B0000004')).toBe(`${issue.slice(0, 8)} 9000`);
    expect(card.send('00B0950000')).toBe(`${issue} 9000`);
    expect(card.send('00B0950033')).toBe('6C32');
    expect(card.send('00B0953201')).toBe('6B00');
    expect(card.send('00B0B50001')).toBe('6A86');
    expect(card.send('00B0880101')).toBe('00 9000');
    expect(card.send('00A4000002 0009')).toBe('9000');
    expect(card.send('00B001FF01')).toBe('00 9000');
    expect(card.send('00B0020001')).toBe('6B00');
  });

  test('what is not there, and what is no file of that form', () => {
    const card = bareCard({ kind: '3des-4x' });
    expect(card.send('00B0000004')).toBe('6986');
    expect(card.send('00B0950004')).toBe('6A82');
    expect(card.send('805C000204')).toBe('6A82');
    card.send('00A4000002 1001');
    expect(card.send('00B0980001')).toBe('6981');
    expect(card.send('00B201AC00')).toBe('6981');
  });

  test('records by number and by tag; the log only after the PIN', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    const zeros = '00'.repeat(41);
    expect(card.send('00B2AAC82B')).toBe(`AA29${zeros} 9000`);
    expect(card.send('00B201CC00')).toBe(`AA29${zeros} 9000`);
    expect(card.send('00B201CC10')).toBe('6C2B');
    expect(card.send('00B200CC00')).toBe('6A83');
    expect(card.send('00B277C800')).toBe('6A83');
    expect(card.send('00B201C417')).toBe('6982');
    card.open();
    expect(card.send('00B201C417')).toBe('6A83');
  });

  test('the log keeps as many records as the profile says, newest first', () => {
    const profile = parseProfile({ logRecords: 2 });
    const card = bareCard({ kind: '3des-4x', profile });
    for (let amountFen = 1; amountFen <= 3; amountFen += 1) {
      card.open();
      card.load(amountFen);
    }
    card.open();
    expect(card.send('00B201C417')).toMatch(/^0003/);
    expect(card.send('00B202C417')).toMatch(/^0002/);
    expect(card.send('00B203C417')).toBe('6A83');
  });
});

describe.each([
  ['3des-4x', desCipher],
  ['sm4-5x', sm4Cipher],
] as const)('line protection on a %s card', (kind, cipher) => {
  const plan = updateBinary.build({ sfi: 0x15, offset: 24, data: fromHex('20401231') });

  function protect(card: BareCard, challenge: string, command = plan): string {
    const key = secureMessagingKey(cipher, fromHex(keyOf(card.state, 'mac').value));
    return toHex(protectWithMac(parseCommand(command), key, fromHex(challenge)));
  }

  test('EF 0015 takes an UPDATE with a MAC under a fresh challenge, once', () => {
    const card = bareCard({ kind });
    card.send('00A4000002 1001');
    const challenge = card.send('0084000004').slice(0, 8);
    const command = protect(card, challenge);
    expect(card.send(command)).toBe('9000');
    expect(card.send('00B0951804')).toBe('20401231 9000');
    expect(card.send(command)).toBe('6984');
    card.send('0084000004');
    expect(card.send(command)).toBe('6988');
  });

  test('without a MAC: 6987; with one on a free file: 6900; a flipped bit: 6988', () => {
    const card = bareCard({ kind });
    card.send('00A4000002 1001');
    expect(card.send(toHex(plan))).toBe('6987');
    const free = updateBinary.build({ sfi: 0x09, offset: 0, data: fromHex('01') });
    expect(card.send(protect(card, card.send('0084000004').slice(0, 8), free))).toBe('6900');
    expect(card.send(toHex(free))).toBe('9000');
    const right = protect(card, card.send('0084000004').slice(0, 8));
    const wrong = right.slice(0, 12) + '3' + right.slice(13);
    expect(card.send(wrong)).toBe('6988');
    expect(card.send('00B0951804')).toBe('20351231 9000');
  });

  test('an enciphered file takes the envelope, and nothing else', () => {
    const file = {
      fid: 0x0007,
      form: 'transparent',
      read: 'free',
      update: 'cipher',
      contents: ['00'.repeat(20)],
    } as const;
    const card = bareCard({ kind, files: [file] });
    card.send('00A4000002 1001');
    const key = secureMessagingKey(cipher, fromHex(keyOf(card.state, 'mac').value));
    for (const data of ['C0FFEE', '01020304050607', '0102030405060708', '0F'.repeat(15)]) {
      const plain = parseCommand(updateBinary.build({ sfi: 0x07, offset: 0, data: fromHex(data) }));
      const challenge = fromHex(card.send('0084000004').slice(0, 8));
      expect(card.send(toHex(protectWithCipher(plain, key, challenge)))).toBe('9000');
      expect(card.send('00B0870014').startsWith(data)).toBe(true);
    }
    const challenge = card.send('0084000004').slice(0, 8);
    const macOnly = updateBinary.build({ sfi: 0x07, offset: 0, data: fromHex('FF'.repeat(16)) });
    expect(card.send(protect(card, challenge, macOnly))).toBe('6A80');
  });

  test('READ BINARY with a MAC answers one', () => {
    const card = bareCard({ kind });
    card.send('00A4000002 1001');
    const challenge = fromHex(card.send('0084000004').slice(0, 8));
    const key = secureMessagingKey(cipher, fromHex(keyOf(card.state, 'mac').value));
    const plain = parseCommand(readBinary.build({ sfi: 0x15, offset: 12, ne: 8 }));
    const answer = card.send(toHex(protectWithMac(plain, key, challenge)));
    expect(answer).toMatch(/^6201220000001234[0-9A-F]{8} 9000$/);
    expect(answer.slice(16, 24)).toBe(toHex(key.mac(fromHex('6201220000001234'), challenge)));
  });

  test('EF 0012 asks for EXTERNAL AUTHENTICATE', () => {
    const card = bareCard({ kind });
    card.send('00A4000002 1001');
    const write = '00D6920001 07';
    expect(card.send(write)).toBe('6982');
    const { value, index } = keyOf(card.state, 'external');
    const challenge = fromHex(card.send('0084000004').slice(0, 8));
    const proof = computeExternalAuthentication(cipher, fromHex(value), challenge);
    const size = toHex(Uint8Array.of(index, proof.length));
    expect(card.send(`008200${size} ${toHex(proof)}`)).toBe('9000');
    expect(card.send(write)).toBe('9000');
    expect(card.send(`008200${size} ${toHex(proof)}`)).toBe('6984');
    card.send('0084000004');
    expect(card.send(`008200${size} ${toHex(proof)}`)).toBe('63C9');
  });
});

describe('writing records', () => {
  test('EF 0019 by MAC keeps tag and length; EF 0018 takes nothing', () => {
    const card = bareCard({ kind: '3des-4x' });
    card.send('00A4000002 1001');
    const key = secureMessagingKey(desCipher, fromHex(keyOf(card.state, 'mac').value));
    const write = (record: string): string => {
      const plain = parseCommand(fromHex(`00DC01CC2B${record}`));
      const challenge = fromHex(card.send('0084000004').slice(0, 8));
      return card.send(toHex(protectWithMac(plain, key, challenge)));
    };
    expect(write(`AA29${'11'.repeat(41)}`)).toBe('9000');
    expect(write(`AB29${'11'.repeat(41)}`)).toBe('6A85');
    expect(card.send('00B2AAC82B')).toBe(`AA29${'11'.repeat(41)} 9000`);
    expect(card.send(`00E200C417${'00'.repeat(23)}`)).toBe('6982');
    expect(card.send(`00E200CC03 BB0100`)).toBe('6987');
  });
});
