/** What `apdu` and `trace` say of bytes: everything but what the redactor hides. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { explainCommand, explainResponse } from '../../src/explain/index.js';
import { redactExchange } from '../../src/redact-apdu.js';

const ISSUE = [
  ...['B8CACBE062010001', '16', '41', '6201', '6201220000007654', '20200101', '20351231'],
  ...['B8CA41313233343500000000', '000001'],
].join('');
const said = (explanation: object): string => JSON.stringify(explanation);
const commandWords = (hex: string): string => said(explainCommand(fromHex(hex)));

describe('explainCommand', () => {
  test.each([
    ['VERIFY', '0020000006313233343536', '313233343536'],
    ['VERIFY, extended', '00200000000006313233343536', '313233343536'],
    ['PIN CHANGE', '805E01000512FF123456', '123456'],
    ['WRITE KEY', `80D4010110${'AB'.repeat(16)}`, 'ABAB'],
    ['CREDIT with a MAC', `845200000F2026112310000011223344CAFEBABE`, 'CAFEBABE'],
    ['CREDIT with a MAC: MAC2', `845200000F2026112310000011223344CAFEBABE`, '11223344'],
    ['UPDATE BINARY with a MAC', '04D6951808204012310A0B0C0D', '20401231'],
    ['enciphered UPDATE BINARY', '84D6951808CAFEBABE0A0B0C0D', 'CAFEBABE'],
    ['DEBIT FOR PURCHASE', '805401000F0000000120261123100000CAFEBABE08', 'CAFEBABE'],
    ['DEBIT FOR PURCHASE, broken', '805401000E00000120261123100000CAFEBABE08', 'CAFEBABE'],
    ['UPDATE BINARY', '00D6950004CAFEBABE', 'CAFEBABE'],
  ])('%s shows no secret', (_name, command, secret) => {
    expect(commandWords(command)).not.toContain(secret);
  });

  test('what is no secret is shown', () => {
    expect(commandWords('805401000F0000000120261123100000CAFEBABE08')).toMatch(/20261123/);
    expect(commandWords('805000020B0100002710000440101001' + '10')).toMatch(/000440101001/);
    expect(commandWords('04D6951808204012310A0B0C0D')).toMatch(/UPDATE BINARY with MAC/);
  });

  test('law: no four hidden bytes are in the words', () => {
    const header = fc.tuple(
      fc.constantFrom(0x00, 0x80, 0x04, 0x84),
      fc.constantFrom(0x20, 0x24, 0x52, 0x54, 0x5e, 0x82, 0xd4, 0xd6, 0xdc, 0xe2),
      fc.constantFrom(0, 1, 0x95),
    );
    // No byte twice: hidden bytes stand nowhere else.
    const data = fc.uniqueArray(fc.integer({ min: 0x81, max: 0xfe }), {
      minLength: 4,
      maxLength: 20,
    });
    fc.assert(
      fc.property(header, data, fc.boolean(), ([cla, ins, p1], bytes, long) => {
        const lc = long ? [0, 0, bytes.length] : [bytes.length];
        const command = Uint8Array.from([cla, ins, p1, 0, ...lc, ...bytes]);
        const hidden = /(\*\*){4,}/.exec(redactExchange(command)[0]);
        if (hidden === null) return;
        const secret = toHex(command).slice(hidden.index, hidden.index + hidden[0].length);
        expect(said(explainCommand(command))).not.toContain(secret);
      }),
    );
  });
});

describe('explainResponse', () => {
  test.each(['00B095002B', '04B095002B', '04B0950004CAFEBABE2B', '00A4000002DF01', '00B0960037'])(
    'EF 0015 to %s: neither number nor plate',
    (command) => {
      const fci = command.startsWith('00A4');
      const body = fci ? `6F2F A52D 9F0C2B ${ISSUE}`.replace(/ /g, '') : ISSUE;
      const words = said(explainResponse(fromHex(command), fromHex(`${body}9000`)));
      expect(words).not.toContain('01220000007654');
      expect(words).not.toContain('B8CA4131');
      expect(words).not.toContain('甘A12345');
    },
  );

  test('a balance, a counter and a MAC1 are shown', () => {
    const words = said(
      explainResponse(
        fromHex('805000020B01000027100004401010011' + '0'),
        fromHex('0000138800010101A1B2C3D4CAFEBABE9000'),
      ),
    );
    expect(words).toMatch(/50\.00 yuan.*CAFEBABE/);
  });
});
