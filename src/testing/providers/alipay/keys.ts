/**
 * The keys of an app and of Alipay; in certificate mode also the three certificates and their
 * numbers (SN), as the vendor's client computes them.
 */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { writeCertificate } from '../certificate.js';
import { makeSerialNumber, pemOf, randomDigits, rsaPairOf } from '../rsa.js';

/** What a merchant configures. 商户配置：应用、卖家、应用私钥、支付宝公钥（或证书）。 */
export interface AlipayMerchant {
  readonly appId: string;
  readonly sellerId: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** The app's own key (应用公钥): nothing that Alipay says is signed with it. */
  readonly appPublicKeyPem: string;
  /** Alipay's key (支付宝公钥), SPKI. */
  readonly alipayPublicKeyPem: string;
  /** In certificate mode (公钥证书模式). */
  readonly certificates?: AlipayCertificates;
}

/** The three files of certificate mode. */
export interface AlipayCertificates {
  readonly appCertificatePem: string;
  readonly alipayCertificatePem: string;
  readonly alipayRootCertificatePem: string;
}

/** Both sides' keys. */
export interface AlipayKeys {
  readonly merchant: AlipayMerchant;
  readonly appKey: KeyObject;
  readonly alipayKey: KeyObject;
  /** Nobody's: what a forger signs with. */
  readonly strangerKey: KeyObject;
}

/** Makes all keys of a server. */
export async function makeAlipayKeys(hasCertificates: boolean, nowMs: number): Promise<AlipayKeys> {
  const [app, alipay, stranger] = await Promise.all([
    rsaPairOf('app'),
    rsaPairOf('alipay'),
    rsaPairOf('stranger'),
  ]);
  const merchant = {
    appId: `2021${randomDigits(12)}`,
    sellerId: `2088${randomDigits(12)}`,
    privateKeyPem: pemOf(app.privateKey),
    appPublicKeyPem: pemOf(app.publicKey),
    alipayPublicKeyPem: pemOf(alipay.publicKey),
  };
  const certificates = hasCertificates
    ? await makeCertificates(app.publicKey, alipay.publicKey, nowMs)
    : undefined;
  return {
    merchant: certificates === undefined ? merchant : { ...merchant, certificates },
    appKey: app.publicKey,
    alipayKey: alipay.privateKey,
    strangerKey: stranger.privateKey,
  };
}

const YEAR_MS = 365 * 86_400_000;

async function makeCertificates(
  app: KeyObject,
  alipay: KeyObject,
  nowMs: number,
): Promise<AlipayCertificates> {
  const root = await rsaPairOf('alipay root');
  const issue = (subject: string, key: KeyObject): string =>
    writeCertificate({
      ...{ serialNumber: makeSerialNumber(), issuer: 'Test Alipay Root CA', subject },
      ...{ fromMs: nowMs - YEAR_MS, untilMs: nowMs + YEAR_MS, key, issuerKey: root.privateKey },
    });
  return {
    appCertificatePem: issue('Test App', app),
    alipayCertificatePem: issue('Test Alipay', alipay),
    alipayRootCertificatePem: issue('Test Alipay Root CA', root.publicKey),
  };
}

/** The number (SN) of a certificate: MD5 of its issuer, last part first, and its decimal serial. */
export function certificateSn(pem: string): string {
  const { issuer, serialNumber } = new X509Certificate(pem);
  const name = issuer.split('\n').reverse().join(',');
  const serial = BigInt(`0x${serialNumber}`).toString();
  return createHash('md5').update(`${name}${serial}`).digest('hex');
}
