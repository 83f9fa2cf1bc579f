/** What Alipay signs is the text of a member; vectors of the `openssl` command line. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { alipay, type AlipayOptions } from '../../../../src/server/payment/alipay/index.js';
import { membersOf } from '../../../../src/server/payment/alipay/reply-node.js';
import { signedText } from '../../../../src/server/payment/alipay/client.js';
import { isSignedBy, signerOf } from '../../../../src/server/payment/adapter/keys.js';
import { problemOf } from '../provider-line.js';
import { ALIPAY_KEY, APP_KEY } from '../test-keys.js';
import { CALL, OPTIONS, QR, refused, till, told, TRADE } from './till.js';

/** `openssl dgst -sha256 -sign alipay.pem`, over this text with its escapes and braces. */
const NODE =
  '{"code":"10000","msg":"Success","out_trade_no":"O20260203_000001","total_amount":"100.00","trade_no":"2026020322001400000000000001","trade_status":"WAIT_BUYER_PAY","note":"a\\"}{b"}';
const SIGN =
  'Ja2ZUKS+zcKE8fGwWXkNzdIb3hLyQEpkfOTfJj/w22Tlk6xWmUAeecegO8iYawJvzfxVBQz088dngVU5zwUupis2kWyM0rZZRChPVxk5WkeCQxJgBjTprCzGR//JlzSvUMUBNQLDarKEcrUk+97FzoY/ZYT6qyBRz9xV5fsGYcEeo4SPmwYRuAnO7V+Q7K27yi+e2oLFzoZZkAZHXmqDFxEFIVxfXuovmOpggC8DWtJvY33tEBcKBP67QJlu2/l2yWSO3vJTl6ZuMKPX5qUS/wZutdSJFDvCFC8zKrWVO7nf4ucIwhsAt69ggCsLAmebi1GiJBdwZa51q/PYdRQoFQ==';
/** `openssl dgst -sha256 -sign app.pem` */
const REQUEST =
  'app_id=2021000000000001&biz_content={"out_trade_no":"O20260203-000001"}&charset=utf-8&format=JSON&method=alipay.trade.query&sign_type=RSA2&timestamp=2026-02-03 14:05:06&version=1.0';
const REQUEST_SIGN =
  'L9viNRa88VypMBZ+r6r4SAxQBRYvAk/29RIvbyD87hqKuRaSUnLXEEPe4bK5F2t+k6Zbbm4tSSDQT/ZBwUs/iFN2zmfdTcKiCUBnBBDhdRICb5sjTry3BJlvrfwbyeMX9293+UwX+qrEucEOczVoxTDSLHWO/kg/lt69/tv2KQLunimjRbFytlGz6Kvm5LMLFzCkxx3Xlh654gQu5W/hPqLvo9cj+6YWxayup1W7iwK7Jomiz+N3BKjJYXW/+hl6N1tdQ1vIiY0Uu9qmmJ0+ZnqeM1BkoXSnNKlJWQsGUcRnyq7TtuISaRgO9G5ROaVK8hLPKepmzqMylEE+8iT2kA==';

const ORDER = { ...QR, merchantOrderNumber: 'O20260203_000001' };
const key = createPublicKey(createPrivateKey(ALIPAY_KEY));

describe('a request', () => {
  test('is signed over its fields in their order', async () => {
    const fields = {
      ...{ version: '1.0', timestamp: '2026-02-03 14:05:06', sign_type: 'RSA2', charset: 'utf-8' },
      ...{
        method: 'alipay.trade.query',
        format: 'JSON',
        app_id: '2021000000000001',
        notify_url: '',
      },
      biz_content: '{"out_trade_no":"O20260203-000001"}',
    };
    expect(signedText(fields)).toBe(REQUEST);
    expect(await signerOf(APP_KEY)(REQUEST, CALL)).toBe(REQUEST_SIGN);
  });
});

describe('a reply', () => {
  const whole = (node: string, sign: string | undefined, name = 'alipay_trade_query_response') =>
    `{"${name}":${node}${sign === undefined ? '' : `,"sign":"${sign}"`}}`;
  const ask = async (body: string, status = 200) => {
    const { port } = await till(() => ({ status, body }));
    return port.queryQr(ORDER, CALL);
  };

  test('is verified as it stands, wherever its signature stands', async () => {
    expect(isSignedBy(key, Buffer.from(NODE), SIGN)).toBe(true);
    expect(await ask(whole(NODE, SIGN))).toMatchObject({ status: 'open', payments: [] });
    const before = `{ "sign" : "${SIGN}" , "alipay_trade_query_response" : ${NODE} , "x":[{}] }\n`;
    expect(await ask(before)).toMatchObject({ status: 'open', payments: [] });
    const escaped = SIGN.replace(/\//g, '\\/');
    expect(await ask(whole(NODE, escaped))).toMatchObject({ status: 'open', payments: [] });
  });

  const FORGED: readonly [string, string, string][] = [
    ['unsigned', whole(NODE, undefined), 'not signed'],
    ['signed with nothing', whole(NODE, ''), 'not signed'],
    [
      'changed',
      whole(NODE.replace('WAIT_BUYER_PAY', 'TRADE_SUCCESS'), SIGN),
      'not signed by Alipay',
    ],
    ['a blank longer', whole(NODE.replace(',', ', '), SIGN), 'not signed by Alipay'],
    ['under another name', whole(NODE, SIGN, 'alipay_trade_close_response'), 'another question'],
    ['as an error that is none', whole(NODE, SIGN, 'error_response'), 'not signed'],
    [
      'said twice',
      `{"alipay_trade_query_response":{"code":"10000"},"alipay_trade_query_response":${NODE},"sign":"${SIGN}"}`,
      'no JSON',
    ],
    ['cut', whole(NODE, SIGN).slice(0, -3), 'no JSON'],
    ['a page', '<html>', 'no JSON'],
  ];
  test.each(FORGED)('%s is not believed', async (_what, body, problem) => {
    expect(await problemOf(ask(body))).toContain(problem);
  });

  test('of another status than 200 is none', async () => {
    expect(await problemOf(ask(whole(NODE, SIGN), 502))).toContain('HTTP 502');
  });

  test('that refuses without a signature is told as what it says', async () => {
    const { port } = await till(() => ({
      ...refused('40002', 'isv.invalid-signature', 'unsigned'),
      name: 'error_response',
    }));
    expect(await problemOf(port.queryQr(QR, CALL))).toContain('40002 isv.invalid-signature');
  });
});

describe('membersOf', () => {
  test.each([
    ['{}', undefined],
    ['{"a":1}', { a: '1' }],
    [' {"a" : [1,{"b":"]"}] , "c":"\\"" } ', { a: '[1,{"b":"]"}]', c: '"\\""' }],
    ['{"a":1,"a":2}', undefined],
    ['{"a":1,"\\u0061":2}', undefined],
    ['{"a":}', undefined],
    ['{"a":1,}', undefined],
    ['{"a":1}x', undefined],
    ['{"a":"', undefined],
    ['[1]', undefined],
    ['', undefined],
  ])('%j', (text, members) => {
    const found = membersOf(text);
    expect(found && Object.fromEntries(found)).toEqual(members);
  });
});

describe('options', () => {
  const refusalOf = (options: object): unknown => {
    try {
      return alipay(options as AlipayOptions);
    } catch (error) {
      return error;
    }
  };

  test('the own public key is not Alipay’s', () => {
    const own = createPublicKey(createPrivateKey(APP_KEY)).export({ type: 'spki', format: 'pem' });
    const thrown = refusalOf({ ...OPTIONS, alipayPublicKey: own });
    expect(thrown).toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect((thrown as Error).message).toContain('支付宝公钥');
  });

  const WRONG: readonly [keyof AlipayOptions, unknown][] = [
    ['appId', 'wx1'],
    ['sellerId', '1900000001'],
    ['privateKey', 'PLEASE-DO-NOT-PRINT-ME'],
    ['alipayPublicKey', APP_KEY],
    ['alipayPublicKey', 'PLEASE-DO-NOT-PRINT-ME'],
    ['notifyUrl', 'https://recharge.example.com/?a=1'],
    ['description', 'a=b'],
    ['description', 'a/b'],
    ['description', 'a&b'],
    ['gatewayUrls', ['http://openapi.alipay.com/gateway.do']],
    ['provider', 'cash '],
  ];
  test.each(WRONG)('%s: %j is refused by its name', (name, value) => {
    const thrown = refusalOf({ ...OPTIONS, [name]: value });
    expect(thrown).toMatchObject({ code: 'ARGUMENT_INVALID' });
    const said = inspect(thrown, { depth: 9 }) + JSON.stringify(thrown);
    expect(said).toContain(name);
    expect(said).not.toMatch(/PLEASE|BEGIN|MII/);
  });

  test('keys as bare base64 are taken: PKCS#8, PKCS#1, and the public one', async () => {
    const own = createPrivateKey(APP_KEY);
    const spki = key.export({ type: 'spki', format: 'der' }).toString('base64');
    for (const type of ['pkcs8', 'pkcs1'] as const) {
      const bare = own.export({ type, format: 'der' }).toString('base64');
      const { port, forms } = await till(() => told(TRADE), {
        ...{ privateKey: bare, alipayPublicKey: spki },
      });
      expect((await port.queryQr(QR, CALL)).status).toBe('paid');
      expect(forms[0]?.isSigned).toBe(true);
    }
  });
});
