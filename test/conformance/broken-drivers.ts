/** For each rule of the transport suite a driver that breaks it, as real ones were seen to. */
import { toHex } from '../../src/bytes.js';
import { QuancunError, type Sent } from '../../src/errors.js';
import type { CardLike, TransportRig } from '../../src/testing/index.js';
import { goodRig } from './good-driver.js';

const fail = (sent: Sent, text = ''): Error =>
  new QuancunError('TRANSPORT_LOST', { sent, details: { text } });
const isStatus = (answer: Uint8Array, sw1: number): boolean => answer.at(-2) === sw1;
const SELECT_MF = Uint8Array.of(0x00, 0xa4, 0x00, 0x00, 0x02, 0x3f, 0x00);

/** Rule → the driver. */
export const BROKEN: Readonly<Record<string, (card: CardLike) => TransportRig>> = {
  'info says what kind it is, and how many commands one frame carries': (card) =>
    goodRig(card, { maxBatch: 0 }),
  // As Android says it when its NFC service has died.
  'a limit that is not known is absent: not 0, not NaN': (card) =>
    goodRig(card, { maxCommandBytes: 0 }),
  'an answer is a Uint8Array: not numbers, an ArrayBuffer, a Buffer or text': (card) =>
    goodRig(card, { inward: (answer) => Array.from(answer) as never }),
  'an answer that comes twice is not the answer to the next command': (card) =>
    goodRig(card, { believing: true }),
  'opening sends the card nothing': (card) =>
    goodRig(card, { onOpen: (one) => one.exchange(SELECT_MF) }),
  // Takes Le off, as T=0 readers want it.
  'commands of all four cases arrive as they are': (card) =>
    goodRig(card, {
      outward: (one) =>
        one.length > 6 + (one[4] ?? 0) - 1 ? one.slice(0, 5 + (one[4] ?? 0)) : one,
    }),
  // A buffer of 261 bytes.
  'an extended command arrives whole, or is refused unsent': (card) =>
    goodRig(card, { outward: (one) => one.slice(0, 261) }),
  // Reads its length byte as signed.
  'an answer comes back as it is, whatever its length': (card) =>
    goodRig(card, { inward: (answer) => answer.slice(0, 127) }),
  'a card that says no has answered': (card) =>
    goodRig(card, {
      inward: (answer) => (isStatus(answer, 0x90) ? answer.slice() : fail('yes')),
    }),
  '61xx and 6Cxx are handed up, not dealt with': (card) =>
    goodRig(card, {
      inward: (answer) =>
        isStatus(answer, 0x61)
          ? card.exchange(Uint8Array.of(0x00, 0xc0, 0x00, 0x00, 0x10)).slice()
          : answer.slice(),
    }),
  // The classic: `.buffer` of a subarray.
  'a part of a buffer is sent as that part, and the buffer stays as it was': (card) =>
    goodRig(card, { outward: (one) => new Uint8Array(one.buffer) }),
  'an answer stays what it was when the next one comes': (card) =>
    goodRig(card, { inward: (answer) => answer }),
  'commands asked at one moment: each its own answer, in order, or refused unsent': (card) => {
    const rig = goodRig(card);
    let last: Promise<Uint8Array> | undefined;
    const transmit = (command: Uint8Array): Promise<Uint8Array> =>
      (last ??= rig.transport.transmit(command));
    return { ...rig, transport: { ...rig.transport, transmit } };
  },
  'CREDIT FOR LOAD reaches the card once, whatever the card answers': (card) =>
    goodRig(card, {
      inward: (answer, command) =>
        (isStatus(answer, 0x6f) ? card.exchange(command) : answer).slice(),
    }),
  'reset resets the card and answers its ATR': (card) => goodRig(card, { resetNothing: true }),
  'a batch keeps its order, one answer for each command that was sent': (card) =>
    goodRig(card, { reversed: true }),
  'a batch answers up to the first that is not 9000, and nothing harmful follows it': (card) =>
    goodRig(card, { unstopping: true }),
  'lost before the card had the command: no or maybe, and sent to no card': (card) =>
    goodRig(card, { onLoss: () => fail('yes') }),
  'lost after the card executed the command: maybe or yes, never no': (card) =>
    goodRig(card, { onLoss: () => fail('no') }),
  'after a loss no answer of before is taken for an answer of now': (card) =>
    goodRig(card, { afterLoss: (_card, last) => last }),
  'CREDIT FOR LOAD is not sent again when it was lost': (card) =>
    goodRig(card, {
      onLoss: (_when, command) => {
        card.exchange(command);
        return fail('maybe');
      },
    }),
  'no error tells a PIN or a MAC2': (card) =>
    goodRig(card, { onLoss: (_when, command) => fail('maybe', `sending ${toHex(command)}`) }),
  'what is no answer is an error, and the card had the command': (card) =>
    goodRig(card, { inward: (answer) => answer.slice() }),
  'cancelled before it began: refused unsent, or carried as if nothing was': (card) =>
    goodRig(card, { onAbort: () => new QuancunError('TRANSPORT_ABORTED', { sent: 'maybe' }) }),
  'a card that does not answer in time: TRANSPORT_TIMEOUT, never no': (card) =>
    goodRig(card, { onTimeout: () => fail('maybe') }),
  'cancelled under way: TRANSPORT_ABORTED, and no only where the card has not seen it': (card) =>
    goodRig(card, { onAbort: () => new QuancunError('TRANSPORT_ABORTED', { sent: 'no' }) }),
  'closed: refused with TRANSPORT_CLOSED, unsent': (card) => goodRig(card, { refuseNothing: true }),
  'closing twice is closing once': (card) =>
    goodRig(card, {
      onClose: (times) => {
        if (times > 1) throw new Error('not open');
      },
    }),
};
