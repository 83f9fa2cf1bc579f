/**
 * The keys of a merchant and of the platform: RSA-2048 pairs with their certificates, the APIv3 key
 * of 32 bytes (WeChat Pay v3 docs, certificates and keys).
 */
import type { KeyObject } from 'node:crypto';
import { writeCertificate } from '../certificate.js';
import { pemOf, rsaPairOf } from '../rsa.js';

/** What a merchant configures. 商户配置：商户号、证书序列号、私钥、APIv3 密钥、平台公钥。 */
export interface WechatPayMerchant {
  readonly mchid: string;
  readonly appid: string;
  /** Of the merchant's certificate (商户证书序列号). */
  readonly serialNumber: string;
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** 32 characters. */
  readonly apiV3Key: string;
  /** `PUB_KEY_ID_…` (微信支付公钥 ID). */
  readonly publicKeyId: string;
  /** The WeChat Pay public key (微信支付公钥), SPKI. */
  readonly publicKeyPem: string;
  /** Of the platform certificate (平台证书序列号). */
  readonly platformSerialNumber: string;
  readonly platformCertificatePem: string;
}

/** A key pair of the platform, and the name by which `Wechatpay-Serial` asks for it. */
export interface PlatformKey {
  readonly serial: string;
  readonly privateKey: KeyObject;
}

/** A platform certificate with its key. */
export interface PlatformCertificate extends PlatformKey {
  readonly pem: string;
  /** It is listed a day before it signs. */
  readonly signsFromMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Both sides' keys. */
export interface WechatPayKeys {
  readonly merchant: WechatPayMerchant;
  readonly merchantKey: KeyObject;
  /** Signs under `PUB_KEY_ID_…`. */
  readonly publicKey: PlatformKey;
  /** The oldest first. */
  readonly certificates: PlatformCertificate[];
  /** Nobody's: what a forger signs with. */
  readonly strangerKey: KeyObject;
}

const YEAR_MS = 365 * 86_400_000;
/** 40 hex digits, as both kinds of certificate have. */
const MERCHANT_SERIAL = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const PLATFORM_SERIAL = '7132D72A03E93CDDF8C03BBD1F37EEDFA1B2C3';
const NAMES = { mchid: '1900009191', appid: 'wxd678efh567hg6787' } as const;
const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000091912026010100000001';
const API_V3_KEY = 'quancun-local-wechat-pay-api-v3.';

/** All keys of a server. Certificates are from a year ago to four years ahead. */
export function makeWechatPayKeys(nowMs: number): WechatPayKeys {
  const certificate = makePlatformCertificate(0, nowMs - YEAR_MS);
  const platform = certificate.privateKey;
  const publicKey = rsaPairOf('platform public key');
  const merchant = rsaPairOf('merchant');
  const { fromMs, untilMs } = certificate;
  const certificatePem = writeCertificate({
    ...{ serialNumber: MERCHANT_SERIAL, issuer: 'Test Merchant CA', subject: NAMES.mchid },
    ...{ fromMs, untilMs, key: merchant.publicKey, issuerKey: platform },
  });
  return {
    merchant: {
      ...NAMES,
      serialNumber: MERCHANT_SERIAL,
      certificatePem,
      privateKeyPem: pemOf(merchant.privateKey),
      apiV3Key: API_V3_KEY,
      publicKeyId: PUBLIC_KEY_ID,
      publicKeyPem: pemOf(publicKey.publicKey),
      platformSerialNumber: certificate.serial,
      platformCertificatePem: certificate.pem,
    },
    merchantKey: merchant.publicKey,
    publicKey: { serial: PUBLIC_KEY_ID, privateKey: publicKey.privateKey },
    certificates: [certificate],
    strangerKey: rsaPairOf('stranger').privateKey,
  };
}

/** The certificate of a number, from 0; every second one is of the same key. */
function makePlatformCertificate(number: number, fromMs: number): PlatformCertificate {
  const { privateKey } = rsaPairOf(number % 2 === 0 ? 'platform' : 'platform next');
  const serial = `${PLATFORM_SERIAL}${number.toString(16).padStart(2, '0').toUpperCase()}`;
  const name = 'Test WeChat Pay Platform';
  const untilMs = fromMs + 5 * YEAR_MS;
  const pem = writeCertificate({
    ...{ serialNumber: serial, issuer: name, subject: name },
    ...{ fromMs, untilMs, key: privateKey, issuerKey: privateKey },
  });
  return { serial, privateKey, pem, fromMs, untilMs, signsFromMs: fromMs };
}

/** A new certificate is listed now, and signs in a day (wiki7_1_3). */
export function rotateCertificate({ certificates }: WechatPayKeys, nowMs: number): void {
  const next = makePlatformCertificate(certificates.length, nowMs);
  certificates.push({ ...next, signsFromMs: nowMs + 86_400_000 });
}

/** The one that signs now. */
export function currentCertificate(keys: WechatPayKeys, nowMs: number): PlatformCertificate {
  const signing = keys.certificates.filter(({ signsFromMs }) => signsFromMs <= nowMs);
  return (signing[signing.length - 1] ?? keys.certificates[0]) as PlatformCertificate;
}
