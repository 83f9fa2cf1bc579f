/** What comes over wires: frames of TCP readers and Bluetooth boxes, messages of remote cards. */
import { concat, fromHex } from '../../../src/bytes.js';
import {
  decodeAnswer,
  decodeCardAnswer,
} from '../../../src/transport/drivers/ble-box/card-channel.js';
import { BOX_DIALECTS } from '../../../src/transport/drivers/ble-box/dialects.js';
import {
  createMessageReader,
  encodeMessage,
} from '../../../src/transport/drivers/ble-box/frame.js';
import { createPacketReader, encodePacket } from '../../../src/transport/drivers/ble-box/packet.js';
import { createFrameReader, encodeFrame } from '../../../src/transport/drivers/tcp-frames.js';
import {
  parseJson,
  parseRemoteInstruction,
  parseRemoteReport,
} from '../../../src/remote/messages.js';
import { openQuestion, sealUnsigned } from '../../../src/remote/envelope.js';
import { memoryGuard } from '../../../src/server/index.js';
import { manualEnv } from '../../support/manual-env.js';
import { answered, answeredLater, type FuzzTarget, jsonOf, law, same, textOf } from '../target.js';

const COMMAND = fromHex('805C000204');

/** However the network cuts them, the frames are the same. */
const TCP: FuzzTarget = {
  name: 'tcp-frames',
  form: 'bytes',
  seeds: [
    concat(encodeFrame(COMMAND), encodeFrame(fromHex('9000'))),
    encodeFrame(new Uint8Array(0)),
    concat(encodeFrame(fromHex('01')), encodeFrame(fromHex('04'))),
  ],
  run: (input) => {
    const whole = createFrameReader().push(input);
    const reader = createFrameReader();
    const pieces: Uint8Array[] = [];
    for (let at = 0, size = 1; at < input.length; at += size, size = (size % 7) + 1) {
      pieces.push(...reader.push(input.slice(at, at + size)));
    }
    law(same(whole, pieces), 'frames that depend on how they were cut');
  },
};

const dialects = Object.values(BOX_DIALECTS);
const answer = fromHex('B3000009008107010590000000009000');

const BLE: FuzzTarget = {
  name: 'ble-frames',
  form: 'bytes',
  seeds: dialects
    .flatMap((dialect) => encodeMessage(answer, 1, dialect))
    .concat([answer, fromHex('B3000009000781050102900002029000')]),
  run: (input) => {
    for (const dialect of dialects) {
      const message = answered(() => createMessageReader(dialect).push(input)) ?? input;
      const told = answered(() => decodeAnswer(message, dialect.commands.card, dialect));
      if (told !== undefined) answered(() => decodeCardAnswer(told, dialect));
    }
  },
};

const BLE_PACKETS: FuzzTarget = {
  name: 'ble-packets',
  form: 'bytes',
  seeds: [
    encodePacket({ command: 0x2712, sequence: 1, body: answer }),
    encodePacket({ command: 0x2713, sequence: 0, body: new Uint8Array(0) }),
  ],
  run: (input) => {
    const reader = createPacketReader();
    for (let at = 0; at < input.length; at += 20) {
      answered(() => reader.push(input.slice(at, at + 20)));
    }
  },
};

const REPORT = {
  protocol: 1,
  sessionId: 'AB'.repeat(16),
  kind: 'ready',
  card: { kind: 'pcsc', atr: '3B00', contactless: false, canReset: true, sessionLeftMs: null },
  done: 3,
  result: { answers: ['9000'], failure: { code: 'TRANSPORT_LOST', sent: 'maybe' } },
  waitMs: 20_000,
};
const INSTRUCTIONS = [
  {
    ...{ protocol: 1, do: 'run', step: 4, withinMs: 10_000 },
    commands: [{ command: '00A40000023F00', expect: ['9000', '61xx'] }],
  },
  { protocol: 1, do: 'reset', step: 5, withinMs: 1 },
  { protocol: 1, do: 'refuse', error: { name: 'QuancunError', code: 'ORDER_OPEN' } },
];

const REMOTE: FuzzTarget = {
  name: 'remote-messages',
  form: 'json',
  seeds: [REPORT, ...INSTRUCTIONS].map((one) => JSON.stringify(one)),
  words: ['"protocol"', '"done"', '"run"', '"answers"', '"9000"', '"expect"'],
  run: (input) => {
    const text = textOf(input);
    answered(() => parseJson(text), text);
    const json = jsonOf(input);
    if (json === undefined) return;
    answered(() => parseRemoteReport(json.value), text);
    answered(() => parseRemoteInstruction(json.value), text);
  },
};

const env = manualEnv();
const guard = memoryGuard();

const ENVELOPE: FuzzTarget = {
  name: 'remote-envelope',
  form: 'json',
  seeds: [sealUnsigned(JSON.stringify(REPORT)), '{"protocol":1,"body":"{}","signature":"2:00"}'],
  run: async (input) => {
    const text = textOf(input);
    const time = { nowMs: env.now(), maxSkewMs: 300_000 };
    await answeredLater(() => openQuestion(text, [], guard, time), text);
  },
};

export const FRAMES: readonly FuzzTarget[] = [TCP, BLE, BLE_PACKETS, REMOTE, ENVELOPE];
