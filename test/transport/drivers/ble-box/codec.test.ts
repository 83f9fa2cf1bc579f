import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../../src/bytes.js';
import {
  decodeAnswer,
  decodeCardAnswer,
  decodeList,
  encodeCardMessage,
  encodeList,
} from '../../../../src/transport/drivers/ble-box/card-channel.js';
import {
  BOX_DIALECTS,
  BOX_VENDORS,
  boxVendorOf,
} from '../../../../src/transport/drivers/ble-box/dialects.js';
import {
  createMessageReader,
  decodeFrame,
  encodeFrame,
  encodeMessage,
} from '../../../../src/transport/drivers/ble-box/frame.js';
import {
  createPacketReader,
  decodePacket,
  encodePacket,
} from '../../../../src/transport/drivers/ble-box/packet.js';
import { decodeWrapper, encodeWrapper } from '../../../../src/transport/drivers/ble-box/wrapper.js';
import { codeOf } from '../../../support/error-codes.js';

const bytes = (max: number, min = 0) => fc.uint8Array({ minLength: min, maxLength: max });
const dialects = fc.constantFrom(...Object.values(BOX_DIALECTS)).chain((dialect) =>
  fc
    .record({
      dialect: fc.constant(dialect),
      lengthOrder: fc.constantFrom<'big' | 'little'>('big', 'little'),
      bccOverStart: fc.boolean(),
    })
    .map(({ dialect: base, ...changes }) => ({ ...base, ...changes })),
);
const packets = fc.record({
  command: fc.integer({ min: 0, max: 0xffff }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  body: bytes(300),
});
const lists = fc.array(fc.oneof(bytes(40), bytes(140, 120)), { minLength: 1, maxLength: 2 });
const hex = (items: readonly Uint8Array[]) => items.map(toHex);

/** Whatever comes in, a value comes out or our own error. */
function total(decode: (input: Uint8Array) => unknown): void {
  fc.assert(
    fc.property(bytes(200), (input) => {
      expect([undefined, 'TRANSPORT_FRAME']).toContain(codeOf(() => decode(input)));
    }),
    { numRuns: 500 },
  );
}

describe('decode and encode are inverse', () => {
  // A link’s pieces are 20 bytes or more. Of pieces shorter than a header nobody can tell whether
  // one is the next packet’s beginning, or a copy of the last.
  test('packets, in fragments of any size', () => {
    fc.assert(
      fc.property(
        fc.array(packets, { maxLength: 5 }),
        fc.integer({ min: 8, max: 400 }),
        (all, size) => {
          const line = concat(...all.map(encodePacket));
          const reader = createPacketReader();
          const got = [];
          for (let at = 0; at < line.length; at += size)
            got.push(...reader.push(line.slice(at, at + size)));
          expect(got).toEqual(all);
          expect(reader.pending()).toBe(0);
          for (const one of all) expect(decodePacket(encodePacket(one))).toEqual(one);
        },
      ),
    );
  });

  test('wrappers, with unknown fields around', () => {
    const others = fc.constantFrom(
      '',
      '1800',
      '0A00',
      '2A03010203',
      '35AABBCCDD',
      '390102030405060708',
    );
    fc.assert(
      fc.property(bytes(300), others, others, (data, before, after) => {
        const body = concat(fromHex(before), encodeWrapper(data), fromHex(after));
        expect(toHex(decodeWrapper(body))).toBe(toHex(data));
      }),
    );
  });

  test('messages in frames, of every dialect', () => {
    fc.assert(
      fc.property(
        bytes(400),
        fc.integer({ min: 0, max: 255 }),
        dialects,
        (message, sequence, dialect) => {
          const frames = encodeMessage(message, sequence, dialect);
          expect(Math.max(...frames.map(({ length }) => length))).toBeLessThanOrEqual(92);
          const reader = createMessageReader(dialect);
          const got = frames.map((frame) => reader.push(frame));
          expect(got.slice(0, -1).every((one) => one === undefined)).toBe(true);
          expect(toHex(got.at(-1) ?? new Uint8Array(1))).toBe(toHex(message));
          for (const frame of frames) {
            expect(toHex(encodeFrame(decodeFrame(frame, dialect), dialect))).toBe(toHex(frame));
          }
        },
      ),
    );
  });

  test('lists of commands, and the card channel', () => {
    fc.assert(
      fc.property(lists, dialects, (items, dialect) => {
        expect(hex(decodeList(0x80, encodeList(0x80, items)))).toEqual(hex(items));
        const asked = encodeCardMessage(items, {
          ...dialect,
          listTags: { commands: 0x81, answers: 0x81 },
        });
        // What a box answers has the same form behind another head.
        const answer = concat(Uint8Array.of(0xb3, 0), asked.slice(1));
        const { status, data } = decodeAnswer(answer, 0xa3, dialect);
        expect(status).toBe(0);
        expect(hex(decodeCardAnswer({ status, data }, dialect))).toEqual(hex(items));
      }),
    );
  });
});

describe('malformed', () => {
  const dialect = BOX_DIALECTS['frame-33'];

  test('any bytes at all: a value or TRANSPORT_FRAME, from every decoder', () => {
    total(decodePacket);
    total(decodeWrapper);
    total((input) => decodeFrame(input, dialect));
    total((input) => decodeList(0x81, input));
    total((input) => decodeAnswer(input, 0xa3, dialect));
    total((input) => decodeCardAnswer({ status: 0, data: input }, dialect));
    total((input) => createMessageReader(dialect).push(input));
    total((input) => createPacketReader().push(concat(Uint8Array.of(0xfe, 0x01), input)));
  });

  test('one wrong bit in a frame is noticed by its checksum, or is in the start byte', () => {
    fc.assert(
      fc.property(bytes(60), fc.nat(), fc.integer({ min: 0, max: 7 }), (data, place, bit) => {
        const frame = encodeFrame({ sequence: 3, first: true, remaining: 0, data }, dialect);
        const at = place % frame.length;
        frame[at] = (frame[at] ?? 0) ^ (1 << bit);
        expect(codeOf(() => decodeFrame(frame, dialect))).toBe('TRANSPORT_FRAME');
      }),
    );
  });

  test('frames out of order, twice, or without a beginning', () => {
    const frames = encodeMessage(new Uint8Array(200), 1, dialect);
    for (const order of [[1], [0, 2], [0, 0], [0, 1, 1]]) {
      const reader = createMessageReader(dialect);
      const run = () => order.map((at) => reader.push(frames[at] ?? new Uint8Array(0)));
      expect(codeOf(run)).toBe('TRANSPORT_FRAME');
    }
  });

  test('too much for a frame, a list or a packet', () => {
    const data = new Uint8Array(88);
    for (const run of [
      () => encodeFrame({ sequence: 0, first: true, remaining: 0, data }, dialect),
      () =>
        encodeFrame({ sequence: 0, first: true, remaining: 128, data: new Uint8Array(1) }, dialect),
      () => encodeCardMessage([new Uint8Array(400)], dialect),
      () =>
        encodeList(
          0x80,
          Array.from({ length: 256 }, () => data),
        ),
      () => encodePacket({ command: 1, sequence: 1, body: new Uint8Array(1020) }),
    ]) {
      expect(run).toThrow(expect.objectContaining({ code: 'TRANSPORT_FRAME', sent: 'no' }));
    }
  });
});

test('by hand: SELECT 3F00 and GET BALANCE in one message', () => {
  const commands = ['00A40000023F00', '805C000204'].map((text) => fromHex(text));
  const message = encodeCardMessage(commands, BOX_DIALECTS['frame-33']);
  expect(toHex(message)).toBe('A3000012' + '8010' + '010700A40000023F00' + '0205805C000204');
  const [frame = new Uint8Array(0)] = encodeMessage(message, 1, BOX_DIALECTS['frame-33']);
  expect(toHex(frame).slice(0, 8)).toBe('33018016');
  expect(frame.slice(1).reduce((sum, byte) => sum ^ byte, 0)).toBe(0);
  const packet = encodePacket({ command: 0x7531, sequence: 1, body: encodeWrapper(frame) });
  expect(toHex(packet).slice(0, 24)).toBe('FE01002775310001' + '0A00121B');
});

test('vendors by name, in a table without doubles', () => {
  expect(boxVendorOf('WJ-12345')?.name).toBe('万集');
  expect(boxVendorOf('genvict_1')?.name).toBe('金溢');
  expect(boxVendorOf('Headphones')).toBeUndefined();
  const prefixes = BOX_VENDORS.flatMap((vendor) => vendor.prefixes);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});
