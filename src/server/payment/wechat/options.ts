/** What a merchant of WeChat Pay hands in, checked before anything is asked. */
import type { KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { expectOptions, objectOf, recordOf, saying } from '../../../json/index.js';
import type { AdapterFetch, Line } from '../adapter/exchange.js';
import {
  address,
  baseUrls,
  clockForm,
  fetchForm,
  nonceForm,
  providerName,
  shownText,
  worded,
} from '../adapter/forms.js';
import { certificatePem, type SigningKey, signingKey, verifyingKey } from '../adapter/keys.js';

/**
 * A merchant of WeChat Pay (API v3), and how to reach it.
 * 微信支付商户（APIv3）的接入参数。
 */
export interface WechatPayOptions {
  /** 商户号, mchid. */
  readonly merchantId: string;
  /** 公众账号ID, appid; bound to the merchant. */
  readonly appId: string;
  /** 商户API证书序列号: hex, of the certificate that the private key belongs to. */
  readonly certificateSerial: string;
  /** 商户API私钥 (apiclient_key.pem), or a function that signs with it in an HSM. */
  readonly privateKey: SigningKey;
  /** APIv3密钥: 32 characters; opens notifications and certificates. */
  readonly apiV3Key: string;
  /** 微信支付公钥 by its id (`PUB_KEY_ID_…`). The first one is asked for in replies. */
  readonly publicKeys?: Readonly<Record<string, string | KeyObject>>;
  /**
   * 平台证书: `fetch` gets them from WeChat Pay and renews them; or their PEM texts. Default: `fetch`
   * where no public key is given. While a merchant moves to public keys, notifications use either.
   */
  readonly platformCertificates?: 'fetch' | readonly string[];
  /** Where notifications of payments and refunds come to: https, no query. */
  readonly notifyUrl: string;
  /** What the customer reads. The same for as long as codes of it are open. Default: ETC充值. */
  readonly description?: string;
  /** Default: `https://api.mch.weixin.qq.com`, and `https://api2.mch.weixin.qq.com` behind it. */
  readonly baseUrls?: readonly string[];
  /** The port's name, where there are several merchants. Default: `wechat`. */
  readonly provider?: string;
  readonly fetch?: AdapterFetch;
  /** The clock in milliseconds; more than five minutes off, WeChat Pay refuses everything. */
  readonly now?: () => number;
  /** Makes 16 to 32 letters and digits, never twice the same. */
  readonly randomNonce?: () => string;
}

const API_V3_KEY_BYTES = 32;

const serial = () => {
  const wanted = saying('hex digits, as the certificate has them', '证书序列号（十六进制）');
  return v.pipe(v.string(wanted), v.regex(/^[0-9A-Fa-f]{8,64}$/, wanted));
};

const apiV3Key = () =>
  v.custom<string>(
    (given) =>
      typeof given === 'string' && new RegExp(`^[\\x21-\\x7e]{${API_V3_KEY_BYTES}}$`).test(given),
    saying('32 characters', ' 32 个字符'),
  );

const publicKeys = () =>
  v.pipe(
    recordOf(verifyingKey()),
    v.check(
      (keys) => Object.keys(keys).every((id) => /^PUB_KEY_ID_[0-9A-Za-z]{1,64}$/.test(id)),
      saying('by ids that begin with PUB_KEY_ID_', '以 PUB_KEY_ID_ 开头的公钥ID为名'),
    ),
  );

/**
 * Who a merchant of WeChat Pay is, without its keys: one declaration for programs and for files.
 * 微信支付商户的声明（不含密钥），程序与配置文件共用。
 */
export const WECHAT_MERCHANT = objectOf({
  merchantId: worded(/^\d{1,32}$/, 'the number of a merchant (digits)', '商户号（数字）'),
  appId: worded(/^[0-9A-Za-z_]{1,32}$/, 'an appid, such as wx and 16 characters', '公众账号ID'),
  certificateSerial: serial(),
  notifyUrl: address(),
  description: v.optional(shownText(42), 'ETC充值'),
  baseUrls: v.optional(baseUrls(), [
    'https://api.mch.weixin.qq.com',
    'https://api2.mch.weixin.qq.com',
  ]),
  provider: v.optional(providerName(), 'wechat'),
});

const OPTIONS = objectOf({
  ...WECHAT_MERCHANT.entries,
  privateKey: signingKey(),
  apiV3Key: apiV3Key(),
  publicKeys: v.optional(publicKeys(), {}),
  platformCertificates: v.optional(v.union([v.literal('fetch'), v.array(certificatePem())])),
  fetch: v.optional(fetchForm()),
  now: v.optional(clockForm()),
  randomNonce: v.optional(nonceForm()),
});

/** The options, whole. @throws ARGUMENT_INVALID, which names the option and repeats nothing */
export function expectWechatOptions(given: WechatPayOptions) {
  const options = expectOptions(OPTIONS, given, 'wechatPay');
  const { publicKeys: keys, platformCertificates } = options;
  const known = platformCertificates ?? (Object.keys(keys).length === 0 ? 'fetch' : []);
  const host = { fetch: options.fetch ?? globalThis.fetch, now: options.now ?? Date.now };
  return { ...options, ...host, platformCertificates: known };
}

/** Options with their defaults. */
export type WholeOptions = ReturnType<typeof expectWechatOptions>;

/** Where requests go. */
export function lineOf({ fetch, baseUrls: bases }: WholeOptions): Line {
  return { fetch, baseUrls: bases };
}
