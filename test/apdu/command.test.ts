import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildCommand, parseCommand } from '../../src/apdu/index.js';
import { fromHex, toHex } from '../../src/bytes.js';
import { codeOf } from '../support/error-codes.js';

const byte = fc.nat({ max: 0xff });
const header = { cla: byte, ins: byte, p1: byte, p2: byte };
const smallData = fc.uint8Array({ minLength: 1, maxLength: 40 });
/** Sizes on both sides of every limit, and some in between. */
const sizes = fc.oneof(
  fc.constantFrom(1, 254, 255, 256, 257, 0x7fff, 0x8000, 0xfffe, 0xffff),
  fc.integer({ min: 1, max: 0xffff }),
);
const anyNe = fc.oneof(
  fc.constantFrom(1, 255, 256, 257, 0xffff, 0x10000),
  fc.integer({ min: 1, max: 0x10000 }),
);

function expectRoundTrip(command: Parameters<typeof buildCommand>[0]): void {
  const expected = { data: new Uint8Array(0), ne: 0, ...command };
  const parsed = parseCommand(buildCommand(command));
  const { data, ...rest } = parsed;
  const { data: expectedData, ...expectedRest } = expected;
  expect(rest).toEqual(expectedRest);
  // Compared as buffers: a deep comparison of 65,535 elements takes its time.
  expect(Buffer.compare(data, expectedData)).toBe(0);
}

const none = new Uint8Array(0);
const cases = {
  'case 1': fc.record(header),
  'case 2': fc.record({ ...header, ne: anyNe }),
  'case 3': fc.record({ ...header, data: smallData }),
  'case 4': fc.record({ ...header, data: smallData, ne: anyNe }),
};

describe('law: parseCommand(buildCommand(x)) = x', () => {
  test.each(Object.entries(cases))('%s', (_, commands) => {
    fc.assert(fc.property(commands, expectRoundTrip));
  });

  test('data of any size, with and without an answer', () => {
    const property = fc.property(sizes, byte, fc.oneof(fc.constant(0), anyNe), (size, fill, ne) => {
      const data = new Uint8Array(size).fill(fill);
      expectRoundTrip({ cla: 0x80, ins: 0xdc, p1: fill, p2: 0, data, ne });
    });
    fc.assert(property, { numRuns: 30 });
  });
});

describe('buildCommand', () => {
  const read = { cla: 0x00, ins: 0xb0, p1: 0x95, p2: 0x00 };
  const data = fromHex('3F00');

  test.each([
    ['case 1', {}, '00B09500'],
    ['case 2, short', { ne: 0x2b }, '00B095002B'],
    ['case 2, 256 is written 00', { ne: 256 }, '00B0950000'],
    ['case 2, extended', { ne: 257 }, '00B09500000101'],
    ['case 2, 65,536 is written 0000', { ne: 0x10000 }, '00B09500000000'],
    ['case 3, short', { data }, '00B09500023F00'],
    ['case 4, short', { data, ne: 8 }, '00B09500023F0008'],
    ['case 4, 256 is written 00', { data, ne: 256 }, '00B09500023F0000'],
    ['case 4, extended', { data, ne: 0x200 }, '00B095000000023F000200'],
    ['case 4, 65,536 is written 0000', { data, ne: 0x10000 }, '00B095000000023F000000'],
  ])('%s', (_, rest, hex) => {
    expect(toHex(buildCommand({ ...read, ...rest }))).toBe(hex);
    expect(parseCommand(fromHex(hex))).toEqual({ ...read, data: none, ne: 0, ...rest });
  });

  test('256 bytes of data make an extended case 3', () => {
    const bytes = buildCommand({ ...read, data: new Uint8Array(256).fill(0xaa) });
    expect(toHex(bytes)).toBe(`00B09500000100${'AA'.repeat(256)}`);
  });

  test.each([
    { ...read, cla: 256 },
    { ...read, ins: -1 },
    { ...read, p1: 0.5 },
    { ...read, p2: Number.NaN },
    { ...read, ne: -1 },
    { ...read, ne: 0x10001 },
    { ...read, data: new Uint8Array(0x10000) },
  ])('refuses what does not fit (%#)', (command) => {
    expect(codeOf(() => buildCommand(command))).toBe('BYTES_RANGE');
  });
});

describe('parseCommand', () => {
  test.each([
    ['nothing', ''],
    ['a header cut off', '00B095'],
    ['Lc counts more than there is', '00B09500033F00'],
    ['Lc counts less than there is', '00B09500013F0000'],
    ['an extended length cut off', '00B095000001'],
    ['an extended Lc of zero', '00B095000000003F'],
    ['an extended Lc without its data', '00B095000000033F00'],
    ['an extended Le of one byte', '00B095000000023F0002'],
    ['bytes after an extended Le', '00B095000000023F00020000'],
  ])('%s is malformed', (_, hex) => {
    expect(codeOf(() => parseCommand(fromHex(hex)))).toBe('COMMAND_MALFORMED');
  });

  test('does not share memory with its input', () => {
    const bytes = fromHex('00D69500023F00');
    const { data } = parseCommand(bytes);
    bytes.fill(0);
    expect(toHex(data)).toBe('3F00');
  });

  test('law: any bytes are a command or malformed, nothing else', () => {
    const extended = fc
      .uint8Array({ maxLength: 12 })
      .map((rest) => Uint8Array.from([0, 0xb0, 0, 0, 0, ...rest]));
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), extended);
    fc.assert(
      fc.property(bytes, (some) => {
        const code = codeOf(() => parseCommand(some));
        expect([undefined, 'COMMAND_MALFORMED']).toContain(code);
      }),
      { numRuns: 500 },
    );
  });

  test('law: buildCommand(parseCommand(bytes)) = bytes, in short form and in extended form', () => {
    const extended = fc
      .tuple(fc.uint8Array({ maxLength: 300 }), fc.option(fc.nat({ max: 0xffff })))
      .filter(([data, le]) => data.length > 0 || le !== null)
      .map(([data, le]) => {
        const two = (value: number): number[] => [value >> 8, value & 0xff];
        const body = data.length === 0 ? [] : [...two(data.length), ...data];
        return Uint8Array.from([0, 0xd6, 0, 0, 0, ...body, ...(le === null ? [] : two(le))]);
      });
    fc.assert(
      fc.property(extended, (bytes) => {
        const command = parseCommand(bytes);
        expect(toHex(buildCommand(command))).toBe(toHex(bytes));
        expect(command.extended).toBe(
          command.data.length <= 255 && command.ne <= 256 ? true : undefined,
        );
      }),
    );
    expect(parseCommand(buildCommand({ cla: 0, ins: 0, p1: 0, p2: 0, extended: true })).ne).toBe(0);
  });

  test('law: what parses in short form is built to the same bytes', () => {
    const tails = fc.uint8Array({ minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(tails, fc.option(byte), (data, le) => {
        const tail = le === null ? [] : [le];
        const bytes = Uint8Array.from([0, 0xd6, 0, 0, data.length, ...data, ...tail]);
        expect(toHex(buildCommand(parseCommand(bytes)))).toBe(toHex(bytes));
      }),
    );
  });
});
