import { describe, expect, test } from 'vitest';
import { expectCommand, mismatch } from '../../src/apdu/index.js';
import { fromHex } from '../../src/bytes.js';
import { codeOf } from '../support/error-codes.js';

const bytes = fromHex('805A0002020007');

describe('expectCommand', () => {
  test('gives the command when every part of the pattern fits', () => {
    const pattern = { name: 'X', cla: 0x80, ins: 0x5a, p1: 0, p2: 2, dataBytes: 2 };
    const command = { cla: 0x80, ins: 0x5a, p1: 0, p2: 2, data: fromHex('0007'), ne: 0 };
    expect(expectCommand(bytes, pattern)).toEqual(command);
  });

  test('what the pattern leaves out may be anything', () => {
    expect(expectCommand(bytes, { name: 'X', ins: 0x5a }).p2).toBe(2);
  });

  test.each([
    { ins: 0x5c },
    { ins: 0x5a, cla: 0x00 },
    { ins: 0x5a, p1: 1 },
    { ins: 0x5a, p2: 1 },
    { ins: 0x5a, dataBytes: 0 },
    { ins: 0x5a, dataBytes: 3 },
  ])('one wrong part is another command: %j', (pattern) => {
    expect(codeOf(() => expectCommand(bytes, { name: 'X', ...pattern }))).toBe('COMMAND_MISMATCH');
  });

  test('bytes that are no command at all are malformed', () => {
    const run = (): unknown => expectCommand(fromHex('805A00'), { name: 'X', ins: 0x5a });
    expect(codeOf(run)).toBe('COMMAND_MALFORMED');
  });

  test('the error names the command', () => {
    expect(mismatch('GET BALANCE').details).toEqual({ name: 'GET BALANCE' });
  });
});
