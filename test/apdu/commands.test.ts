import fc from 'fast-check';
import * as apdu from '../../src/apdu/index.js';
import { fromHex } from '../../src/bytes.js';
import { describeCommand } from '../support/command-laws.js';

const byte = fc.nat({ max: 0xff });
const ne = fc.integer({ min: 1, max: 256 });
const recordSfi = fc.nat({ max: 30 });
const data = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 20 }),
  fc.uint8Array({ minLength: 1, maxLength: 255 }),
);
const none = new Uint8Array(0);
const long = new Uint8Array(256);
const two = fromHex('CAFE');
const offset = fc.nat({ max: 0x7fff });
const fileSfi = fc.integer({ min: 1, max: 30 });

describeCommand<apdu.select.Request>('SELECT', {
  file: apdu.select,
  requests: fc.oneof(
    fc.record({ fid: fc.nat({ max: 0xffff }) }),
    fc.record({ dfName: fc.uint8Array({ minLength: 1, maxLength: 16 }) }),
    fc.record({
      dfName: fc.uint8Array({ minLength: 5, maxLength: 16 }),
      next: fc.constant(true),
    }),
  ),
  examples: [
    ['00A4000002100100', { fid: 0x1001 }],
    ['00A40000023F0000', { fid: 0x3f00 }],
    [
      '00A404000E315041592E5359532E444446303100',
      { dfName: fromHex('315041592E5359532E4444463031') },
    ],
    ['00A4040205A00000000300', { dfName: fromHex('A000000003'), next: true }],
  ],
  refused: [
    ['BYTES_RANGE', { fid: 0x10000 }],
    ['BYTES_RANGE', { fid: -1 }],
    ['BYTES_RANGE', { dfName: none }],
    ['BYTES_RANGE', { dfName: new Uint8Array(17) }],
  ],
  mismatches: ['80A4000002100100', '00A400000110', '00A4020002100100', '00A40400'],
  answers: [
    ['', { fci: {} }],
    ['6F078405A000000003', { fci: { dfName: fromHex('A000000003') } }],
  ],
  sizesBytes: 'any',
});

describeCommand<apdu.readBinary.Request>('READ BINARY', {
  file: apdu.readBinary,
  requests: fc.oneof(fc.record({ offset, ne }), fc.record({ sfi: fileSfi, offset: byte, ne })),
  examples: [
    ['00B095002B', { sfi: 0x15, offset: 0, ne: 43 }],
    ['00B0960000', { sfi: 0x16, offset: 0, ne: 256 }],
    ['00B0010208', { offset: 0x102, ne: 8 }],
  ],
  refused: [
    ['BYTES_RANGE', { offset: 0, ne: 0 }],
    ['BYTES_RANGE', { offset: 0, ne: 257 }],
    ['BYTES_RANGE', { offset: 0x8000, ne: 1 }],
    ['BYTES_RANGE', { sfi: 21, offset: 256, ne: 1 }],
    ['BYTES_RANGE', { sfi: 0, offset: 0, ne: 1 }],
    ['BYTES_RANGE', { sfi: 31, offset: 0, ne: 1 }],
  ],
  mismatches: ['04B095002B', '00B080002B', '00B09F002B', '00B0950002CAFE', '00B09500000101'],
  answers: [['CAFE', { data: two }]],
  sizesBytes: 'any',
});

describeCommand<apdu.updateBinary.Request>('UPDATE BINARY', {
  file: apdu.updateBinary,
  requests: fc.oneof(fc.record({ offset, data }), fc.record({ sfi: fileSfi, offset: byte, data })),
  examples: [
    ['00D6960402CAFE', { sfi: 0x16, offset: 4, data: two }],
    ['00D6010202CAFE', { offset: 0x102, data: two }],
  ],
  refused: [
    ['BYTES_RANGE', { offset: 0, data: none }],
    ['BYTES_RANGE', { offset: 0, data: long }],
    ['BYTES_RANGE', { offset: 0x8000, data: two }],
    ['BYTES_RANGE', { sfi: 31, offset: 0, data: two }],
    ['BYTES_RANGE', { sfi: 22, offset: 256, data: two }],
  ],
  mismatches: ['04D6960006CAFE01020304', '00D6800002CAFE', '00D69600'],
  answers: [['', {}]],
  sizesBytes: [0],
});

describeCommand<apdu.readRecord.Request>('READ RECORD', {
  file: apdu.readRecord,
  requests: fc.oneof(
    fc.record({ record: byte, sfi: recordSfi, ne }),
    fc.record({ record: byte, sfi: recordSfi, ne, by: fc.constant('identifier' as const) }),
  ),
  examples: [
    ['00B201C417', { record: 1, sfi: 0x18, ne: 23 }],
    ['00B2AAC800', { record: 0xaa, by: 'identifier', sfi: 0x19, ne: 256 }],
  ],
  refused: [
    ['BYTES_RANGE', { record: 256, sfi: 1, ne: 1 }],
    ['BYTES_RANGE', { record: 1, sfi: 31, ne: 1 }],
    ['BYTES_RANGE', { record: 1, sfi: 1, ne: 0 }],
  ],
  mismatches: ['80B201C417', '00B201C517', '00B201FC17', '00B201C4000101'],
  answers: [['CAFE', { data: two }]],
  sizesBytes: 'any',
});

describeCommand<apdu.updateRecord.Request>('UPDATE RECORD', {
  file: apdu.updateRecord,
  requests: fc.oneof(
    fc.record({ record: byte, sfi: recordSfi, data }),
    fc.record({
      record: byte,
      sfi: recordSfi,
      data,
      place: fc.constantFrom('first', 'last', 'next', 'previous'),
    }),
  ),
  examples: [
    ['00DC01BC02CAFE', { record: 1, sfi: 0x17, data: two }],
    ['00DC00C302CAFE', { record: 0, place: 'previous', sfi: 0x18, data: two }],
  ],
  refused: [
    ['BYTES_RANGE', { record: -1, sfi: 1, data: two }],
    ['BYTES_RANGE', { record: 1, sfi: 31, data: two }],
    ['BYTES_RANGE', { record: 1, sfi: 1, data: none }],
    ['BYTES_RANGE', { record: 1, sfi: 1, data: long }],
  ],
  mismatches: ['80DC01BC02CAFE', '00DC01BD02CAFE', '00DC01FC02CAFE', '00DC01BC'],
  answers: [['', {}]],
  sizesBytes: [0],
});

describeCommand<apdu.appendRecord.Request>('APPEND RECORD', {
  file: apdu.appendRecord,
  requests: fc.record({ sfi: recordSfi, data }),
  examples: [['00E200C402CAFE', { sfi: 0x18, data: two }]],
  refused: [
    ['BYTES_RANGE', { sfi: 31, data: two }],
    ['BYTES_RANGE', { sfi: 1, data: none }],
    ['BYTES_RANGE', { sfi: 1, data: long }],
  ],
  mismatches: ['80E200C402CAFE', '00E201C402CAFE', '00E200C002CAFE', '00E200FC02CAFE', '00E200C4'],
  answers: [['', {}]],
  sizesBytes: [0],
});
