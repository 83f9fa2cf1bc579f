/**
 * The laws of a command file: `parseCommand` is the inverse of `build`, a refusal is a value, and
 * bytes of any kind are understood or refused with a code, never with a crash.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainStatus, parseCommand, SW_OK, type StatusTable } from '../../src/apdu/index.js';
import { concat, fromHex, toHex, writeUint } from '../../src/bytes.js';
import { codeOf } from './error-codes.js';

/** A command file as its suite describes it. */
export interface CommandSpec<R extends object> {
  readonly file: {
    build(request: R): Uint8Array;
    parseCommand(bytes: Uint8Array): R;
    parse(response: Uint8Array): object;
    readonly statusWords: StatusTable;
  };
  readonly requests: fc.Arbitrary<R>;
  /** Exact bytes, as the standard writes them. */
  readonly examples: readonly (readonly [hex: string, request: R])[];
  /** What `build` refuses. */
  readonly refused: readonly (readonly [code: string, request: R])[];
  /** Bytes of the same instruction that are another command, or this one made wrong. */
  readonly mismatches: readonly string[];
  /** Answers without their status word 9000. */
  readonly answers: readonly (readonly [hex: string, answer: object])[];
  /** Sizes of data that 9000 may come with. */
  readonly sizesBytes: readonly number[] | 'any';
}

/** Runs every law over one command file. */
export function describeCommand<R extends object>(name: string, spec: CommandSpec<R>): void {
  const { file, requests } = spec;
  describe(name, () => {
    test('law: parseCommand(build(r)) = r', () => {
      fc.assert(
        fc.property(requests, (request) => {
          expect(file.parseCommand(file.build(request))).toEqual(request);
        }),
      );
    });

    test.each(spec.examples)('%s', (hex, request) => {
      expect(toHex(file.build(request))).toBe(hex);
      expect(file.parseCommand(fromHex(hex))).toEqual(request);
    });

    test.each(spec.refused)('refuses to build: %s (%#)', (code, request) => {
      expect(codeOf(() => file.build(request))).toBe(code);
    });

    test.each(spec.mismatches)('%s is another command', (hex) => {
      expect(codeOf(() => file.parseCommand(fromHex(hex)))).toBe('COMMAND_MISMATCH');
    });

    test('law: bytes near a command are understood whole or refused', () => {
      const bends = fc.tuple(requests, fc.nat(), fc.nat({ max: 0xff }), fc.nat({ max: 2 }));
      const bytes = fc.oneof(bends.map(bendWith(file.build)), fc.uint8Array({ maxLength: 40 }));
      fc.assert(
        fc.property(bytes, (some) => {
          expectUnderstoodOrRefused(file, some);
        }),
        { numRuns: 300 },
      );
    });

    describeAnswers(spec);
  });
}

function describeAnswers<R extends object>(spec: CommandSpec<R>): void {
  const { file, sizesBytes } = spec;
  test.each(spec.answers)('answer %s 9000', (hex, answer) => {
    expect(file.parse(fromHex(`${hex}9000`))).toEqual({ ok: true, ...answer });
  });

  test('law: a status word other than 9000 is a value, explained by the own table first', () => {
    const known = Object.keys(file.statusWords).map((key) => parseInt(key.replace(/x/g, '1'), 16));
    const words = fc.oneof(fc.constantFrom(...known), fc.nat({ max: 0xffff }));
    fc.assert(
      fc.property(
        words.filter((sw) => sw !== SW_OK),
        fc.uint8Array({ maxLength: 20 }),
        (sw, data) => {
          const status = explainStatus(sw, file.statusWords);
          expect(file.parse(concat(data, writeUint(sw, 2)))).toMatchObject({ ok: false, status });
          if (known.includes(sw)) expect(status.known).toBe('command');
        },
      ),
    );
  });

  test('law: 9000 with data of another size is an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        const fits = sizesBytes === 'any' || sizesBytes.includes(data.length);
        const code = codeOf(() => file.parse(concat(data, fromHex('9000'))));
        expect(code).toBe(fits ? undefined : 'RESPONSE_LENGTH');
      }),
    );
  });

  test('law: any bytes are an answer or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const codes = bytes.length < 2 ? ['RESPONSE_MALFORMED'] : [undefined, 'RESPONSE_LENGTH'];
        expect(codes).toContain(codeOf(() => file.parse(bytes)));
      }),
    );
  });
}

/** A command with one byte changed, and up to two bytes cut off its end. */
function bendWith<R>(build: (request: R) => Uint8Array) {
  return ([request, at, byte, cut]: [R, number, number, number]): Uint8Array => {
    const bytes = build(request).slice();
    bytes[at % bytes.length] = byte;
    return bytes.slice(0, bytes.length - cut);
  };
}

/** What is understood must be built again to the same command, Le apart. */
function expectUnderstoodOrRefused<R extends object>(
  file: CommandSpec<R>['file'],
  bytes: Uint8Array,
): void {
  const code = codeOf(() => file.parseCommand(bytes));
  if (code !== undefined) {
    expect(['COMMAND_MALFORMED', 'COMMAND_MISMATCH']).toContain(code);
    return;
  }
  const request = file.parseCommand(bytes);
  const unbuildable = codeOf(() => file.build(request));
  // Date and time with letters are shown as they are, and refused when built.
  if (unbuildable !== undefined) {
    expect(unbuildable).toBe('DIGITS_INVALID');
    return;
  }
  const built = parseCommand(file.build(request));
  expect({ ...built, ne: 0 }).toEqual({ ...parseCommand(bytes), ne: 0 });
}
