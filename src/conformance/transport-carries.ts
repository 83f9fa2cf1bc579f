/** The rules of the transport suite about what is carried: commands, answers, order, batches. */
import { buildCommand } from '../apdu/index.js';
import { concat, fromHex } from '../bytes.js';
import { isQuancunError } from '../errors.js';
import { isRepeatable } from '../transport/index.js';
import { broken } from './conformance.js';
import { echo } from './recording-card.js';
import { expectBytes, expectSeen, expectUnsent, type Opened, type Rule } from './transport-rig.js';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, value) => value);
const HEADER = { cla: 0x00, ins: 0xb0, p1: 0x95, p2: 0x00 };
/** Cases 1 to 4, and the longest of each. */
const SHORT: readonly Uint8Array[] = [
  fromHex('00A40000'),
  fromHex('00B0950032'),
  fromHex('00B0950000'),
  fromHex('0020000003123456'),
  fromHex('00A40000023F0000'),
  fromHex('805000020B01000027100004401010010010'),
  buildCommand({ ...HEADER, data: EVERY_BYTE.slice(0, 255) }),
  buildCommand({ ...HEADER, data: EVERY_BYTE.slice(1), ne: 256 }),
];
const EXTENDED: readonly Uint8Array[] = [
  buildCommand({ ...HEADER, ne: 1024 }),
  buildCommand({ ...HEADER, data: concat(EVERY_BYTE, EVERY_BYTE) }),
  buildCommand({ ...HEADER, data: concat(EVERY_BYTE, EVERY_BYTE), ne: 65_536 }),
];
const SELECT = fromHex('00A40000021001');
const VERIFY = fromHex('0020000003123456');
const BALANCE = fromHex('805C000204');
const CREDIT = fromHex('805200000B20260115100000C0DEFACE04');
/** What a card may say to CREDIT FOR LOAD: none of it is a reason to say it again. */
const CREDIT_ANSWERS = ['A1B2C3D49000', '6985', '9302', '6C04', '6104', '6F00', '6A80', '9406'];

/** Numbered commands, so that answers can be told apart. */
export function numbered(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => Uint8Array.of(0x00, 0xb2, at + 1, 0x04, 0x17));
}

/** Rules that hold while nothing goes wrong. */
export const CARRIES: Readonly<Record<string, Rule>> = {
  'info says what kind it is, and how many commands one frame carries': async (open) => {
    const { info, transmitBatch } = (await open()).transport;
    if (info.kind === '') throw broken('info.kind is empty');
    const { maxBatch } = info;
    if (!Number.isInteger(maxBatch) || maxBatch < 1) throw broken(`maxBatch is ${maxBatch}`);
    if (maxBatch > 1 && transmitBatch === undefined) throw broken('maxBatch without a batch');
    return true;
  },
  'a limit that is not known is absent: not 0, not NaN': async (open) => {
    const { maxCommandBytes, answerTimeoutMs } = (await open()).transport.info;
    // Four bytes are the shortest command there is.
    if (maxCommandBytes !== undefined && !(maxCommandBytes >= 4)) {
      throw broken(`maxCommandBytes is ${maxCommandBytes}`);
    }
    if (answerTimeoutMs !== undefined && !(answerTimeoutMs > 0)) {
      throw broken(`answerTimeoutMs is ${answerTimeoutMs}`);
    }
    return true;
  },
  'an answer is a Uint8Array: not numbers, an ArrayBuffer, a Buffer or text': async (open) => {
    const { transport } = await open();
    const answers = [await transport.transmit(SELECT)];
    if (transport.transmitBatch !== undefined) {
      answers.push(...(await transport.transmitBatch([SELECT])));
    }
    for (const answer of answers) {
      expectBytes(answer, echo(SELECT));
      const { name } = answer.constructor;
      if (name !== 'Uint8Array') throw broken(`an answer is a ${name}`);
    }
    return true;
  },
  'opening sends the card nothing': async (open) => {
    expectSeen((await open()).card, []);
    return true;
  },
  'commands of all four cases arrive as they are': async (open) => {
    const { card, transport } = await open();
    for (const command of SHORT) expectBytes(await transport.transmit(command), echo(command));
    expectSeen(card, SHORT);
    return true;
  },
  'an extended command arrives whole, or is refused unsent': async (open) => {
    const opened = await open();
    const { maxCommandBytes } = opened.transport.info;
    for (const command of EXTENDED) {
      const before = opened.card.seen.length;
      const exchange = opened.transport.transmit(command);
      // A driver that names no limit may have one all the same; one that names it keeps to it.
      const named = maxCommandBytes !== undefined && command.length <= maxCommandBytes;
      const answer = named ? await exchange : await exchange.catch(() => undefined);
      if (answer === undefined) await expectUnsent(opened, exchange, before);
      else {
        if (maxCommandBytes !== undefined && !named)
          throw broken('longer than info.maxCommandBytes');
        expectBytes(answer, echo(command));
        expectBytes(opened.card.seen[before], command);
      }
    }
    return true;
  },
  'an answer comes back as it is, whatever its length': async (open) => {
    const { card, transport } = await open();
    for (const size of [0, 1, 50, 254, 256]) {
      const answer = [...EVERY_BYTE.slice(256 - size), 0x90, 0x00];
      card.answerBy(() => answer);
      expectBytes(await transport.transmit(BALANCE), answer);
    }
    return true;
  },
  'a card that says no has answered': async (open) => {
    const { card, transport } = await open();
    for (const sw of ['6A82', '6985', '63C2', '6983', '9302', '9403', '6F00', '0000']) {
      card.answerBy(() => [...fromHex(sw)]);
      expectBytes(await transport.transmit(SELECT), fromHex(sw));
    }
    return true;
  },
  '61xx and 6Cxx are handed up, not dealt with': async (open) => {
    const { card, transport } = await open();
    for (const sw of ['6110', '6C10']) {
      card.answerBy(() => [...fromHex(sw)]);
      expectBytes(await transport.transmit(BALANCE), fromHex(sw));
    }
    expectSeen(card, [BALANCE, BALANCE]);
    return true;
  },
  'a part of a buffer is sent as that part, and the buffer stays as it was': async (open) => {
    const { card, transport } = await open();
    const buffer = Uint8Array.from([0xde, 0xad, 0xbe, ...SELECT, 0xef, 0xee]);
    const before = buffer.slice();
    await transport.transmit(buffer.subarray(3, 3 + SELECT.length));
    expectSeen(card, [SELECT]);
    expectBytes(buffer, before);
    return true;
  },
  'an answer stays what it was when the next one comes': async (open) => {
    const { transport } = await open();
    const first = await transport.transmit(SELECT);
    const slice = first.slice();
    slice.fill(0);
    expectBytes(first, echo(SELECT));
    await transport.transmit(BALANCE);
    expectBytes(first, echo(SELECT));
    return true;
  },
  'commands asked at one moment: each its own answer, in order, or refused unsent': async (
    open,
  ) => {
    const { card, transport } = await open();
    const commands = numbered(4);
    const settled = await Promise.allSettled(commands.map((one) => transport.transmit(one)));
    const sent: Uint8Array[] = [];
    for (const [index, command] of commands.entries()) {
      const outcome = settled[index];
      if (outcome?.status === 'fulfilled') {
        expectBytes(outcome.value, echo(command));
        sent.push(command);
      } else if (!isQuancunError(outcome?.reason) || outcome.reason.sent !== 'no') {
        throw broken('a command that was refused does not say sent: no');
      }
    }
    if (sent.length === 0) throw broken('all of them were refused');
    expectSeen(card, sent);
    return true;
  },
  'CREDIT FOR LOAD reaches the card once, whatever the card answers': async (open) => {
    for (const answer of CREDIT_ANSWERS) {
      const { card, transport } = await open();
      card.answerBy(() => [...fromHex(answer)]);
      expectBytes(await transport.transmit(CREDIT), fromHex(answer));
      expectSeen(card, [CREDIT]);
    }
    return true;
  },
  'reset resets the card and answers its ATR': async (open) => {
    const { card, transport } = await open();
    if (transport.reset === undefined) return 'no reset';
    const before = card.resets();
    const atr = await transport.reset();
    if (card.resets() <= before) throw broken('the card was not reset');
    expectBytes(atr, transport.info.atr ?? atr);
    if (atr.length === 0) throw broken('the ATR is empty');
    expectBytes(await transport.transmit(SELECT), echo(SELECT));
    return true;
  },
  'a batch keeps its order, one answer for each command that was sent': async (open) => {
    const { card, transport } = await open();
    if (transport.transmitBatch === undefined) return 'no transmitBatch';
    const commands = numbered(Math.min(transport.info.maxBatch, 4));
    const answers = await transport.transmitBatch(commands);
    if (answers.length === 0) throw broken('nothing was answered');
    for (const [index, answer] of answers.entries()) expectBytes(answer, echoOf(commands, index));
    expectSeen(card, commands.slice(0, answers.length));
    return true;
  },
  'a batch answers up to the first that is not 9000, and nothing harmful follows it': async (
    open,
  ) => {
    const opened = await open();
    if (opened.transport.transmitBatch === undefined) return 'no transmitBatch';
    await expectStop(opened);
    return true;
  },
};

/** Behind the refusal stand a command that only reads, and one that costs a try. */
async function expectStop({ card, transport }: Opened): Promise<void> {
  const commands = [...numbered(3), VERIFY].slice(0, transport.info.maxBatch);
  card.answerBy((command) => (command[2] === 2 ? [0x69, 0x85] : [0x90, 0x00]));
  const answers = (await transport.transmitBatch?.(commands)) ?? [];
  if (answers.length > 2) throw broken(`${answers.length} answers, and the second was 6985`);
  // A box that cannot stop may go on reading; its answers are nobody's.
  const harmful = card.seen.slice(answers.length).filter((command) => !isRepeatable(command));
  if (harmful.length > 0) throw broken('a command that does harm was sent after the refusal');
}

function echoOf(commands: readonly Uint8Array[], index: number): readonly number[] {
  const command = commands[index];
  if (command === undefined) throw broken('more answers than commands');
  return echo(command);
}
