/**
 * The keys of a merchant and of the platform: RSA-2048 pairs with their certificates, the APIv3 key
 * of 32 bytes (WeChat Pay v3 docs, certificates and keys).
 */
import { type KeyObject, randomBytes } from 'node:crypto';
import { writeCertificate } from '../certificate.js';
import { makeSerialNumber, pemOf, randomDigits, rsaPairOf } from '../rsa.js';

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

const FIVE_YEARS_MS = 5 * 365 * 86_400_000;

/** Makes all keys of a server. */
export async function makeWechatPayKeys(
  names: { readonly mchid: string; readonly appid: string },
  nowMs: number,
): Promise<WechatPayKeys> {
  const [merchant, platform, identity, stranger] = await Promise.all([
    rsaPairOf('merchant'),
    rsaPairOf('platform'),
    rsaPairOf('platform public key'),
    rsaPairOf('stranger'),
  ]);
  const certificate = makePlatformCertificate(platform.privateKey, nowMs - 86_400_000);
  const serialNumber = makeSerialNumber();
  const certificatePem = writeCertificate({
    serialNumber,
    issuer: 'Test Merchant CA',
    subject: names.mchid,
    fromMs: certificate.fromMs,
    untilMs: certificate.untilMs,
    key: merchant.publicKey,
    issuerKey: platform.privateKey,
  });
  const publicKeyId = `PUB_KEY_ID_${randomDigits(22)}`;
  return {
    merchant: {
      ...names,
      serialNumber,
      certificatePem,
      privateKeyPem: pemOf(merchant.privateKey),
      apiV3Key: randomBytes(16).toString('hex'),
      publicKeyId,
      publicKeyPem: pemOf(identity.publicKey),
      platformSerialNumber: certificate.serial,
      platformCertificatePem: certificate.pem,
    },
    merchantKey: merchant.publicKey,
    publicKey: { serial: publicKeyId, privateKey: identity.privateKey },
    certificate,
    strangerKey: stranger.privateKey,
  };
}

/** A platform certificate that signs itself, good for five years from a moment on. */
function makePlatformCertificate(privateKey: KeyObject, fromMs: number): PlatformCertificate {
  const serial = makeSerialNumber();
  const untilMs = fromMs + FIVE_YEARS_MS;
  const name = 'Test WeChat Pay Platform';
  const pem = writeCertificate({
    ...{ serialNumber: serial, issuer: name, subject: name, fromMs, untilMs },
    ...{ key: privateKey, issuerKey: privateKey },
  });
  return { serial, privateKey, pem, fromMs, untilMs };
}
