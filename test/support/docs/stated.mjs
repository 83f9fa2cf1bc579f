/**
 * What a shown program that runs is held to: `stated` compares a value with the comment behind it,
 * `said` what is printed with the comment behind it.
 */
import { format, inspect, isDeepStrictEqual } from 'node:util';

/** @param {unknown} actual @param {string} comment @param {string} at */
export function stated(actual, comment, at) {
  const bytes = actual instanceof Uint8Array && /^[0-9A-F]{2}( ?[0-9A-F]{2})*$/.test(comment);
  const hex = bytes ? Buffer.from(actual).toString('hex').toUpperCase() : '';
  const agrees = bytes
    ? hex === comment.replaceAll(' ', '')
    : isDeepStrictEqual(actual, valueOf(comment));
  if (!agrees) throw new Error(`${at} says ${comment} and gives ${bytes ? hex : inspect(actual)}`);
}

/** @param {string} comment @param {string} at @param {unknown[]} words */
export function said(comment, at, ...words) {
  const text = format(...words);
  if (text !== comment) throw new Error(`${at} says ${comment} and prints ${text}`);
}

/** What is no value (hex, where no bytes came) equals nothing. @param {string} comment */
function valueOf(comment) {
  try {
    return new Function(`return (${comment})`)();
  } catch {
    return Symbol(comment);
  }
}
