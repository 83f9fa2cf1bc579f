/**
 * The outer layer: packets of the WeChat AirSync protocol, cut into writes of 20 bytes.
 *
 *   ┌────┬────┬────────┬─────────┬──────────┬──────┐
 *   │ FE │ 01 │ length │ command │ sequence │ body │   two-byte fields big-endian; the length
 *   └────┴────┴────────┴─────────┴──────────┴──────┘   counts the whole packet
 *
 * Confidence: high for this layer, which is a public protocol. It can encrypt its bodies; boxes are
 * taken to use the method without encryption (medium).
 */
import { concat, copyOf, readUint, writeUint } from '../../../bytes.js';
import { QuancunError } from '../../../errors.js';
import { TRANSPORT_FRAME } from '../../errors.js';
import { createPieceMemory } from './pieces.js';

/** GATT: service, and its characteristics. */
export const BOX_GATT = { service: 'FEE7', write: 'FEC7', indicate: 'FEC8', read: 'FEC9' } as const;

/** Packet commands: what the box sends, and what it is sent. */
export const PACKET = {
  authRequest: 0x2711,
  sendData: 0x2712,
  initRequest: 0x2713,
  authResponse: 0x4e21,
  initResponse: 0x4e23,
  push: 0x7531,
} as const;

/** One packet. */
export interface BoxPacket {
  readonly command: number;
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** Bytes of one write, whatever the connection would allow. */
export const WRITE_BYTES = 20;
const HEADER_BYTES = 8;
/** Above every packet that one frame can make. */
const MAX_PACKET_BYTES = 1024;

/** What does not fit the protocol, and is therefore not sent. */
export function unfit(problem: string): QuancunError {
  return new QuancunError(TRANSPORT_FRAME, { details: { problem }, sent: 'no' });
}

/** A frame that breaks the protocol. */
export function broken(problem: string): QuancunError {
  return new QuancunError(TRANSPORT_FRAME, { details: { problem }, sent: 'maybe' });
}

/**
 * Encodes a packet.
 * 编码 FE01 数据包。
 * @throws TRANSPORT_FRAME above 1,024 bytes
 */
export function encodePacket({ command, sequence, body }: BoxPacket): Uint8Array {
  const size = HEADER_BYTES + body.length;
  if (size > MAX_PACKET_BYTES) throw unfit('packet too long');
  const header = [writeUint(size, 2), writeUint(command, 2), writeUint(sequence & 0xffff, 2)];
  return concat(Uint8Array.of(0xfe, 0x01), ...header, body);
}

/**
 * Decodes a packet.
 * 解码 FE01 数据包。
 * @throws TRANSPORT_FRAME
 */
export function decodePacket(bytes: Uint8Array): BoxPacket {
  if (bytes.length < HEADER_BYTES) throw broken('packet too short');
  if (bytes[0] !== 0xfe || bytes[1] !== 0x01) throw broken('no FE 01');
  if (readUint(bytes, 2, 2) !== bytes.length) throw broken('packet length');
  const [command, sequence] = [readUint(bytes, 4, 2), readUint(bytes, 6, 2)];
  return { command, sequence, body: copyOf(bytes, HEADER_BYTES) };
}

/** Cuts bytes into writes. */
export function cut(bytes: Uint8Array, size: number = WRITE_BYTES): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => copyOf(bytes, at * size, (at + 1) * size));
}

/** Collects notifications and gives out whole packets. */
export interface PacketReader {
  /** @throws TRANSPORT_FRAME; nothing that comes after it can be read */
  push(fragment: Uint8Array): readonly BoxPacket[];
  /** Bytes of a packet that is not whole yet. */
  pending(): number;
}

/** Makes a packet reader. Fragments may be of any size. */
export function createPacketReader(): PacketReader {
  let buffer: Uint8Array = new Uint8Array(0);
  const pieces = createPieceMemory();
  /** A piece that stood twice made the packet too long: it is taken out again. */
  const withoutTwin = (size: number): Uint8Array => {
    const twin = buffer.length > size && buffer[size] !== 0xfe ? pieces.twin() : undefined;
    if (twin === undefined) return buffer;
    return concat(buffer.slice(0, twin.at), buffer.slice(twin.at + twin.size));
  };
  return {
    push: (fragment) => {
      if (pieces.isCopy(fragment, buffer.length)) return [];
      buffer = concat(buffer, fragment);
      const packets: BoxPacket[] = [];
      for (;;) {
        // Refused as early as it shows: a wrong length must not swallow what follows.
        if (buffer.length >= 1 && buffer[0] !== 0xfe) throw broken('no FE 01');
        if (buffer.length >= 2 && buffer[1] !== 0x01) throw broken('no FE 01');
        if (buffer.length < 4) return packets;
        const size = readUint(buffer, 2, 2);
        if (size < HEADER_BYTES || size > MAX_PACKET_BYTES) throw broken('packet length');
        buffer = withoutTwin(size);
        if (buffer.length < size) return packets;
        pieces.ended();
        packets.push(decodePacket(buffer.slice(0, size)));
        buffer = buffer.slice(size);
      }
    },
    pending: () => buffer.length,
  };
}
