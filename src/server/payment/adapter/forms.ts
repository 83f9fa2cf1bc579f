/** Forms that the options and the replies of both providers share. */
import * as v from 'valibot';
import { saying, textOf } from '../../../json/index.js';
import type { AdapterFetch } from './exchange.js';

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** An address on TLS, or on this machine; without query, fragment, name and password. */
export const address = () =>
  v.custom<string>(
    (given) => typeof given === 'string' && given.length <= 255 && isAddress(given),
    saying(
      'an address that begins with https:// and has no query',
      '以 https:// 开头且不带参数的地址',
    ),
  );

function isAddress(text: string): boolean {
  if (/[?#@\s]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** Base addresses, without a slash at the end. */
export const baseUrls = () =>
  v.pipe(
    v.array(
      v.pipe(
        address(),
        v.transform((url) => url.replace(/\/+$/, '')),
      ),
    ),
    v.minLength(1),
  );

/** A function that is handed in. */
const functionOf = <T>() =>
  v.custom<T>((given) => typeof given === 'function', saying('a function', '函数'));

/** `fetch`, where the host's own is not meant. */
export const fetchForm = () => functionOf<AdapterFetch>();

/** A clock, in milliseconds. */
export const clockForm = () => functionOf<() => number>();

/** Makes a nonce: 16 to 32 letters and digits. */
export const nonceForm = () => functionOf<() => string>();

/** A text of a form that has words of its own. */
export const worded = (pattern: RegExp, en: string, zh: string) =>
  v.pipe(v.string(saying(en, zh)), v.regex(pattern, saying(en, zh)));

/** The name of a port. */
export const providerName = () =>
  worded(/^[a-z][a-z0-9-]{0,31}$/, 'a to z, then also 0 to 9 and -', '小写字母开头的名称');

/** A provider's number of a payment or refund. */
export const providerNumber = () => textOf(64, /^[\x21-\x7e]*$/);

/** A number of ours, in whatever form: it is compared, not believed. */
export const ourNumber = () => textOf(64, /^[\x21-\x7e]*$/);

/** What a customer reads on the phone: no characters of four bytes, none that providers refuse. */
export const shownText = (maxChars: number) =>
  worded(
    new RegExp(`^[^\\u0000-\\u001f/=&\\ud800-\\udfff]{1,${String(maxChars)}}$`),
    `a text of at most ${String(maxChars)} characters, without / = & and emoji`,
    `不超过 ${String(maxChars)} 个字符的文本（不含 / = & 与表情）`,
  );

/** Refund numbers are ours when they look like it: a refund by hand at the provider has others. */
export const OUR_REFUND_FORM = /^[0-9A-Z]{32}$/;
