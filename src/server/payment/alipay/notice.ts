/**
 * Notifications: a form whose values are decoded once, signed as `k=v` in the order of their names
 * without `sign` and `sign_type`. Whether empty values are among what is signed differs by product:
 * both are tried. Bytes are verified, so that a GBK form verifies as well as one in UTF-8.
 * Documents: 支付宝开放平台, 异步通知验签, 当面付异步通知.
 */
import { decodeGbk } from '../../../gbk.js';
import type { Callback, Notice } from '../port.js';
import { fenOf } from '../adapter/china.js';
import { textOrNothing } from '../adapter/exchange.js';
import { notTheirs } from '../adapter/failed.js';
import { OUR_REFUND_FORM } from '../adapter/forms.js';
import { isSignedBy } from '../adapter/keys.js';
import { signedText } from './client.js';
import type { WholeOptions } from './options.js';

/** A byte a character, so that text can be sorted and joined and is the same bytes. */
type ByteText = string;

/** Reads a notification. @throws PAYMENT_CALLBACK_INVALID */
export function readCallback({ bytes }: Callback, options: WholeOptions): Notice | undefined {
  const fields = formOf(Buffer.from(bytes).toString('latin1'));
  expectSigned(fields, options);
  const told = readable(fields);
  if (told('app_id') !== options.appId || told('seller_id') !== options.sellerId) {
    throw notTheirs('it is for another merchant');
  }
  const merchantOrderNumber = told('out_trade_no');
  const transactionId = told('trade_no');
  if (![merchantOrderNumber, transactionId].every((number) => /^[\x21-\x7e]{1,64}$/.test(number))) {
    throw notTheirs('it lacks the numbers of a trade');
  }
  const refundNumber = told('out_biz_no');
  const refundedFen = fenOf(told('refund_fee')) ?? 0;
  if (refundedFen > 0 && OUR_REFUND_FORM.test(refundNumber)) {
    return { about: 'refund', merchantOrderNumber, refundNumber };
  }
  // A refund that was made by hand at Alipay sends the payment once more, which rings in vain.
  if (!['TRADE_SUCCESS', 'TRADE_FINISHED'].includes(told('trade_status'))) return undefined;
  const settledFen = fenOf(told('total_amount'));
  if (settledFen === undefined) throw notTheirs('it tells of no amount');
  return { about: 'payment', merchantOrderNumber, transactionId, settledFen };
}

function expectSigned(
  fields: ReadonlyMap<string, ByteText>,
  { alipayPublicKey }: WholeOptions,
): void {
  if (fields.get('sign_type') !== 'RSA2') throw notTheirs('its signature is none of RSA2');
  const signed = [...fields].filter(([name]) => name !== 'sign' && name !== 'sign_type');
  const forms = [
    signedText(Object.fromEntries(signed)),
    [...signed]
      .sort(byName)
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
  ];
  const signature = fields.get('sign') ?? '';
  const isGood = forms.some((text) =>
    isSignedBy(alipayPublicKey, Buffer.from(text, 'latin1'), signature),
  );
  if (!isGood) throw notTheirs('its signature is wrong');
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}

/** The fields of a form, each decoded once. Of two of a name nobody knows which one counts. */
function formOf(text: ByteText): ReadonlyMap<string, ByteText> {
  const fields = new Map<string, ByteText>();
  for (const pair of text.split('&').filter((one) => one !== '')) {
    const at = pair.indexOf('=');
    const name = decodedOnce(at < 0 ? pair : pair.slice(0, at));
    if (fields.has(name)) throw notTheirs('it says a field twice');
    fields.set(name, at < 0 ? '' : decodedOnce(pair.slice(at + 1)));
  }
  return fields;
}

function decodedOnce(text: ByteText): ByteText {
  return text
    .replace(/\+/g, ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Fields as text, by the charset that the notification names. */
function readable(fields: ReadonlyMap<string, ByteText>): (name: string) => string {
  const isGbk = /^gb/i.test(fields.get('charset') ?? '');
  return (name) => {
    const bytes = Buffer.from(fields.get(name) ?? '', 'latin1');
    return (isGbk ? decodeGbk(bytes) : textOrNothing(bytes)) ?? '';
  };
}
