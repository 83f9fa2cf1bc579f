/** Compares what a vector file wrote down in JSON with what a parser of the library gave. */
import { toHex } from '../bytes.js';

/**
 * Whether a parsed value is the written one. Hex may be in either case and stands for bytes, for
 * hex text and for a status word; objects and lists are compared member by member, as far as the
 * file writes them; null stands for absent.
 *
 * 比较解析值与向量文件中的期望值。
 */
export function matches(parsed: unknown, written: unknown): boolean {
  if (written === null) return parsed === undefined || parsed === null;
  if (typeof written === 'string') return matchesText(parsed, written);
  if (Array.isArray(written)) {
    return (
      Array.isArray(parsed) &&
      parsed.length === written.length &&
      written.every((item, index) => matches(parsed[index], item))
    );
  }
  if (!isRecord(written)) return parsed === written;
  if (!isRecord(parsed) || parsed instanceof Uint8Array) return false;
  return Object.keys(written).every((name) => matches(ownValue(parsed, name), written[name]));
}

/** Whether a JSON value is an object with names, not a list and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ownValue(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.prototype.hasOwnProperty.call(record, name) ? record[name] : undefined;
}

function matchesText(parsed: unknown, written: string): boolean {
  if (parsed === written) return true;
  const hex = written.replace(/\s+/g, '').toUpperCase();
  if (!/^[0-9A-F]*$/.test(hex)) return false;
  if (parsed instanceof Uint8Array) return toHex(parsed) === hex;
  if (typeof parsed === 'string') return parsed.toUpperCase() === hex;
  return typeof parsed === 'number' && hex.length > 0 && parsed === parseInt(hex, 16);
}
