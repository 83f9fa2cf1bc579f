/** An app of Alipay, as short as one can be: it signs, and says what came. */
import { createSign } from 'node:crypto';
import type { AlipayServer } from '../../../src/testing/providers/index.js';

export interface AlipayReply {
  readonly text: string;
  /** The response node. */
  readonly node: Readonly<Record<string, string>>;
  /** The text of the node as it stands in the body. */
  readonly nodeText: string;
  readonly name: string;
  readonly sign: string | undefined;
}

export interface AlipaySigning {
  /** Fields that are changed before they are signed. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Fields that are changed after they were. */
  readonly later?: Readonly<Record<string, string>>;
  sign?(text: string): string;
}

/** `yyyy-MM-dd HH:mm:ss` in China. */
export function beijing(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
}

/** Calls a server at a moment of the clock. */
export function alipayClient({ gatewayUrl, merchant }: AlipayServer, now: () => number) {
  const call = async (
    method: string,
    biz: object,
    how: AlipaySigning = {},
  ): Promise<AlipayReply> => {
    const fields: Record<string, string> = {
      ...{ app_id: merchant.appId, method, format: 'JSON', charset: 'utf-8', sign_type: 'RSA2' },
      ...{ timestamp: beijing(now()), version: '1.0', biz_content: JSON.stringify(biz) },
      ...how.fields,
    };
    const text = Object.keys(fields)
      .sort()
      .map((name) => `${name}=${fields[name] ?? ''}`)
      .join('&');
    const signWith =
      how.sign ??
      ((one) => createSign('sha256').update(one).sign(merchant.privateKeyPem, 'base64'));
    const body = new URLSearchParams({ ...fields, sign: signWith(text), ...how.later });
    const response = await fetch(gatewayUrl, { method: 'POST', body });
    return partsOf(await response.text());
  };
  const trade = (name: string, number: string, more: object = {}) =>
    call(`alipay.trade.${name}`, { out_trade_no: number, ...more });
  return {
    call,
    precreate: (number: string, yuan = '100.00', notifyUrl = '', more: object = {}) =>
      call(
        'alipay.trade.precreate',
        { out_trade_no: number, total_amount: yuan, subject: 'ETC 圈存充值', ...more },
        notifyUrl === '' ? {} : { fields: { notify_url: notifyUrl } },
      ),
    query: (number: string) => trade('query', number),
    close: (number: string) => trade('close', number),
    cancel: (number: string) => trade('cancel', number),
    refund: (number: string, request: string | undefined, yuan: string) =>
      trade('refund', number, { refund_amount: yuan, out_request_no: request }),
    refundQuery: (number: string, request: string) =>
      trade('fastpay.refund.query', number, { out_request_no: request }),
  };
}

/** The node's text is cut out by hand: its braces are counted, and its strings are stepped over. */
function partsOf(text: string): AlipayReply {
  const found = /^\{"(\w+)":/.exec(text);
  const name = found?.[1] ?? '';
  const from = found?.[0].length ?? 0;
  let depth = 0;
  let inString = false;
  let to = from;
  for (; to < text.length; to += 1) {
    const letter = text[to];
    if (inString && letter === '\\') to += 1;
    else if (letter === '"') inString = !inString;
    else if (!inString && letter === '{') depth += 1;
    else if (!inString && letter === '}' && --depth === 0) break;
  }
  const nodeText = text.slice(from, to + 1);
  const whole = JSON.parse(text) as Record<string, unknown>;
  return {
    ...{ text, name, nodeText, sign: whole.sign as string | undefined },
    node: whole[name] as Readonly<Record<string, string>>,
  };
}
