import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildCommand,
  type Command,
  decipherBody,
  encipherBody,
  openResponse,
  parseProtected,
  protectWithCipher,
  protectWithMac,
  verifyProtected,
} from '../../src/apdu/index.js';
import { concat, fromHex, toHex } from '../../src/bytes.js';
import { cipherByName, desCipher, secureMessagingKey, sm4Cipher } from '../../src/crypto/index.js';
import { isQuancunError } from '../../src/errors.js';
import { bytesOf } from '../support/crypto-oracle.js';
import { codeOf } from '../support/error-codes.js';
import { givenTests } from '../support/given-vectors.js';

interface Given {
  readonly key: string;
  readonly challenge: string;
  readonly header: string;
  readonly plain: string;
  readonly ciphertext?: string;
  readonly mac: string;
}

const given = givenTests<Given>('secureMessaging');
const ciphers = [desCipher, sm4Cipher];

/** The command as it was before it was protected. */
function commandOf({ header, plain }: Given): Command {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = fromHex(header);
  return { cla: cla & 0xf0, ins, p1, p2, data: fromHex(plain), ne: 0 };
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

describe.each(given)('card trace $id', (vector) => {
  const key = secureMessagingKey(cipherByName(vector.cipher), fromHex(vector.key));
  const challenge = fromHex(vector.challenge);
  const body = vector.ciphertext ?? vector.plain;
  const bytes = fromHex(vector.header + body + vector.mac);

  test('protecting the command gives the bytes of the trace', () => {
    const protect = vector.ciphertext === undefined ? protectWithMac : protectWithCipher;
    expect(toHex(protect(commandOf(vector), key, challenge))).toBe(toHex(bytes));
  });

  test('the bytes of the trace come apart and verify', () => {
    const parts = parseProtected(bytes);
    expect(toHex(parts.header)).toBe(vector.header);
    expect(toHex(parts.body)).toBe(body);
    expect(toHex(parts.mac)).toBe(vector.mac);
    expect(verifyProtected(parts, key, challenge)).toBe(true);
    const plain = vector.ciphertext === undefined ? parts.body : decipherBody(parts.body, key);
    expect(toHex(plain)).toBe(vector.plain);
  });

  test('any one bit changed is refused', () => {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const code = codeOf(() => {
        expect(verifyProtected(parseProtected(flip(bytes, bit)), key, challenge)).toBe(false);
      });
      expect([undefined, 'COMMAND_MALFORMED', 'COMMAND_MISMATCH'], String(bit)).toContain(code);
    }
  });

  test('another challenge is refused', () => {
    for (let bit = 0; bit < challenge.length * 8; bit += 1) {
      expect(verifyProtected(parseProtected(bytes), key, flip(challenge, bit))).toBe(false);
    }
  });
});

describe.each(ciphers)('$name', (cipher) => {
  const size = cipher.blockSizeBytes;
  const key = secureMessagingKey(cipher, new Uint8Array(size).fill(0x5a));
  const challenge = fromHex('4C45BAB9');
  const command = { cla: 0x00, ins: 0xd6, p1: 0x95, p2: 0x00, ne: 0 };
  const sized = (bytes: number): Command => ({ ...command, data: new Uint8Array(bytes) });
  const commands = fc.record({
    cla: fc.constantFrom(0x00, 0x80, 0x04, 0x84),
    ins: fc.constantFrom(0xb0, 0xd6, 0xdc),
    p1: fc.nat({ max: 0xff }),
    p2: fc.nat({ max: 0xff }),
    data: fc.uint8Array({ maxLength: 200 }),
    ne: fc.nat({ max: 256 }),
  });

  test('law: what was protected comes apart, verifies and deciphers', () => {
    fc.assert(
      fc.property(bytesOf(size), commands, bytesOf(4), (keyBytes, plain, random) => {
        const damk = secureMessagingKey(cipher, keyBytes);
        const withMac = parseProtected(protectWithMac(plain, damk, random));
        expect(verifyProtected(withMac, damk, random)).toBe(true);
        expect(toHex(withMac.body)).toBe(toHex(plain.data));
        const withCipher = parseProtected(protectWithCipher(plain, damk, random));
        expect(verifyProtected(withCipher, damk, random)).toBe(true);
        expect(toHex(decipherBody(withCipher.body, damk))).toBe(toHex(plain.data));
        const { ins, p1, p2 } = plain;
        expect([...withMac.header]).toEqual([
          (plain.cla & 0xf0) | 4,
          ins,
          p1,
          p2,
          plain.data.length + 4,
        ]);
        expect([withMac.ne, withCipher.ne]).toEqual([plain.ne, plain.ne]);
      }),
      { numRuns: 50 },
    );
  });

  test('the body leaves room for the MAC', () => {
    expect(protectWithMac(sized(251), key, challenge)).toHaveLength(5 + 255);
    expect(codeOf(() => protectWithMac(sized(252), key, challenge))).toBe('BYTES_RANGE');
    const most = Math.floor(251 / size) * size - 1;
    expect(protectWithCipher(sized(most), key, challenge)).toHaveLength(5 + most + 1 + 4);
    expect(codeOf(() => protectWithCipher(sized(most + 1), key, challenge))).toBe('BYTES_RANGE');
    expect(codeOf(() => encipherBody(new Uint8Array(256), key))).toBe('BYTES_RANGE');
  });

  test('a body whose length byte does not fit is refused', () => {
    const bent = key.encipher(new Uint8Array(size).fill(size));
    expect(codeOf(() => decipherBody(bent, key))).toBe('SECURE_MESSAGING_BODY');
    expect(codeOf(() => decipherBody(new Uint8Array(0), key))).toBe('SECURE_MESSAGING_BODY');
  });

  test('law: any body deciphers or is refused with a QuancunError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
        const code = codeOf(() => decipherBody(body, key));
        const whole = [undefined, 'SECURE_MESSAGING_BODY'];
        expect(body.length % size === 0 ? whole : ['BYTES_LENGTH']).toContain(code);
      }),
    );
  });

  test('a protected answer gives its data; one bit changed is refused', () => {
    const data = fromHex('0000164E');
    const answer = concat(data, key.mac(data, challenge));
    expect(openResponse(answer, key, challenge)).toEqual(data);
    for (let bit = 0; bit < answer.length * 8; bit += 1) {
      expect(codeOf(() => openResponse(flip(answer, bit), key, challenge))).toBe('RESPONSE_MAC');
    }
    expect(codeOf(() => openResponse(answer.slice(0, 3), key, challenge))).toBe('RESPONSE_LENGTH');
  });
});

describe('errors', () => {
  test.each([
    ['no secure messaging in CLA', { cla: 0x00, data: new Uint8Array(8) }],
    ['another form of secure messaging', { cla: 0x0c, data: new Uint8Array(8) }],
    ['no room for a MAC', { cla: 0x04, data: new Uint8Array(3) }],
    ['extended', { cla: 0x04, data: new Uint8Array(256) }],
  ])('%s is no protected command', (_, parts) => {
    const bytes = buildCommand({ ins: 0xd6, p1: 0, p2: 0, ...parts });
    expect(codeOf(() => parseProtected(bytes))).toBe('COMMAND_MISMATCH');
  });

  test('an answer that does not verify says that the card has seen the command', () => {
    const key = secureMessagingKey(desCipher, new Uint8Array(16));
    try {
      openResponse(new Uint8Array(8), key, new Uint8Array(4));
      expect.unreachable();
    } catch (error) {
      expect(isQuancunError(error, 'RESPONSE_MAC')).toBe(true);
      expect(error).toMatchObject({ sent: 'yes' });
    }
  });

  test('law: any bytes are a protected command or refused with a QuancunError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const codes = [undefined, 'COMMAND_MALFORMED', 'COMMAND_MISMATCH'];
        expect(codes).toContain(codeOf(() => parseProtected(bytes)));
      }),
      { numRuns: 300 },
    );
  });
});
