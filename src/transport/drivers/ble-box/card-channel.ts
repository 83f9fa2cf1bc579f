/**
 * The card channel: several commands in one message.
 *
 *   box is sent    A3 │ 00 │ length (2) │ 80 len { index len command }…
 *   box answers    B3 │ status │ 00 │ length (2) │ 81 len { index len answer }…
 *
 * Indices count from 1. Lengths behind a tag or an index are BER: one byte below 80, else 81 or 82
 * and one or two more.
 *
 * Confidence: medium for A3 and the list under tag 80; low for the answer's head, its tag, the byte
 * 00 (plain text) and the form of long lengths.
 */
import { concat, copyOf, readUint, writeUint } from '../../../bytes.js';
import type { BoxDialect } from './dialects.js';
import { broken, unfit } from './packet.js';

/** A box's answer to any message. */
export interface BoxAnswer {
  /** 0: done. */
  readonly status: number;
  readonly data: Uint8Array;
}

const PLAIN = 0x00;

/**
 * Encodes a list of commands or answers under its tag.
 * 编码 APDU 列表（TLV）。
 * @throws TRANSPORT_FRAME
 */
export function encodeList(tag: number, items: readonly Uint8Array[]): Uint8Array {
  if (items.length > 0xff) throw unfit('list too long');
  const parts = items.map((item, at) =>
    concat(Uint8Array.of(at + 1), encodeLength(item.length), item),
  );
  const body = concat(...parts);
  return concat(Uint8Array.of(tag), encodeLength(body.length), body);
}

/**
 * Decodes a list; the indices must count from 1.
 * 解码 APDU 列表（TLV）。
 * @throws TRANSPORT_FRAME
 */
export function decodeList(tag: number, bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] !== tag) throw broken('list tag');
  const [size, start] = decodeLength(bytes, 1);
  if (start + size !== bytes.length) throw broken('list length');
  const items: Uint8Array[] = [];
  for (let at = start; at < bytes.length;) {
    if (bytes[at] !== items.length + 1) throw broken('list index');
    const [length, from] = decodeLength(bytes, at + 1);
    if (from + length > bytes.length) throw broken('list length');
    items.push(copyOf(bytes, from, from + length));
    at = from + length;
  }
  return items;
}

/** A message with commands for the card. @throws TRANSPORT_FRAME */
export function encodeCardMessage(
  commands: readonly Uint8Array[],
  { commands: codes, listTags, lengthOrder, maxListBytes }: BoxDialect,
): Uint8Array {
  const list = encodeList(listTags.commands, commands);
  if (list.length > maxListBytes) throw unfit('list too long');
  const head = Uint8Array.of(codes.card, PLAIN);
  return concat(head, orderedLength(list.length, lengthOrder), list);
}

/** The answers of the card. @throws TRANSPORT_FRAME */
export function decodeCardAnswer(
  { data }: BoxAnswer,
  { listTags, lengthOrder }: BoxDialect,
): readonly Uint8Array[] {
  if (data.length < 3) throw broken('card answer');
  const size = readUint(Uint8Array.from(orderedLength(readUint(data, 1, 2), lengthOrder)), 0, 2);
  if (size !== data.length - 3) throw broken('card answer length');
  return decodeList(listTags.answers, data.subarray(3));
}

/** Splits an answer into status and data. @throws TRANSPORT_FRAME for another one's answer */
export function decodeAnswer(
  message: Uint8Array,
  command: number,
  { answerOffset }: BoxDialect,
): BoxAnswer {
  const [code, status] = message;
  if (code !== command + answerOffset || status === undefined) throw broken('answer');
  return { status, data: copyOf(message, 2) };
}

/** How many of these commands go into one message: at least one. */
export function fitting(commands: readonly Uint8Array[], { maxListBytes }: BoxDialect): number {
  let size = 4;
  const upTo = commands.findIndex((command) => (size += command.length + 4) > maxListBytes);
  return upTo < 0 ? commands.length : Math.max(1, upTo);
}

function orderedLength(size: number, order: BoxDialect['lengthOrder']): Uint8Array {
  const bytes = writeUint(size, 2);
  return order === 'big' ? bytes : bytes.reverse();
}

function encodeLength(size: number): Uint8Array {
  if (size > 0xffff) throw unfit('list too long');
  if (size < 0x80) return Uint8Array.of(size);
  return size < 0x100 ? Uint8Array.of(0x81, size) : concat(Uint8Array.of(0x82), writeUint(size, 2));
}

/** Size, and where the next byte is. */
function decodeLength(bytes: Uint8Array, at: number): readonly [number, number] {
  const first = bytes[at];
  if (first === undefined) throw broken('list length');
  if (first < 0x80) return [first, at + 1];
  const count = first - 0x80;
  if (count < 1 || count > 2 || at + 1 + count > bytes.length) throw broken('list length');
  return [readUint(bytes, at + 1, count), at + 1 + count];
}
