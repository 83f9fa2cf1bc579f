/**
 * The vendor's frames: a message is cut into as many as it needs.
 *
 *   ┌────┬────┬─────┬─────┬──────┬─────┐   CTL: bit 8 in the first frame of a message, below it
 *   │ 33 │ SN │ CTL │ LEN │ DATA │ BCC │        how many frames are still to come
 *   └────┴────┴─────┴─────┴──────┴─────┘   BCC: exclusive or of what stands before it
 *
 * Confidence: medium for the fields, low for the meaning of CTL and for where BCC begins (see
 * dialects.ts).
 */
import { concat, copyOf } from '../../../bytes.js';
import type { BoxDialect } from './dialects.js';
import { broken, cut, unfit } from './packet.js';

/** One frame. */
export interface BoxFrame {
  /** 0 to 255; 0 in dialects without it. */
  readonly sequence: number;
  readonly first: boolean;
  /** Frames of the message that are still to come: 0 to 127. */
  readonly remaining: number;
  readonly data: Uint8Array;
}

const FIRST = 0x80;

/** Bytes of a frame that are not data. */
function overhead({ hasSequence }: BoxDialect): number {
  return hasSequence ? 5 : 4;
}

/**
 * Encodes a frame.
 * 编码厂家帧。
 * @throws TRANSPORT_FRAME
 */
export function encodeFrame(frame: BoxFrame, dialect: BoxDialect): Uint8Array {
  const { data, remaining, first, sequence } = frame;
  const tooLong = data.length + overhead(dialect) > dialect.maxFrameBytes || data.length > 0xff;
  if (tooLong || remaining > 0x7f || remaining < 0) throw unfit('frame too long');
  const numbered = dialect.hasSequence ? [sequence & 0xff] : [];
  const control = (first ? FIRST : 0) | remaining;
  const head = Uint8Array.of(dialect.startByte, ...numbered, control, data.length);
  const whole = concat(head, data);
  return concat(whole, Uint8Array.of(checksum(whole, dialect)));
}

/**
 * Decodes a frame.
 * 解码厂家帧（校验 BCC）。
 * @throws TRANSPORT_FRAME
 */
export function decodeFrame(bytes: Uint8Array, dialect: BoxDialect): BoxFrame {
  const extra = overhead(dialect);
  if (bytes.length < extra || bytes.length > dialect.maxFrameBytes) throw broken('frame length');
  if (bytes[0] !== dialect.startByte) throw broken('frame start');
  if (bytes[extra - 2] !== bytes.length - extra) throw broken('frame length');
  const whole = copyOf(bytes, 0, -1);
  if (checksum(whole, dialect) !== bytes[bytes.length - 1]) throw broken('frame checksum');
  const control = bytes[extra - 3] ?? 0;
  return {
    sequence: dialect.hasSequence ? (bytes[1] ?? 0) : 0,
    first: (control & FIRST) !== 0,
    remaining: control & ~FIRST,
    data: whole.slice(extra - 1),
  };
}

/** A message as frames. @throws TRANSPORT_FRAME */
export function encodeMessage(
  message: Uint8Array,
  sequence: number,
  dialect: BoxDialect,
): readonly Uint8Array[] {
  const room = Math.min(0xff, dialect.maxFrameBytes - overhead(dialect));
  const parts = message.length === 0 ? [message] : cut(message, room);
  return parts.map((data, at) => {
    const remaining = parts.length - 1 - at;
    return encodeFrame({ sequence, first: at === 0, remaining, data }, dialect);
  });
}

/** Collects frames and gives out a message with its last one. */
export interface MessageReader {
  /** @throws TRANSPORT_FRAME */
  push(frame: Uint8Array): Uint8Array | undefined;
}

/**
 * Makes a message reader. A frame that does not follow the one before is an error, unless it is a
 * message by itself and an aside.
 */
export function createMessageReader(
  dialect: BoxDialect,
  isAside: (message: Uint8Array) => boolean = () => false,
): MessageReader {
  let parts: Uint8Array[] = [];
  let expected: number | undefined;
  return {
    push: (bytes) => {
      const { first, remaining, data } = decodeFrame(bytes, dialect);
      if (first && remaining === 0 && expected !== undefined && isAside(data)) return data;
      if (first ? expected !== undefined : expected !== remaining) throw broken('frame order');
      parts.push(data);
      expected = remaining > 0 ? remaining - 1 : undefined;
      if (expected !== undefined) return undefined;
      const message = concat(...parts);
      parts = [];
      return message;
    },
  };
}

function checksum(bytes: Uint8Array, { bccOverStart }: BoxDialect): number {
  return bytes.slice(bccOverStart ? 0 : 1).reduce((sum, byte) => sum ^ byte, 0);
}
