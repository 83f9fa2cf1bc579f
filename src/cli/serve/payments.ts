/**
 * `serve --payments FILE`: the payment providers of a server, as a JSON list. Keys are in files of
 * their own, named relative to this one, so that the list can be shown to anybody.
 */
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { isQuancunError, QuancunError } from '../../errors.js';
import { expectFile, objectOf, recordOf, saying, wholeOf } from '../../json/index.js';
import { ALIPAY_MERCHANT, alipay } from '../../server/payment/alipay/index.js';
import { WECHAT_MERCHANT, wechatPay } from '../../server/payment/wechat/index.js';
import type { PaymentsOptions } from '../../server/index.js';
import { PAYMENT_KEY_UNUSABLE } from '../errors.js';
import { readJson, readText } from '../options/files.js';
import { fromOption, UsageError } from '../output.js';

const fileName = () => v.pipe(v.string(), v.minLength(1));

/** How long a code can be paid: short where one that nobody scans cannot be closed. */
const qrLifetimeMs = v.exactOptional(wholeOf(60_000, 24 * 3_600_000));

const WECHAT = objectOf({
  ...WECHAT_MERCHANT.entries,
  provider: v.literal('wechat'),
  name: WECHAT_MERCHANT.entries.provider,
  qrLifetimeMs,
  privateKeyFile: fileName(),
  apiV3KeyFile: fileName(),
  /** By `PUB_KEY_ID_…`. */
  publicKeyFiles: v.optional(recordOf(fileName()), {}),
  platformCertificateFiles: v.optional(v.union([v.literal('fetch'), v.array(fileName())])),
});

const ALIPAY = objectOf({
  ...ALIPAY_MERCHANT.entries,
  provider: v.literal('alipay'),
  name: ALIPAY_MERCHANT.entries.provider,
  qrLifetimeMs,
  privateKeyFile: fileName(),
  alipayPublicKeyFile: fileName(),
});

/** What the file holds. */
export const PAYMENTS_FILE = v.pipe(
  v.array(v.variant('provider', [WECHAT, ALIPAY])),
  v.minLength(1, saying('a list of one provider or more', '至少含一个支付渠道的列表')),
  v.check(
    (list) => new Set(list.map(({ name }) => name)).size === list.length,
    saying('a list in which each "name" is there once', '名称不重复的列表'),
  ),
);

/** A provider of a server, and how long its codes can be paid, where the file says so. */
export type ServedProvider = Pick<PaymentsOptions, 'port' | 'qrLifetimeMs'>;

/** The providers of a server. */
export function readPayments(file: string): readonly ServedProvider[] {
  const json = readJson(file);
  const list = fromOption(() => expectFile(PAYMENTS_FILE, json, file));
  const keysOf = keyReader(dirname(file));
  return list.map(({ qrLifetimeMs, ...one }) => ({
    port: one.provider === 'wechat' ? wechatPort(one, keysOf()) : alipayPort(one, keysOf()),
    ...(qrLifetimeMs === undefined ? {} : { qrLifetimeMs }),
  }));
}

type KeyFiles = ReturnType<ReturnType<typeof keyReader>>;

/** Reads key files, and remembers by option which one it was: what is refused is named by it. */
function keyReader(folder: string) {
  return () => {
    const files = new Map<string, string>();
    return {
      read: (option: string, name: string): string => {
        const path = resolve(folder, name);
        files.set(option, path);
        return readText(path)
          .replace(/^\uFEFF/, '')
          .trim();
      },
      /** An option that is refused for what its file holds is told by the file. */
      using<T>(make: () => T): T {
        try {
          return make();
        } catch (error) {
          const problem = isQuancunError(error) ? String(error.details.problem) : '';
          const [name = ''] = /^\w+/.exec(problem) ?? [];
          const file = files.get(name);
          if (file === undefined) throw error;
          const details = { file, name: `${name}File` };
          throw new UsageError(new QuancunError(PAYMENT_KEY_UNUSABLE, { details }));
        }
      },
    };
  };
}

function wechatPort(given: Omit<v.InferOutput<typeof WECHAT>, 'qrLifetimeMs'>, keys: KeyFiles) {
  const { name: provider, privateKeyFile, apiV3KeyFile, ...rest } = given;
  const { publicKeyFiles, platformCertificateFiles: certificates, ...merchant } = rest;
  const ofPlatform =
    certificates === undefined || certificates === 'fetch'
      ? certificates
      : certificates.map((one) => keys.read('platformCertificates', one));
  const options = {
    ...{ ...merchant, provider },
    privateKey: keys.read('privateKey', privateKeyFile),
    apiV3Key: keys.read('apiV3Key', apiV3KeyFile),
    publicKeys: Object.fromEntries(
      Object.entries(publicKeyFiles).map(([id, one]) => [id, keys.read('publicKeys', one)]),
    ),
    ...(ofPlatform === undefined ? {} : { platformCertificates: ofPlatform }),
  };
  return keys.using(() => wechatPay(options));
}

function alipayPort(given: Omit<v.InferOutput<typeof ALIPAY>, 'qrLifetimeMs'>, keys: KeyFiles) {
  const { name: provider, privateKeyFile, alipayPublicKeyFile, ...merchant } = given;
  const options = {
    ...{ ...merchant, provider },
    privateKey: keys.read('privateKey', privateKeyFile),
    alipayPublicKey: keys.read('alipayPublicKey', alipayPublicKeyFile),
  };
  return keys.using(() => alipay(options));
}
