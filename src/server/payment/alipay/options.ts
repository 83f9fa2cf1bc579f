/** What a merchant of Alipay hands in, checked before anything is asked. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { QuancunError } from '../../../errors.js';
import { ARGUMENT_INVALID } from '../../../json/errors.js';
import { expectOptions, objectOf } from '../../../json/index.js';
import type { AdapterFetch } from '../adapter/exchange.js';
import {
  address,
  baseUrls,
  clockForm,
  fetchForm,
  providerName,
  shownText,
  worded,
} from '../adapter/forms.js';
import {
  readPrivateKey,
  readPublicKey,
  type SigningKey,
  signingKey,
  verifyingKey,
} from '../adapter/keys.js';

/**
 * A merchant of Alipay (open platform, key mode), and how to reach it.
 * 支付宝商户（开放平台，公钥模式）的接入参数。
 */
export interface AlipayOptions {
  /** 应用ID, app_id. */
  readonly appId: string;
  /** 卖家支付宝用户号, seller_id: 2088 and twelve digits. */
  readonly sellerId: string;
  /** 应用私钥: PEM or the bare base64 of the key tool; or a function that signs in an HSM. */
  readonly privateKey: SigningKey;
  /** 支付宝公钥, of Alipay: not the public half of the own key (应用公钥). */
  readonly alipayPublicKey: string | KeyObject;
  /** Where notifications come to: https, no query. */
  readonly notifyUrl: string;
  /** What the customer reads. The same for as long as codes of it are open. Default: ETC充值. */
  readonly description?: string;
  /** Default: `https://openapi.alipay.com/gateway.do`. */
  readonly gatewayUrls?: readonly string[];
  /** The port's name, where there are several merchants. Default: `alipay`. */
  readonly provider?: string;
  readonly fetch?: AdapterFetch;
  /** The clock in milliseconds. */
  readonly now?: () => number;
}

/**
 * Who a merchant of Alipay is, without its keys: one declaration for programs and for files.
 * 支付宝商户的声明（不含密钥），程序与配置文件共用。
 */
export const ALIPAY_MERCHANT = objectOf({
  appId: worded(/^\d{1,32}$/, 'an app_id (digits)', '应用ID（数字）'),
  sellerId: worded(/^2088\d{1,24}$/, 'digits that begin with 2088', '以 2088 开头的数字'),
  notifyUrl: address(),
  description: v.optional(shownText(85), 'ETC充值'),
  gatewayUrls: v.optional(baseUrls(), ['https://openapi.alipay.com/gateway.do']),
  provider: v.optional(providerName(), 'alipay'),
});

const OPTIONS = objectOf({
  ...ALIPAY_MERCHANT.entries,
  privateKey: signingKey(),
  alipayPublicKey: verifyingKey(),
  fetch: v.optional(fetchForm()),
  now: v.optional(clockForm()),
});

/** The options, whole. @throws ARGUMENT_INVALID, which names the option and repeats nothing */
export function expectAlipayOptions(given: AlipayOptions) {
  const options = expectOptions(OPTIONS, given, 'alipay');
  const theirs = readPublicKey(options.alipayPublicKey);
  // The console shows both keys side by side, and replies would verify with neither.
  if (theirs === undefined || isOwn(theirs, options.privateKey)) {
    const problem =
      'alipayPublicKey is the own public key; it must be the one of Alipay (支付宝公钥)';
    throw new QuancunError(ARGUMENT_INVALID, { details: { what: 'alipay', problem } });
  }
  const host = { fetch: options.fetch ?? globalThis.fetch, now: options.now ?? Date.now };
  return { ...options, ...host, alipayPublicKey: theirs };
}

/** Options with their defaults. */
export type WholeOptions = ReturnType<typeof expectAlipayOptions>;

function isOwn(theirs: KeyObject, privateKey: SigningKey): boolean {
  const own = readPrivateKey(privateKey);
  return own !== undefined && createPublicKey(own).equals(theirs);
}
