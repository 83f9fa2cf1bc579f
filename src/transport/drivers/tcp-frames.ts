/**
 * The framing of virtual smart card readers, both ways: two bytes length, big-endian, then that
 * many bytes. From the reader a payload of one byte is control.
 */
import { concat } from '../../bytes.js';
import { QuancunError } from '../../errors.js';
import { TRANSPORT_FRAME } from '../errors.js';

/** Control payloads, reader to card. */
export const CONTROL = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, atr: 0x04 } as const;

const MAX_FRAME_BYTES = 0xffff;

/** One frame. @throws TRANSPORT_FRAME */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_FRAME_BYTES) {
    throw new QuancunError(TRANSPORT_FRAME, { details: { problem: 'too long' }, sent: 'no' });
  }
  return concat(Uint8Array.of(payload.length >> 8, payload.length & 0xff), payload);
}

/** Collects bytes as they come and gives out whole frames. */
export interface FrameReader {
  push(chunk: Uint8Array): Uint8Array[];
  /** Bytes of a frame that is not whole yet. */
  pending(): number;
}

/** Makes a frame reader. */
export function createFrameReader(): FrameReader {
  let buffer: Uint8Array = new Uint8Array(0);
  return {
    push: (chunk) => {
      buffer = concat(buffer, chunk);
      const frames: Uint8Array[] = [];
      let at = 0;
      while (at + 2 <= buffer.length) {
        const size = ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
        if (at + 2 + size > buffer.length) break;
        frames.push(buffer.slice(at + 2, at + 2 + size));
        at += 2 + size;
      }
      buffer = buffer.slice(at);
      return frames;
    },
    pending: () => buffer.length,
  };
}
