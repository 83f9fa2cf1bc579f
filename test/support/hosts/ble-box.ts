/**
 * A Bluetooth box at the level of its wire, with a simulated card in it: greets, shakes hands, runs
 * lists of commands, answers in notifications. It parses and builds its bytes by itself, so that a
 * mistake in the codec cannot hide in it. It loses the link where a test says so.
 */
import type { BoxHost } from '../../../src/transport/drivers/ble-box/index.js';

/** What the box needs of a card. */
export interface CardInBox {
  reset(): Uint8Array;
  exchange(command: Uint8Array): Uint8Array;
}

/** How a box misbehaves. */
export interface BoxPlan {
  /** The link breaks at this write, counted from 1: it fails, before or after it arrived. */
  readonly breakAtWrite?: number;
  readonly arrives?: boolean;
  /** The link breaks in the middle of this answer to a card message, counted from 1. */
  readonly breakInAnswer?: number;
  /** Bytes of one notification. Default: 20. */
  readonly notifyBytes?: number;
  /** The box goes on after a command that failed. Default: yes. */
  readonly stopsAtFailure?: boolean;
  /** Changes an answer's frame before it is sent. */
  readonly spoil?: (frame: number[]) => number[];
  readonly frame?: '33' | '50';
  /** The box runs what it is told and does not answer, while this says so. */
  readonly silent?: () => boolean;
  /** The box never says anything. */
  readonly mute?: boolean;
  /** Status byte of answers to card messages. */
  readonly status?: number;
}

/** A box, and what a test wants to know of it. */
export type FakeBox = ReturnType<typeof fakeBox>;

const later = (work: () => void): void => {
  setImmediate(work);
};

const lengthOf = (size: number): number[] =>
  size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];

/** Makes one; it greets when it is listened to. */
export function fakeBox(card: CardInBox, plan: BoxPlan = {}) {
  let notify: (bytes: Uint8Array) => void = () => undefined;
  let gone: () => void = () => undefined;
  let connected = true;
  let sequence = 0;
  let buffer: number[] = [];
  let message: number[] = [];
  const seen = { writes: 0, longest: 0, messages: 0, commands: [] as string[] };

  const disconnect = (): void => {
    connected = false;
    later(() => gone());
  };
  const send = (bytes: readonly number[]): void => {
    const size = plan.notifyBytes ?? 20;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = Uint8Array.from(bytes.slice(at, at + size));
      later(() => {
        if (connected) notify(piece);
      });
    }
  };
  const packet = (command: number, body: readonly number[]): number[] => {
    const size = body.length + 8;
    sequence += 1;
    return [
      0xfe,
      1,
      size >> 8,
      size & 255,
      command >> 8,
      command & 255,
      0,
      sequence & 255,
      ...body,
    ];
  };
  /** A reply in as many frames as it needs, each in a packet of its own. */
  const reply = (bytes: readonly number[], torn: boolean): void => {
    if (plan.silent?.() === true) return;
    const room = plan.frame === '50' ? 88 : 87;
    const count = Math.max(1, Math.ceil(bytes.length / room));
    for (let at = 0; at < count; at += 1) {
      const data = bytes.slice(at * room, (at + 1) * room);
      const body = [(at === 0 ? 0x80 : 0) + (count - 1 - at), data.length, ...data];
      const inner = plan.frame === '50' ? body : [7, ...body];
      const bcc = inner.reduce((sum, byte) => sum ^ byte, 0);
      const whole = [plan.frame === '50' ? 0x50 : 0x33, ...inner, bcc];
      const frame = plan.spoil?.(whole) ?? whole;
      // As real boxes do, with a type field that nobody needs.
      const length = frame.length < 128 ? [frame.length] : [(frame.length & 127) | 128, 1];
      const wrapped = [0x0a, 0x00, 0x12, ...length, ...frame, 0x18, 0x00];
      const bytesOut = packet(0x2712, wrapped);
      send(torn ? bytesOut.slice(0, bytesOut.length >> 1) : bytesOut);
    }
    if (torn) later(disconnect);
  };
  const runList = (list: readonly number[]): void => {
    // A3 00 LL LL 80 len {idx len apdu}
    const ber = (list[5] ?? 0) < 128 ? 0 : (list[5] ?? 0) - 128;
    const answers: number[] = [];
    let index = 0;
    for (let at = 6 + ber; at < list.length;) {
      const first = list[at + 1] ?? 0;
      const from = at + 2 + (first < 128 ? 0 : first - 128);
      const long = list.slice(at + 2, from).reduce((sum, byte) => sum * 256 + byte, 0);
      const to = from + (first < 128 ? first : long);
      const command = list.slice(from, to);
      seen.commands.push(Buffer.from(command).toString('hex').toUpperCase());
      const answer = [...card.exchange(Uint8Array.from(command))];
      answers.push((index += 1), ...lengthOf(answer.length), ...answer);
      at = to;
      if (plan.stopsAtFailure === true && answer[answer.length - 2] !== 0x90) break;
    }
    const tlv = [0x81, ...lengthOf(answers.length), ...answers];
    const torn = plan.breakInAnswer === (seen.messages += 1);
    reply([0xb3, plan.status ?? 0, 0, tlv.length >> 8, tlv.length & 255, ...tlv], torn);
  };
  const onFrame = (frame: readonly number[]): void => {
    const inner = plan.frame === '50' ? frame.slice(1) : frame.slice(2);
    const bcc = frame.slice(1, -1).reduce((sum, byte) => sum ^ byte, 0);
    if (frame.length > 92 || bcc !== frame[frame.length - 1])
      throw new Error('the box cannot read');
    const [control = 0, size = 0] = inner;
    if (control >= 0x80) message = [];
    message.push(...inner.slice(2, 2 + size));
    if ((control & 0x7f) > 0) return;
    const [code] = message;
    if (code === 0xa2) reply([0xb2, 0, 0x42, 0x4f, 0x58], false);
    else if (code === 0xa9) reply([0xb9, 0, ...card.reset()], false);
    else if (code === 0xa3) runList(message);
    else throw new Error('the box does not know that message');
  };
  const onPacket = (bytes: readonly number[]): void => {
    const command = ((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0);
    if (command === 0x4e21) send(packet(0x2713, [0x0a, 0x00, 0x1a, 0x04, 1, 2, 3, 4]));
    // 0A 00 12 len frame
    else if (command === 0x7531) onFrame(bytes.slice(12));
    else if (command !== 0x4e23) throw new Error('the box does not know that packet');
  };
  const host: BoxHost = {
    write: async (bytes) => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (!connected) throw new Error('not connected');
      seen.writes += 1;
      seen.longest = Math.max(seen.longest, bytes.length);
      const breaks = plan.breakAtWrite === seen.writes;
      if (!breaks || plan.arrives === true) {
        buffer.push(...bytes);
        const size = ((buffer[2] ?? 0) << 8) | (buffer[3] ?? 0);
        if (buffer.length >= 8 && buffer.length >= size) {
          const whole = buffer.slice(0, size);
          buffer = buffer.slice(size);
          onPacket(whole);
        }
      }
      if (!breaks) return;
      disconnect();
      throw new Error('the link broke');
    },
    onNotify: (listener) => {
      notify = listener;
      if (plan.mute !== true) {
        send(packet(0x2711, [0x0a, 0x00, 0x18, 0x84, 0x80, 0x04, 0x20, 0x01, 0x28, 0x02]));
      }
    },
    onDisconnect: (listener) => {
      gone = listener;
    },
    close: () => {
      connected = false;
      return Promise.resolve();
    },
  };
  return {
    host,
    seen,
    disconnect,
    say: (bytes: readonly number[]) => notify(Uint8Array.from(bytes)),
  };
}
