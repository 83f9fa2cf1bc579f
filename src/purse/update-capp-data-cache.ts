/**
 * UPDATE CAPP DATA CACHE: hands the card the record that it will write together with the debit of
 * a compound purchase (更新复合应用数据缓存).
 *
 *   80 DC P1 P2 Lc data     P2 = SFI << 3     P1 is the record's tag
 *                           P2 = SFI << 3 | 3 P1 is the record's tag: the record before this one
 *                           P2 = SFI << 3 | 4 P1 is the record's number
 *   data = tag(1) length(1) value. ETC: 80 DC AA C8 … (EF 0019)
 *
 * PBOC 2.0 (JR/T 0025); FMCOS manual.
 */
import {
  buildCommand,
  expectCommand,
  mismatch,
  type Outcome,
  parseOutcome,
  type StatusTable,
} from '../apdu/index.js';
import { expectRange } from '../bytes.js';

/** Which record, and its new contents. */
export interface Request {
  /** Tag of the record, or its number with `by: 'number'`. */
  readonly record: number;
  /** `previous`: the occurrence of the tag before the current one. Shanghai's lanes send it. */
  readonly by?: 'tag' | 'previous' | 'number';
  readonly sfi: number;
  /** tag ‖ length ‖ value, 1 to 255 bytes. */
  readonly data: Uint8Array;
}

/** Nothing comes back. */
export type Answer = Readonly<Record<never, never>>;

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6901': { en: 'no compound purchase is open', zh: '没有已初始化的复合消费' },
  '6A80': { en: 'the length byte of the record does not fit', zh: '记录长度字节不符' },
  '6A83': { en: 'there is no such record', zh: '没有该记录' },
  '9407': { en: 'the record is locked', zh: '记录已锁定' },
};

/** The low three bits of P2. */
const FORMS = { tag: 0, previous: 3, number: 4 } as const;

/**
 * Builds UPDATE CAPP DATA CACHE.
 * 更新复合应用数据缓存。
 * @throws BYTES_RANGE
 */
export function build({ record, by = 'tag', sfi, data }: Request): Uint8Array {
  expectRange('sfi', sfi, 0, 30);
  expectRange('Lc', data.length, 1, 255);
  const p2 = (sfi << 3) | FORMS[by];
  return buildCommand({ cla: 0x80, ins: 0xdc, p1: record, p2, data });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'UPDATE CAPP DATA CACHE';
  const { p1, p2, data } = expectCommand(bytes, { name, cla: 0x80, ins: 0xdc });
  const form = p2 & 0x07;
  const sfi = p2 >> 3;
  if (sfi > 30 || data.length < 1 || data.length > 255) throw mismatch(name);
  const request = { record: p1, sfi, data };
  switch (form) {
    case FORMS.tag:
      return request;
    case FORMS.previous:
      return { ...request, by: 'previous' };
    case FORMS.number:
      return { ...request, by: 'number' };
    default:
      throw mismatch(name);
  }
}

/** Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [0], () => ({}));
}
