/**
 * The files of a ZIP archive, by its central directory: stored or deflated, which is all that
 * Alipay's bills are. Sizes and CRC-32 must be as the directory says.
 * Format: PKWARE APPNOTE 6.3.10, 4.3.12 (central directory), 4.3.16 (its end).
 */
import { inflateRawSync } from 'node:zlib';

/** A file in an archive; its name may be in any charset, and is not asked for. */
export type Unzipped = Uint8Array;

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** What an archive may be when it is unpacked. */
const MAX_FILE_BYTES = 256 << 20;
const MAX_FILES = 64;

/** The files, or nothing where the archive is damaged. */
export function unzip(bytes: Uint8Array): readonly Unzipped[] | undefined {
  try {
    return filesIn(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch {
    return undefined;
  }
}

function filesIn(archive: Buffer): readonly Unzipped[] | undefined {
  const end = endOf(archive);
  if (end === undefined) return undefined;
  const count = archive.readUInt16LE(end + 10);
  if (count > MAX_FILES) return undefined;
  let at = archive.readUInt32LE(end + 16);
  const files: Unzipped[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    if (archive.readUInt32LE(at) !== ENTRY_SIGNATURE) return undefined;
    const file = fileAt(archive, at);
    if (file === undefined) return undefined;
    files.push(file);
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return files;
}

function endOf(archive: Buffer): number | undefined {
  const last = archive.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at -= 1) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  return undefined;
}

function fileAt(archive: Buffer, at: number): Unzipped | undefined {
  const method = archive.readUInt16LE(at + 10);
  const crc = archive.readUInt32LE(at + 16);
  const [packedSize, size] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)];
  const local = archive.readUInt32LE(at + 42);
  if (archive.readUInt32LE(local) !== LOCAL_SIGNATURE || size > MAX_FILE_BYTES) return undefined;
  const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(from, from + packedSize);
  if (packed.length !== packedSize) return undefined;
  const file = unpacked(packed, method, size);
  return file?.length === size && crc32(file) === crc ? file : undefined;
}

function unpacked(packed: Buffer, method: number, size: number): Buffer | undefined {
  if (method === 0) return packed;
  return method === 8 ? inflateRawSync(packed, { maxOutputLength: Math.max(1, size) }) : undefined;
}

/** CRC-32 of ISO 3309, bits reversed. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const CRC_TABLE = Array.from({ length: 256 }, (_none, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320;
  return crc;
});
