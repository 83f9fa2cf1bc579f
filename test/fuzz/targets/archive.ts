/** An archive as `zip` writes it, for a bill. */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../../src/server/payment/alipay/zip.js';

/** An archive of one file. */
export function zipOf(text: Uint8Array): Buffer {
  const packed = deflateRawSync(text);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(text), 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(text.length, 8);
  const local = Buffer.alloc(31, 0x61);
  local.fill(0, 0, 30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  sizes.copy(local, 14);
  local.writeUInt16LE(1, 26);
  const entry = Buffer.alloc(47, 0x61);
  entry.fill(0, 0, 46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  sizes.copy(entry, 16);
  entry.writeUInt16LE(1, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length + packed.length, 16);
  return Buffer.concat([local, packed, entry, end]);
}
