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
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Both sides' keys. */
export interface WechatPayKeys {
  readonly merchant: WechatPayMerchant;
  readonly merchantKey: KeyObject;
  /** Signs under `PUB_KEY_ID_…`. */
  readonly publicKey: PlatformKey;
  readonly certificate: PlatformCertificate;
  /** Nobody's: what a forger signs with. */
  readonly strangerKey: KeyObject;
}

const YEAR_MS = 365 * 86_400_000;
/** 40 hex digits, as both kinds of certificate have. */
const MERCHANT_SERIAL = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const PLATFORM_SERIAL = '7132D72A03E93CDDF8C03BBD1F37EEDFA1B2C3D4';
const NAMES = { mchid: '1900009191', appid: 'wxd678efh567hg6787' } as const;
const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000091912026010100000001';
const API_V3_KEY = 'quancun-local-wechat-pay-api-v3.';

/** All keys of a server. Certificates are from a year ago to four years ahead. */
export function makeWechatPayKeys(nowMs: number): WechatPayKeys {
  const platform = rsaPairOf('platform').privateKey;
  const publicKey = rsaPairOf('platform public key');
  const merchant = rsaPairOf('merchant');
  const [fromMs, untilMs] = [nowMs - YEAR_MS, nowMs + 4 * YEAR_MS];
  const platformName = 'Test WeChat Pay Platform';
  const pem = writeCertificate({
    ...{ serialNumber: PLATFORM_SERIAL, issuer: platformName, subject: platformName },
    ...{ fromMs, untilMs, key: platform, issuerKey: platform },
  });
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
      platformSerialNumber: PLATFORM_SERIAL,
      platformCertificatePem: pem,
    },
    merchantKey: merchant.publicKey,
    publicKey: { serial: PUBLIC_KEY_ID, privateKey: publicKey.privateKey },
    certificate: { serial: PLATFORM_SERIAL, privateKey: platform, pem, fromMs, untilMs },
    strangerKey: rsaPairOf('stranger').privateKey,
  };
}
