/** How to call what takes bytes in apdu and etc. */
import * as apdu from '../../../src/apdu/index.js';
import { desCipher, secureMessagingKey } from '../../../src/crypto/index.js';
import * as etc from '../../../src/etc/index.js';
import type { ByteCall, ByteRows, Give } from '../byte-law.js';

/** A command file, as far as it is called here. */
interface CommandFile<R> {
  build(request: R): Uint8Array;
  parseCommand(bytes: Uint8Array): R;
  parse(response: Uint8Array): unknown;
}

/** The rows of a command file; `build` has one where its request holds bytes. */
export function commandRows<R>(
  name: string,
  file: CommandFile<R>,
  [command, response]: readonly [command: string, response: string],
  requests: readonly ((give: Give) => R)[] = [],
): ByteRows {
  const parsing: ByteRows = {
    [`${name}.parseCommand`]: [(give) => file.parseCommand(give(command))],
    [`${name}.parse`]: [(give) => file.parse(give(response)), (give) => file.parse(give('6A82'))],
  };
  if (requests.length === 0) return parsing;
  const build = requests.map(
    (make): ByteCall =>
      (give) =>
        file.build(make(give)),
  );
  return { ...parsing, [`${name}.build`]: build };
}

const KEY = secureMessagingKey(desCipher, new Uint8Array(16).fill(7));
/** A key that takes everything for right: what it hands out is what it was handed. */
const UNSEALING: apdu.LineKey = {
  mac: () => Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd),
  encipher: (data) => data,
  decipher: (data) => data,
};
const CHALLENGE = '01020304';
const SEALED = '04D6950009AABBCCDDEE11223344';

function command(give: Give): apdu.Command {
  return { cla: 0x04, ins: 0xd6, p1: 0x95, p2: 0, data: give('0102030405060708'), ne: 0 };
}

const FCI = '6F15840E315041592E5359532E4444463031A503880101';

export const APDU_ROWS: ByteRows = {
  buildCommand: [(give) => apdu.buildCommand(command(give))],
  parseCommand: [
    '00A40000',
    '00B0950032',
    '00A4000002100100',
    '00D6950003AABBCC',
    '00D69500000003AABBCC',
    '00D69500000003AABBCC0000',
  ].map(
    (hex): ByteCall =>
      (give) =>
        apdu.parseCommand(give(hex)),
  ),
  expectCommand: [
    (give) => apdu.expectCommand(give('00D6950003AABBCC'), { name: 'any', ins: 0xd6 }),
  ],
  parseFci: [(give) => apdu.parseFci(give(FCI))],
  buildResponse: [(give) => apdu.buildResponse({ data: give('0102'), sw: 0x9000 })],
  parseResponse: [(give) => apdu.parseResponse(give('01029000'))],
  statusWordOf: [(give) => apdu.statusWordOf(give('01029000'))],
  encipherBody: [(give) => apdu.encipherBody(give('01020304050607'), KEY)],
  decipherBody: [(give) => apdu.decipherBody(give('0301020380000000'), UNSEALING)],
  openResponse: [(give) => apdu.openResponse(give('0102AABBCCDD'), UNSEALING, give(CHALLENGE))],
  parseProtected: [(give) => apdu.parseProtected(give(SEALED))],
  protectWithCipher: [(give) => apdu.protectWithCipher(command(give), KEY, give(CHALLENGE))],
  protectWithMac: [(give) => apdu.protectWithMac(command(give), KEY, give(CHALLENGE))],
  verifyProtected: [
    (give) => {
      const [header, body, mac] = [give('04D6950009'), give('AABBCCDDEE'), give('11223344')];
      return apdu.verifyProtected({ header, body, mac, ne: 0 }, KEY, give(CHALLENGE));
    },
  ],
  parseOutcome: [
    (give) => apdu.parseOutcome(give('01029000'), {}, 'any', (data) => ({ data })),
    (give) => apdu.parseOutcome(give('6A82'), {}, 'any', (data) => ({ data })),
  ],
  ...commandRows(
    'appendRecord',
    apdu.appendRecord,
    ['00E200C403AABBCC', '9000'],
    [(give) => ({ sfi: 0x18, data: give('AABBCC') })],
  ),
  ...commandRows(
    'externalAuthenticate',
    apdu.externalAuthenticate,
    ['00820001080102030405060708', '9000'],
    [(give) => ({ keyId: 1, cryptogram: give('0102030405060708') })],
  ),
  ...commandRows('getChallenge', apdu.getChallenge, ['0084000004', '010203049000']),
  ...commandRows('getResponse', apdu.getResponse, ['00C0000010', '01029000']),
  ...commandRows(
    'internalAuthenticate',
    apdu.internalAuthenticate,
    ['00880001080102030405060708', '01029000'],
    [(give) => ({ operation: 0, keyId: 1, data: give('0102030405060708') })],
  ),
  ...commandRows('readBinary', apdu.readBinary, ['00B0950032', '01029000']),
  ...commandRows('readRecord', apdu.readRecord, ['00B201C400', '01029000']),
  ...commandRows(
    'select',
    apdu.select,
    ['00A4040005A00000000300', `${FCI}9000`],
    [(give) => ({ dfName: give('A000000003') })],
  ),
  ...commandRows(
    'updateBinary',
    apdu.updateBinary,
    ['00D6950003AABBCC', '9000'],
    [(give) => ({ sfi: 0x15, offset: 0, data: give('AABBCC') })],
  ),
  ...commandRows(
    'updateRecord',
    apdu.updateRecord,
    ['00DC01C403AABBCC', '9000'],
    [(give) => ({ record: 1, sfi: 0x18, data: give('AABBCC') })],
  ),
  ...commandRows(
    'verify',
    apdu.verify,
    ['0020000003123456', '9000'],
    [(give) => ({ pinId: 0, pin: give('123456') })],
  ),
};

const encoded = (codec: { encode(value: never): Uint8Array }, value: unknown) => () =>
  codec.encode(value as never);

/** What is decoded keeps its source: it is encoded again when the bytes are gone. */
function file(
  codec: { decode(bytes: Uint8Array): unknown; encode(value: never): Uint8Array },
  hex: string,
): ByteCall {
  return (give) => {
    const value = codec.decode(give(hex));
    return [value, encoded(codec, value)];
  };
}

export const ETC_ROWS: ByteRows = {
  'ef0012.decode': [file(etc.ef0012, 'AA'.repeat(etc.ef0012.SIZE_BYTES))],
  'ef0015.decode': [
    file(etc.ef0015, `B8CACBE0B8CACBE01640${'62'.repeat(33)}`),
    file(etc.ef0015, `B8CACBE0B8CACBE01640${'62'.repeat(40)}`),
  ],
  'ef0016.decode': [file(etc.ef0016, '41'.repeat(etc.ef0016.SIZE_BYTES))],
  'ef0018.decode': [file(etc.ef0018, '01'.repeat(etc.ef0018.SIZE_BYTES))],
  'ef0018.isEmpty': [(give) => etc.ef0018.isEmpty(give('FF'.repeat(etc.ef0018.SIZE_BYTES)))],
  'ef0019.decode': [file(etc.ef0019, `AA2900${'01'.repeat(etc.ef0019.SIZE_BYTES - 3)}`)],
};
