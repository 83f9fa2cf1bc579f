/**
 * Signatures of Alipay, v2 protocol (RSA2): requests and notifications over their sorted fields,
 * replies over the text of the response node as it stands in the body.
 */
import { createVerify } from 'node:crypto';
import { parseChinaTime } from '../china-time.js';
import type { Seal } from '../faulty-call.js';
import type { Answer, Asked } from '../http-server.js';
import { signText } from '../rsa.js';
import { certificateSn } from './keys.js';
import { AlipayRefusal, type AlipayState, type Said } from './state.js';

/** Fields of a form or of a query string, decoded once. */
export type Fields = Readonly<Record<string, string>>;

/** A clock that counts another zone's hours is hours off. */
const CLOCK_OFF_MS = 15 * 60_000;

/** The fields of a request, of its query string and of its form. */
export function fieldsOf({ url, body }: Asked): Fields {
  const form = new URLSearchParams(body.toString('utf8'));
  return Object.fromEntries([...url.searchParams, ...form]);
}

/**
 * Holds a request to its form and signature.
 * @throws AlipayRefusal
 */
export function expectSigned({ keys, now }: AlipayState, fields: Fields): void {
  for (const name of REQUIRED) {
    if (!fields[name]) {
      throw new AlipayRefusal(
        '40001',
        `isv.missing-${name.replace(/_/g, '-')}`,
        `缺少参数 ${name}`,
      );
    }
  }
  const invalid = (what: string): AlipayRefusal =>
    new AlipayRefusal('40002', `isv.invalid-${what}`, `无效的 ${what}`);
  if (fields.app_id !== keys.merchant.appId) throw invalid('app-id');
  if (fields.sign_type !== 'RSA2') throw invalid('signature-type');
  if ((fields.format ?? 'JSON').toUpperCase() !== 'JSON') throw invalid('format');
  if (!/^utf-?8$/i.test(fields.charset ?? '')) throw invalid('charset');
  if (fields.version !== '1.0') throw invalid('version');
  const { certificates } = keys.merchant;
  if (certificates !== undefined) {
    if (fields.app_cert_sn !== certificateSn(certificates.appCertificatePem)) {
      throw invalid('app-cert-sn');
    }
    if (fields.alipay_root_cert_sn !== certificateSn(certificates.alipayRootCertificatePem)) {
      throw invalid('alipay-root-cert-sn');
    }
  }
  const { sign = '', ...signed } = fields;
  const verify = createVerify('RSA-SHA256').update(textToSign(signed));
  if (!verify.verify(keys.appKey, sign, 'base64')) throw invalid('signature');
  const off = Math.abs(parseChinaTime(fields.timestamp ?? '') - now());
  if (!(off <= CLOCK_OFF_MS)) throw invalid('timestamp');
}

const REQUIRED = ['app_id', 'method', 'sign_type', 'sign', 'timestamp', 'version'] as const;

/** Sorted by name, `k=v` with values as they are, joined by `&`; empty ones are left out. */
export function textToSign(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** A reply with its signature, good or not. */
export function sealReply({ keys }: AlipayState, said: Said, seal: Seal): Answer {
  const node = JSON.stringify(said.node);
  const { certificates } = keys.merchant;
  const sn =
    certificates === undefined
      ? ''
      : `"alipay_cert_sn":"${certificateSn(certificates.alipayCertificatePem)}",`;
  const sign = signText(node, seal === 'forged' ? keys.strangerKey : keys.alipayKey);
  const shown = seal === 'tampered' ? tamper(node) : node;
  const isSigned = seal !== 'unsigned' && said.isUnsigned !== true;
  const end = isSigned ? `,${sn}"sign":"${sign}"` : '';
  return {
    status: 200,
    headers: { 'content-type': 'text/html;charset=utf-8' },
    body: `{"${said.name}":${shown}${end}}`,
  };
}

/** Another answer than was signed, and one that would be acted upon. */
function tamper(node: string): string {
  for (const [from, to] of WORDS) if (node.includes(from)) return node.replace(from, to);
  return node.replace(/"code":"\d+"/, '"code":"10000"').replace(/(?=\}$)/, ',"extra":"1"');
}

const WORDS = [
  ['"WAIT_BUYER_PAY"', '"TRADE_SUCCESS"'],
  ['"TRADE_SUCCESS"', '"TRADE_CLOSED"'],
  ['"fund_change":"N"', '"fund_change":"Y"'],
  ['"qr_code":"https://', '"qr_code":"https://x'],
] as const;
