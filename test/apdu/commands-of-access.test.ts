import fc from 'fast-check';
import * as apdu from '../../src/apdu/index.js';
import { fromHex } from '../../src/bytes.js';
import { describeCommand } from '../support/command-laws.js';
import { bytesOf } from '../support/crypto-oracle.js';

const byte = fc.nat({ max: 0xff });
const ne = fc.integer({ min: 1, max: 256 });
const none = new Uint8Array(0);
const challenge = fromHex('4C45BAB9');
const eight = fromHex('0102030405060708');

describeCommand<apdu.verify.Request>('VERIFY', {
  file: apdu.verify,
  requests: fc.record({ pinId: byte, pin: fc.uint8Array({ minLength: 1, maxLength: 16 }) }),
  examples: [['0020000003123456', { pinId: 0, pin: fromHex('123456') }]],
  refused: [
    ['BYTES_RANGE', { pinId: 0, pin: none }],
    ['BYTES_RANGE', { pinId: 0, pin: new Uint8Array(17) }],
    ['BYTES_RANGE', { pinId: 256, pin: eight }],
  ],
  mismatches: ['8020000003123456', '0020010003123456', '00200000', `0020000011${'00'.repeat(17)}`],
  answers: [['', {}]],
  sizesBytes: [0],
});

describeCommand<apdu.externalAuthenticate.Request>('EXTERNAL AUTHENTICATE', {
  file: apdu.externalAuthenticate,
  requests: fc.record({ keyId: byte, cryptogram: fc.oneof(bytesOf(8), bytesOf(16)) }),
  examples: [['00820001080102030405060708', { keyId: 1, cryptogram: eight }]],
  refused: [
    ['BYTES_RANGE', { keyId: 0, cryptogram: none }],
    ['BYTES_RANGE', { keyId: 0, cryptogram: new Uint8Array(9) }],
    ['BYTES_RANGE', { keyId: 256, cryptogram: eight }],
  ],
  mismatches: ['80820001080102030405060708', '00820101080102030405060708', '008200010401020304'],
  answers: [['', {}]],
  sizesBytes: [0],
});

describeCommand<apdu.internalAuthenticate.Request>('INTERNAL AUTHENTICATE', {
  file: apdu.internalAuthenticate,
  requests: fc.record({
    operation: byte,
    keyId: byte,
    data: fc.uint8Array({ minLength: 1, maxLength: 255 }),
  }),
  examples: [['0088000108010203040506070800', { operation: 0, keyId: 1, data: eight }]],
  refused: [
    ['BYTES_RANGE', { operation: 0, keyId: 0, data: none }],
    ['BYTES_RANGE', { operation: 0, keyId: 0, data: new Uint8Array(256) }],
    ['BYTES_RANGE', { operation: 256, keyId: 0, data: eight }],
  ],
  mismatches: ['8088000108010203040506070800', '0088000008'],
  answers: [['0102030405060708', { result: eight }]],
  sizesBytes: 'any',
});

describeCommand<apdu.getChallenge.Request>('GET CHALLENGE', {
  file: apdu.getChallenge,
  requests: fc.record({ ne }),
  examples: [
    ['0084000004', { ne: 4 }],
    ['0084000008', { ne: 8 }],
  ],
  refused: [
    ['BYTES_RANGE', { ne: 0 }],
    ['BYTES_RANGE', { ne: 257 }],
  ],
  mismatches: ['8084000004', '0084010004', '0084000104', '00840000', '00840000000101'],
  answers: [['4C45BAB9', { challenge }]],
  sizesBytes: 'any',
});

describeCommand<apdu.getResponse.Request>('GET RESPONSE', {
  file: apdu.getResponse,
  requests: fc.record({ ne }),
  examples: [
    ['00C0000010', { ne: 16 }],
    ['00C0000000', { ne: 256 }],
  ],
  refused: [
    ['BYTES_RANGE', { ne: 0 }],
    ['BYTES_RANGE', { ne: 257 }],
  ],
  mismatches: ['80C0000010', '00C0010010', '00C00000', '00C0000001CA'],
  answers: [['4C45BAB9', { data: challenge }]],
  sizesBytes: 'any',
});
