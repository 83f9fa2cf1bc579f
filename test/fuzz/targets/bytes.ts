/** What cards and readers send: commands, answers, files, frames. */
import {
  buildCommand,
  buildResponse,
  parseCommand,
  parseFci,
  parseProtected,
  parseResponse,
} from '../../../src/apdu/index.js';
import { parseTlv } from '../../../src/apdu/tlv.js';
import { fromHex } from '../../../src/bytes.js';
import { explainCommand, explainResponse } from '../../../src/explain/explain.js';
import { ef0012, ef0015, ef0016, ef0018, ef0019 } from '../../../src/etc/index.js';
import { decodeGbk } from '../../../src/gbk.js';
import { decodeGbkByTable } from '../../../src/gbk-table.js';
import { findCommandRow } from '../../../src/purse/index.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { bytesOf, takeAnswer } from '../../../src/transport/answer.js';
import { answered, type FuzzTarget, jsonOf, law, same } from '../target.js';

const COMMANDS = [
  ...['00A40000021001', '00B0950000', '00B201C400', '805C000204', '0020000003123456'],
  ...['805000020B010000271000044010100100', '805200000B2026020314050600112233', '00C0000004'],
  ...['805A00090200', '80540100', '0084000004', '00D6960002AABB', '04B0950004AABBCCDD08'],
  ...['80CA000009', '805401000F00000001202602031405060011223300', '00B000000000'],
].map(fromHex);
const FILES = createVirtualCard(personalise({ kind: '3des-4x' })).state;
const contents = [FILES.mf, FILES.df].flatMap(({ files }) =>
  files.flatMap((file) => file.contents.map((hex) => fromHex(hex))),
);
/** A card that has been used, copied for each input: what it answers depends on its state. */
const USED = personalise({ kind: '3des-4x', balanceFen: 5000, onlineAtc: 7 });

/** The same bytes again from what was read of them. */
const COMMAND: FuzzTarget = {
  name: 'command',
  form: 'bytes',
  seeds: COMMANDS,
  run: (input) => {
    const read = answered(() => parseCommand(input));
    if (read === undefined) return;
    law(same(parseCommand(buildCommand(read)), read), 'a command that is read otherwise again');
  },
};

const COMMAND_FILES: FuzzTarget = {
  name: 'command-files',
  form: 'bytes',
  seeds: COMMANDS,
  run: (input) => {
    answered(() => explainCommand(input));
    const row = answered(() => findCommandRow(input));
    if (row !== undefined) answered(() => row.file.parseCommand(input));
  },
};

const RESPONSE: FuzzTarget = {
  name: 'response',
  form: 'bytes',
  seeds: ['9000', '6A82', '6108', '63C2', '0000138800070001020306AABBCCDD9000'].map((hex) =>
    fromHex(hex),
  ),
  run: (input) => {
    const read = answered(() => parseResponse(input));
    if (read !== undefined) law(same(buildResponse(read), input), 'not the same');
    for (const command of COMMANDS) answered(() => explainResponse(command, input));
    for (const command of COMMANDS) {
      const row = findCommandRow(command);
      if (row !== undefined && 'parse' in row.file) {
        const { parse } = row.file as { parse(bytes: Uint8Array): unknown };
        answered(() => parse(input));
      }
    }
  },
};

const TLV: FuzzTarget = {
  name: 'tlv',
  form: 'bytes',
  seeds: ['6F0A8408A000000003454D56', '700E5F24032512319F0802008A8A8101FF', '7F4E8201005F2000'].map(
    fromHex,
  ),
  run: (input) => {
    answered(() => parseTlv(input));
    answered(() => parseFci(input));
    answered(() => parseProtected(input));
  },
};

const CARD_FILES: FuzzTarget = {
  name: 'card-files',
  form: 'bytes',
  seeds: contents,
  run: (input) => {
    for (const file of [ef0012, ef0015, ef0016, ef0018, ef0019]) {
      answered(() => (file.decode as (bytes: Uint8Array) => unknown)(input));
    }
  },
};

const GBK: FuzzTarget = {
  name: 'gbk',
  form: 'bytes',
  seeds: ['B8CA41313233343500', '8130813081308130', 'A2E3FE9F'].map(fromHex),
  run: (input) => {
    law(decodeGbk(input) === decodeGbkByTable(input), 'the decoder and the table differ');
  },
};

/** A simulated card answers whatever it is asked, in two bytes at least. */
const CARD: FuzzTarget = {
  name: 'card',
  form: 'bytes',
  // Several commands, each behind its length.
  seeds: [COMMANDS, COMMANDS.slice(0, 5), COMMANDS.slice(5, 7)].map((commands) =>
    Uint8Array.from(commands.flatMap((command) => [command.length, ...command])),
  ),
  run: (input) => {
    const card = createVirtualCard(USED);
    card.reset();
    for (let at = 0; at < input.length;) {
      const size = input[at] ?? 0;
      const answer = card.exchange(input.slice(at + 1, at + 1 + size));
      law(answer.length >= 2 && answer.length <= 258, `an answer of ${String(answer.length)}`);
      at += 1 + size;
    }
    const { balanceFen, onlineAtc } = card.state.ep;
    law(balanceFen <= USED.ep.balanceFen, 'money from nowhere');
    law(onlineAtc >= USED.ep.onlineAtc, 'a counter that went back');
  },
};

/** What a host's driver may hand over as an answer. */
const ODD_ANSWERS: FuzzTarget = {
  name: 'host-answer',
  form: 'json',
  seeds: [
    '[144,0]',
    '{"0":144,"1":0,"length":2}',
    '"9000"',
    '{"byteLength":2}',
    'null',
    '[-112,0]',
  ],
  run: (input) => {
    const value = jsonOf(input)?.value ?? input;
    answered(() => takeAnswer(value));
    answered(() => bytesOf(value));
  },
};

export const BYTES: readonly FuzzTarget[] = [
  ...[COMMAND, COMMAND_FILES, RESPONSE, TLV, CARD_FILES, GBK, CARD, ODD_ANSWERS],
];
